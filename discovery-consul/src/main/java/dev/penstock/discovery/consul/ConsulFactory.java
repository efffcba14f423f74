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
 * Services of Consul by their health: {@code consul://host:8500/orders?tag=v2&dc=east&stale}. Thread-safe.
 *
 * <p>Without a host, {@code CONSUL_HTTP_ADDR} or {@code 127.0.0.1:8500}; without a name, that of the service here.
 * Options: {@code tag} (several: all of them), {@code dc}, {@code stale} or {@code consistent}, {@code warning},
 * {@code near}, {@code prepared} (the name is that of a prepared query); of the source {@code tls}, {@code ca},
 * {@code cert}, {@code key}, {@code serverName}, {@code tokenFile}, {@code tokenEnv}, {@code token}, {@code wait},
 * {@code every}, {@code emptyGuard}, {@code shrinkGuard}.
 */
public final class ConsulFactory implements DiscoveryFactory {
    private static final String SCHEME = "consul";
    private static final Set<String> OPTIONS =
            Set.of("tag", "dc", "stale", "consistent", "warning", "near", "prepared");

    private final Map<String, String> variables;

    /** With the variables of the process's environment, as {@code CONSUL_HTTP_TOKEN}. */
    public ConsulFactory() {
        this(System.getenv());
    }

    /**
     * With variables of one's own.
     *
     * @param variables read instead of the environment
     */
    public ConsulFactory(Map<String, String> variables) {
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
        String name = parsed.path().isEmpty() ? service.value() : parsed.path();
        if (name.indexOf('/') >= 0) {
            throw new IllegalArgumentException(
                    "name: \"" + name + "\" (expected: the name of a service, without a slash)");
        }
        return new ServiceQuery(service, name, parsed.queryOptions());
    }

    @Override
    public Discovery open(URI shared, DiscoveryContext context) {
        return ConsulDiscovery.services(ConsulSource.of(parsed(shared), variables), context);
    }

    private ConsulUri parsed(URI uri) {
        return ConsulUri.of(uri, OPTIONS, variables);
    }
}
