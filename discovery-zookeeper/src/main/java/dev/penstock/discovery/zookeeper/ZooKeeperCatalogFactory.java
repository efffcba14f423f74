package dev.penstock.discovery.zookeeper;

import static java.util.Objects.requireNonNull;

import dev.penstock.catalog.Catalog;
import dev.penstock.catalog.CatalogFactory;
import dev.penstock.catalog.ServicePorts;
import dev.penstock.discovery.ClusterUri;
import dev.penstock.discovery.DiscoveryContext;
import java.net.URI;
import java.util.Map;

/**
 * The services that registrator keeps in ZooKeeper, each at its own port, {@code <base>/<service>/<any name>} with {@code
 * IP}, {@code PublicPort} and {@code PrivatePort}: {@code zookeeper://host:2181,host2:2181/services?listen=10.0.0.1}.
 * Thread-safe.
 *
 * <p>Without a host, {@code 127.0.0.1:2181}; without a base, {@code /services}. Options: those of
 * {@link ServicePorts#of}, and those of the source as for {@link ZooKeeperFactory}.
 */
public final class ZooKeeperCatalogFactory implements CatalogFactory {
    private final Map<String, String> variables;

    /** With the variables of the process's environment. */
    public ZooKeeperCatalogFactory() {
        this(System.getenv());
    }

    /**
     * With variables of one's own.
     *
     * @param variables read instead of the environment
     */
    public ZooKeeperCatalogFactory(Map<String, String> variables) {
        this.variables = Map.copyOf(requireNonNull(variables, "variables"));
    }

    @Override
    public String scheme() {
        return ZooKeeperUri.LONG;
    }

    @Override
    public void check(URI uri) {
        ClusterUri parsed = ZooKeeperUri.ofCatalog(uri, ServicePorts.OPTIONS);
        ZooKeeperSource.of(parsed, variables);
        ServicePorts.of(parsed.options());
    }

    @Override
    public Catalog open(URI uri, DiscoveryContext context) {
        ClusterUri parsed = ZooKeeperUri.ofCatalog(uri, ServicePorts.OPTIONS);
        String path = parsed.path().isEmpty() ? "/services" : "/" + parsed.path();
        var ports = ServicePorts.of(parsed.options());
        return new ZooKeeperCatalog(ZooKeeperSource.of(parsed, variables), path, ports, context);
    }
}
