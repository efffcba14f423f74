package dev.penstock.discovery.consul;

import static java.util.Objects.requireNonNull;

import dev.penstock.catalog.Catalog;
import dev.penstock.catalog.CatalogFactory;
import dev.penstock.catalog.ServicePorts;
import dev.penstock.discovery.DiscoveryContext;
import java.net.URI;
import java.util.Map;
import java.util.Set;

/**
 * The services that registrator keeps in Consul's key-value store, each at its own port, {@code
 * <prefix>/<service>/<host:container:port>} = {@code ip:port}: {@code consulkv://host:8500/services?listen=10.0.0.1}.
 * Thread-safe.
 *
 * <p>Without a prefix, {@code services}. Options: {@code listen} (where the ports are opened), {@code dc}, {@code stale} or
 * {@code consistent}, and those of the source as for {@link ConsulFactory}.
 */
public final class ConsulKvCatalogFactory implements CatalogFactory {
    private static final String LISTEN = "listen";
    private static final Set<String> OPTIONS = Set.of(LISTEN, "dc", "stale", "consistent");

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
        ConsulSource.of(parsed(uri), variables);
    }

    @Override
    public Catalog open(URI uri, DiscoveryContext context) {
        ConsulUri parsed = parsed(uri);
        var ports = new ServicePorts(parsed.text(LISTEN));
        return new ConsulKvCatalog(parsed, ConsulSource.of(parsed, variables), ports, context);
    }

    private ConsulUri parsed(URI uri) {
        return ConsulUri.of(uri, OPTIONS, variables);
    }
}
