package dev.penstock.discovery.consul;

import static java.util.Objects.requireNonNull;

import dev.penstock.catalog.Catalog;
import dev.penstock.catalog.CatalogFactory;
import dev.penstock.catalog.ServicePorts;
import dev.penstock.discovery.DiscoveryContext;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The services that registrator keeps in Consul's key-value store, each at its own port, {@code
 * <prefix>/<service>/<host:container:port>} = {@code ip:port}: {@code consulkv://host:8500/services?listen=10.0.0.1}.
 * Thread-safe.
 *
 * <p>Without a prefix, {@code services}. Options: those of {@link ServicePorts#of}, {@code dc}, {@code stale} or
 * {@code consistent}, and those of the source as for {@link ConsulFactory}.
 */
public final class ConsulKvCatalogFactory implements CatalogFactory {
    private static final Set<String> OPTIONS = Stream.concat(
                    ServicePorts.OPTIONS.stream(), Stream.of("dc", "stale", "consistent"))
            .collect(Collectors.toUnmodifiableSet());

    private final Map<String, String> variables;

    /** With the variables of the process's environment, as {@code CONSUL_HTTP_TOKEN}. */
    public ConsulKvCatalogFactory() {
        this(System.getenv());
    }

    /**
     * With variables of one's own.
     *
     * @param variables read instead of the environment
     */
    public ConsulKvCatalogFactory(Map<String, String> variables) {
        this.variables = Map.copyOf(requireNonNull(variables, "variables"));
    }

    @Override
    public String scheme() {
        return "consulkv";
    }

    @Override
    public void check(URI uri) {
        ConsulUri parsed = parsed(uri);
        ConsulSource.of(parsed, variables);
        ServicePorts.of(parsed.options());
    }

    @Override
    public Catalog open(URI uri, DiscoveryContext context) {
        ConsulUri parsed = parsed(uri);
        var ports = ServicePorts.of(parsed.options());
        return new ConsulKvCatalog(parsed, ConsulSource.of(parsed, variables), ports, context);
    }

    private ConsulUri parsed(URI uri) {
        return ConsulUri.of(uri, OPTIONS, variables);
    }
}
