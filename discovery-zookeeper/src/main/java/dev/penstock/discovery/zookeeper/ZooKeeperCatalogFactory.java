package dev.penstock.discovery.zookeeper;

import static java.util.Objects.requireNonNull;

import dev.penstock.catalog.Catalog;
import dev.penstock.catalog.CatalogFactory;
import dev.penstock.catalog.ServicePorts;
import dev.penstock.discovery.ClusterUri;
import dev.penstock.discovery.DiscoveryContext;
import java.net.URI;
import java.util.Map;
import java.util.Set;

/**
 * The services that registrator keeps in ZooKeeper, each at its own port, {@code <base>/<service>/<any name>} with {@code
 * IP}, {@code PublicPort} and {@code PrivatePort}: {@code zookeeper://host:2181,host2:2181/services?listen=10.0.0.1}.
 * Thread-safe.
 *
 * <p>Without a host, {@code 127.0.0.1:2181}; without a base, {@code /services}. Options: {@code listen} (where the ports
 * are opened), and those of the source as for {@link ZooKeeperFactory}.
 */
public final class ZooKeeperCatalogFactory implements CatalogFactory {
    private static final String LISTEN = "listen";
    private static final Set<String> OPTIONS = Set.of(LISTEN);

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
        ZooKeeperSource.of(ZooKeeperUri.ofCatalog(uri, OPTIONS), variables);
    }

    @Override
    public Catalog open(URI uri, DiscoveryContext context) {
        ClusterUri parsed = ZooKeeperUri.ofCatalog(uri, OPTIONS);
        String path = parsed.path().isEmpty() ? "/services" : "/" + parsed.path();
        var ports = new ServicePorts(parsed.options().text(LISTEN).orElse(""));
        return new ZooKeeperCatalog(ZooKeeperSource.of(parsed, variables), path, ports, context);
    }
}
