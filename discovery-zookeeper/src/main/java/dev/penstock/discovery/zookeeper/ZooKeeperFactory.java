package dev.penstock.discovery.zookeeper;

import static java.util.Objects.requireNonNull;

import dev.penstock.discovery.ClusterUri;
import dev.penstock.discovery.Discovery;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.DiscoveryFactory;
import dev.penstock.discovery.ServiceQuery;
import dev.penstock.endpoint.ServiceName;
import java.net.URI;
import java.util.Map;

/**
 * Services as Curator's service discovery or registrator keep them in ZooKeeper, one node below {@code /base/name} for each
 * endpoint: {@code zookeeper://host:2181,host2:2181/base/name}. Thread-safe.
 *
 * <p>Without a host, {@code 127.0.0.1:2181}. Options: {@code ssl} (the port of TLS of each instance); of the source {@code
 * session}, {@code wait}, {@code passwordFile}, {@code passwordEnv}, {@code emptyGuard}, {@code shrinkGuard}.
 */
public final class ZooKeeperFactory implements DiscoveryFactory {
    private final Map<String, String> variables;

    /** With the variables of the process's environment. */
    public ZooKeeperFactory() {
        this(System.getenv());
    }

    /**
     * With variables of one's own.
     *
     * @param variables read instead of the environment
     */
    public ZooKeeperFactory(Map<String, String> variables) {
        this.variables = Map.copyOf(requireNonNull(variables, "variables"));
    }

    @Override
    public String scheme() {
        return ZooKeeperUri.LONG;
    }

    @Override
    public URI shared(URI uri) {
        ClusterUri parsed = ZooKeeperUri.of(uri);
        ZooKeeperSource.of(parsed, variables); // what makes no sense is said here
        return parsed.shared();
    }

    @Override
    public ServiceQuery query(ServiceName service, URI uri) {
        ClusterUri parsed = ZooKeeperUri.of(uri);
        if (parsed.path().isEmpty()) {
            throw new IllegalArgumentException(
                    "path: none (expected: a base and a name, as in zk://host:2181/services/web)");
        }
        ZooKeeperUri.checkPath(parsed.path());
        return new ServiceQuery(service, parsed.path(), parsed.queryOptions());
    }

    @Override
    public Discovery open(URI shared, DiscoveryContext context) {
        return new ZooKeeperDiscovery(ZooKeeperSource.of(ZooKeeperUri.of(shared), variables), context);
    }
}
