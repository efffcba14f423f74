package dev.penstock.discovery.consul;

import dev.penstock.discovery.DiscoveryFactory;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.testkit.OpenedSource;
import java.net.URI;
import java.util.Map;
import java.util.Set;

/** Opens a source by its URI. Stateless. */
final class Opened {
    private Opened() {}

    static OpenedSource of(String uri) {
        return of(uri, Map.of());
    }

    static OpenedSource of(String uri, Map<String, String> variables) {
        DiscoveryFactory factory =
                uri.startsWith("consul:") ? new ConsulFactory(variables) : new ConsulKvFactory(variables);
        return OpenedSource.of(factory, "orders", uri);
    }

    /** A source that takes no more than that of its agent. */
    static OpenedSource of(String uri, Limits limits) {
        URI parsed = URI.create(uri);
        var factory = new ConsulFactory(Map.of());
        ConsulSource source = ConsulSource.of(ConsulUri.of(factory.shared(parsed), Set.of(), Map.of()), Map.of());
        return OpenedSource.of(
                context -> ConsulDiscovery.services(source.withLimits(limits), context),
                factory.query(ServiceName.of("orders"), parsed));
    }
}
