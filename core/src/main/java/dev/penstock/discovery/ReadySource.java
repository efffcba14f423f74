package dev.penstock.discovery;

import dev.penstock.endpoint.ServiceName;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The factory of a source that somebody opened already and will close: {@code scheme:name?option=value}, or {@code
 * scheme:///name}; without a name the service's own is looked for. Thread-safe.
 */
final class ReadySource implements DiscoveryFactory {
    private final String scheme;
    private final Discovery ready;

    ReadySource(String scheme, Discovery ready) {
        this.scheme = scheme;
        this.ready = ready;
    }

    @Override
    public String scheme() {
        return scheme;
    }

    @Override
    public URI shared(URI uri) {
        return URI.create(scheme + ":all");
    }

    @Override
    public ServiceQuery query(ServiceName service, URI uri) {
        String[] parts = uri.getSchemeSpecificPart().split("\\?", 2);
        String name = parts[0].replaceAll("^/+|/+$", "");
        Map<String, String> options = new HashMap<>();
        for (String option : parts.length < 2 ? new String[0] : parts[1].split("&")) {
            int equals = option.indexOf('=');
            options.put(
                    equals < 0 ? option : option.substring(0, equals), equals < 0 ? "" : option.substring(equals + 1));
        }
        return new ServiceQuery(service, name.isEmpty() ? service.value() : name, options);
    }

    @Override
    public Discovery open(URI shared, DiscoveryContext context) {
        return new Discovery() {
            @Override
            public Watch watch(ServiceQuery query, Consumer<ServiceState> observer) {
                return ready.watch(query, observer);
            }

            @Override
            public void close() {
                // whoever opened it closes it
            }
        };
    }
}
