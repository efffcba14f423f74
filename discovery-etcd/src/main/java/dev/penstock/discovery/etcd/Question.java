package dev.penstock.discovery.etcd;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one request asks. Immutable.
 *
 * @param target path with parameters
 * @param body sent by POST; null asks by GET
 * @param headers besides the usual; may hold secrets
 */
record Question(String target, @Nullable String body, Map<String, String> headers) {
    @Override
    public String toString() {
        return target;
    }
}
