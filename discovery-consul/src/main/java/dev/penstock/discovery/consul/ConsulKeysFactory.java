package dev.penstock.discovery.consul;

import static java.util.Objects.requireNonNull;

import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.KeyWatch;
import dev.penstock.discovery.KeyWatchFactory;
import java.net.URI;
import java.util.Map;

/**
 * Consul's key-value store: {@code consulkv://host:8500}, with the options of {@link ConsulKeys}. Keys have no slash in front.
 * Thread-safe.
 */
public final class ConsulKeysFactory implements KeyWatchFactory {
    private final Map<String, String> variables;

    /** With the variables of the process's environment, as {@code CONSUL_HTTP_TOKEN}. */
    public ConsulKeysFactory() {
        this(System.getenv());
    }

    /**
     * With variables of one's own.
     *
     * @param variables read instead of the environment
     */
    public ConsulKeysFactory(Map<String, String> variables) {
        this.variables = Map.copyOf(requireNonNull(variables, "variables"));
    }

    @Override
    public String scheme() {
        return "consulkv";
    }

    @Override
    public void check(URI store) {
        ConsulSource.of(ConsulUri.of(store, ConsulKeys.OPTIONS, variables), variables);
    }

    @Override
    public String key(String path) {
        return path.replaceFirst("^/+", "");
    }

    @Override
    public KeyWatch open(URI store, DiscoveryContext context) {
        return ConsulKeys.open(store, variables, context);
    }
}
