package dev.penstock.discovery.consul;

import static java.util.Objects.requireNonNull;

import dev.penstock.catalog.Catalog;
import dev.penstock.catalog.CatalogFactory;
import dev.penstock.discovery.DiscoveryContext;
import java.net.URI;
import java.util.Map;
import java.util.Set;

/**
 * Routes from the tags of Consul's services: {@code consul://host:8500?dc=east}. Thread-safe.
 *
 * <p>Options: {@code dc}, {@code stale} or {@code consistent}, {@code warning}, and those of the source as for
 * {@link ConsulFactory}.
 */
public final class ConsulCatalogFactory implements CatalogFactory {
    private static final Set<String> OPTIONS = Set.of("dc", "stale", "consistent", "warning");

    private final Map<String, String> variables;

    /** With the variables of the process's environment, as {@code CONSUL_HTTP_TOKEN}. */
    public ConsulCatalogFactory() {
        this(System.getenv());
    }

    /**
     * With variables of one's own.
     *
     * @param variables read instead of the environment
     */
    public ConsulCatalogFactory(Map<String, String> variables) {
        this.variables = Map.copyOf(requireNonNull(variables, "variables"));
    }

    @Override
    public String scheme() {
        return "consul";
    }

    @Override
    public void check(URI uri) {
        ConsulUri parsed = parsed(uri);
        if (!parsed.path().isEmpty()) {
            throw new IllegalArgumentException(
                    "path: \"" + parsed.path() + "\" (expected: none; a catalog is of all services)");
        }
    }

    @Override
    public Catalog open(URI uri, DiscoveryContext context) {
        check(uri);
        ConsulUri parsed = parsed(uri);
        return new ConsulCatalog(parsed, ConsulSource.of(parsed, variables), context);
    }

    private ConsulUri parsed(URI uri) {
        return ConsulUri.of(uri, OPTIONS, variables);
    }
}
