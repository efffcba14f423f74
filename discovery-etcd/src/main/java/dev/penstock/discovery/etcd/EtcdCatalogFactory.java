package dev.penstock.discovery.etcd;

import static java.util.Objects.requireNonNull;

import dev.penstock.catalog.Catalog;
import dev.penstock.catalog.CatalogFactory;
import dev.penstock.catalog.ServicePorts;
import dev.penstock.discovery.ClusterUri;
import dev.penstock.discovery.DiscoveryContext;
import java.net.URI;
import java.util.Map;

/**
 * The services that registrator keeps in etcd, each at its own port, {@code <prefix>/<service>/<host:container:port>} =
 * {@code ip:port}: {@code etcd://host:2379,host2:2379/services?listen=10.0.0.1}. Thread-safe.
 *
 * <p>Without a host, {@code 127.0.0.1:2379}; without a prefix, {@code /services}. Options: those of
 * {@link ServicePorts#of}, and those of the source as for {@link EtcdFactory}; {@code api} is {@code v2} here, as registrator writes.
 */
public final class EtcdCatalogFactory implements CatalogFactory {
    private final Map<String, String> variables;

    /** With the variables of the process's environment. */
    public EtcdCatalogFactory() {
        this(System.getenv());
    }

    /**
     * With variables of one's own.
     *
     * @param variables read instead of the environment
     */
    public EtcdCatalogFactory(Map<String, String> variables) {
        this.variables = Map.copyOf(requireNonNull(variables, "variables"));
    }

    @Override
    public String scheme() {
        return EtcdUri.SCHEME;
    }

    @Override
    public void check(URI uri) {
        ClusterUri parsed = parsed(uri);
        source(parsed);
        ServicePorts.of(parsed.options());
    }

    @Override
    public Catalog open(URI uri, DiscoveryContext context) {
        ClusterUri parsed = parsed(uri);
        String prefix = parsed.path().isEmpty() ? "/services/" : "/" + parsed.path() + "/";
        return new EtcdCatalog(source(parsed), prefix, ServicePorts.of(parsed.options()), context);
    }

    private static ClusterUri parsed(URI uri) {
        return EtcdUri.of(uri, ServicePorts.OPTIONS);
    }

    private EtcdSource source(ClusterUri uri) {
        return EtcdSource.of(uri, variables, "v2");
    }
}
