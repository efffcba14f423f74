package dev.penstock.admin;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a running program says of one listener. Immutable.
 *
 * @param address where it is bound
 * @param connections of clients that are open
 * @param refused how many clients were refused or cut off, by reason
 * @param tls how it does TLS; null: it does none
 */
public record ListenerFacts(
        String address,
        int connections,
        Map<String, Long> refused,
        @Nullable TlsFacts tls) {
    /** Copies the counts. */
    public ListenerFacts {
        refused = Map.copyOf(refused);
    }
}
