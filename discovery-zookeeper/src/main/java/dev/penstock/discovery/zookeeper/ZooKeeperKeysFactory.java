package dev.penstock.discovery.zookeeper;

import static java.util.Objects.requireNonNull;

import dev.penstock.discovery.ClusterUri;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.KeyWatch;
import dev.penstock.discovery.KeyWatchFactory;
import java.net.URI;
import java.util.Map;
import java.util.Set;

/**
 * The nodes of ZooKeeper: {@code zookeeper://host:2181,host2:2181}, with the options of the source as for
 * {@link ZooKeeperFactory}. Keys are paths. Thread-safe.
 */
public final class ZooKeeperKeysFactory implements KeyWatchFactory {
    private final Map<String, String> variables;

    /** With the variables of the process's environment. */
    public ZooKeeperKeysFactory() {
        this(System.getenv());
    }

    /**
     * With variables of one's own.
     *
     * @param variables read instead of the environment
     */
    public ZooKeeperKeysFactory(Map<String, String> variables) {
        this.variables = Map.copyOf(requireNonNull(variables, "variables"));
    }

    @Override
    public String scheme() {
        return ZooKeeperUri.LONG;
    }

    @Override
    public void check(URI store) {
        source(store);
    }

    private ZooKeeperSource source(URI store) {
        ClusterUri parsed = ZooKeeperUri.ofCatalog(store, Set.of());
        return ZooKeeperSource.of(parsed, variables);
    }

    @Override
    public String key(String path) {
        ZooKeeperUri.checkPath(path.replaceAll("^/+|/+$", ""));
        return path;
    }

    @Override
    public KeyWatch open(URI store, DiscoveryContext context) {
        return new ZooKeeperKeys(source(store), context);
    }
}
