package dev.penstock.discovery.etcd;

import dev.penstock.testkit.OpenedSource;
import java.util.Map;

/** Opens a source by its URI. Stateless. */
final class Opened {
    private Opened() {}

    static OpenedSource of(String uri) {
        return of(uri, Map.of());
    }

    static OpenedSource of(String uri, Map<String, String> variables) {
        return OpenedSource.of(new EtcdFactory(variables), "web", uri);
    }
}
