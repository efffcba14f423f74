package dev.penstock.discovery.etcd;

import static java.util.Objects.requireNonNull;

import dev.penstock.discovery.ClusterUri;
import dev.penstock.discovery.Discovery;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.DiscoveryFactory;
import dev.penstock.discovery.ServiceQuery;
import dev.penstock.endpoint.ServiceName;
import java.net.URI;
import java.util.Map;
import java.util.Set;

/**
 * Services as registrator keeps them in etcd, {@code <prefix>/<name>/<id>} = {@code ip:port}: {@code
 * etcd://host:2379,host2:2379/prefix/name?api=v2}. Thread-safe.
 *
 * <p>Without a host, {@code 127.0.0.1:2379}. Options: {@code udp} (endpoints of UDP instead of TCP); of the source {@code
 * api}, {@code passwordFile}, {@code passwordEnv}, {@code wait}, {@code emptyGuard}, {@code shrinkGuard}.
 */
public final class EtcdFactory implements DiscoveryFactory {
    private static final Set<String> OPTIONS = Set.of("udp");

    private final Map<String, String> variables;

    /** With the variables of the process's environment. */
    public EtcdFactory() {
        this(System.getenv());
    }

    /**
     * With variables of one's own.
     *
     * @param variables read instead of the environment
     */
    public EtcdFactory(Map<String, String> variables) {
        this.variables = Map.copyOf(requireNonNull(variables, "variables"));
    }

    @Override
    public String scheme() {
        return EtcdUri.SCHEME;
    }

    @Override
    public URI shared(URI uri) {
        ClusterUri parsed = EtcdUri.of(uri, OPTIONS);
        EtcdSource.of(parsed, variables); // what makes no sense is said here
        return parsed.shared();
    }

    @Override
    public ServiceQuery query(ServiceName service, URI uri) {
        ClusterUri parsed = EtcdUri.of(uri, OPTIONS);
        if (parsed.path().isEmpty()) {
            throw new IllegalArgumentException(
                    "path: none (expected: a prefix and a name, as in etcd://host:2379/services/web)");
        }
        return new ServiceQuery(service, parsed.path(), parsed.queryOptions());
    }

    @Override
    public Discovery open(URI shared, DiscoveryContext context) {
        return new EtcdDiscovery(EtcdSource.of(EtcdUri.of(shared, OPTIONS), variables), context);
    }
}
