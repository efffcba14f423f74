package dev.penstock.runtime;

import dev.penstock.discovery.Discovery;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.DiscoveryFactory;
import dev.penstock.discovery.ServiceQuery;
import dev.penstock.discovery.StaticDiscovery;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.ServiceName;
import java.net.URI;
import java.util.List;
import java.util.Map;

/** Found by the service loader: {@code listed://127.0.0.1:9001} is a source of that one endpoint. */
public final class ListedEndpoints implements DiscoveryFactory {
    @Override
    public String scheme() {
        return "listed";
    }

    @Override
    public URI shared(URI uri) {
        if (uri.getPort() < 0) {
            throw new IllegalArgumentException("port: none (expected: listed://host:port)");
        }
        return URI.create("listed://" + uri.getRawAuthority());
    }

    @Override
    public ServiceQuery query(ServiceName service, URI uri) {
        return new ServiceQuery(service, "all", Map.of());
    }

    @Override
    public Discovery open(URI shared, DiscoveryContext context) {
        var endpoint = Endpoint.parse(shared.getAuthority());
        return StaticDiscovery.of(
                "listed " + shared.getAuthority(), Map.of(ServiceName.of("all"), List.of(endpoint)), context);
    }
}
