package dev.penstock.discovery.consul;

import static java.util.Objects.requireNonNull;

import dev.penstock.discovery.Discovery;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.DiscoveryFactory;
import dev.penstock.discovery.ServiceQuery;
import dev.penstock.endpoint.ServiceName;
import java.net.URI;
import java.util.Map;
import java.util.Set;

/**
 * Services as registrator keeps them in Consul's key-value store, {@code <prefix>/<name>/<id>} = {@code ip:port}:
 * {@code consulkv://host:8500/prefix/name}. Thread-safe.
 *
 * <p>These keys say nothing of health, and stay when a machine dies: endpoints that refuse connections are for the
 * proxy's retries to find out. Options: {@code dc}, {@code stale} or {@code consistent}, and those of the source as for
 * {@link ConsulFactory}.
 */
public final class ConsulKvFactory implements DiscoveryFactory {
    private static final String SCHEME = "consulkv";
    private static final Set<String> OPTIONS = Set.of("dc", "stale", "consistent");

    private final Map<String, String> variables;

    /** With the variables of the process's environment, as {@code CONSUL_HTTP_TOKEN}. */
    public ConsulKvFactory() {
        this(System.getenv());
    }

    /**
     * With variables of one's own.
     *
     * @param variables read instead of the environment
     */
    public ConsulKvFactory(Map<String, String> variables) {
        this.variables = Map.copyOf(requireNonNull(variables, "variables"));
    }

    @Override
    public String scheme() {
        return SCHEME;
    }

    @Override
    public URI shared(URI uri) {
        return parsed(uri).shared(SCHEME);
    }

    @Override
    public ServiceQuery query(ServiceName service, URI uri) {
        ConsulUri parsed = parsed(uri);
        if (parsed.path().isEmpty()) {
            throw new IllegalArgumentException(
                    "path: none (expected: a prefix and a name, as in consulkv:///services/web)");
        }
        return new ServiceQuery(service, parsed.path(), parsed.queryOptions());
    }

    @Override
    public Discovery open(URI shared, DiscoveryContext context) {
        return ConsulDiscovery.keys(ConsulSource.of(parsed(shared), variables), context);
    }

    private ConsulUri parsed(URI uri) {
        return ConsulUri.of(uri, OPTIONS, variables);
    }
}
