package dev.penstock.discovery.etcd;

import static java.util.Objects.requireNonNull;

import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.KeyWatch;
import dev.penstock.discovery.KeyWatchFactory;
import java.net.URI;
import java.util.Map;
import java.util.Set;

/**
 * The keys of etcd: {@code etcd://host:2379,host2:2379?api=v2}, with the options of {@link EtcdKeys}. Keys have a slash in
 * front. Thread-safe.
 */
public final class EtcdKeysFactory implements KeyWatchFactory {
    private final Map<String, String> variables;

    /** With the variables of the process's environment. */
    public EtcdKeysFactory() {
        this(System.getenv());
    }

    /**
     * With variables of one's own.
     *
     * @param variables read instead of the environment
     */
    public EtcdKeysFactory(Map<String, String> variables) {
        this.variables = Map.copyOf(requireNonNull(variables, "variables"));
    }

    @Override
    public String scheme() {
        return EtcdUri.SCHEME;
    }

    @Override
    public void check(URI store) {
        EtcdSource.of(EtcdUri.of(store, Set.of()), variables);
    }

    @Override
    public String key(String path) {
        return path;
    }

    @Override
    public KeyWatch open(URI store, DiscoveryContext context) {
        return EtcdKeys.open(store, variables, context);
    }
}
