package dev.penstock.discovery.marathon;

import static java.util.Objects.requireNonNull;

import dev.penstock.catalog.AskedCatalog;
import dev.penstock.catalog.Catalog;
import dev.penstock.catalog.CatalogFactory;
import dev.penstock.discovery.ClusterUri;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.SharedParts;
import java.net.URI;
import java.util.Map;
import java.util.Set;

/**
 * The apps of a Marathon: each service port of theirs is opened here, and their labels may define routes, {@code
 * marathon://host:8080,host2:8080}. Thread-safe.
 *
 * <p>Options: {@code exposeHost}, {@code group}, {@code maxConnections}, {@code balancer}, those of {@link
 * dev.penstock.catalog.ServicePorts}, and those of the source as for {@link MarathonFactory}. Services that follow from it share its source.
 */
public final class MarathonCatalogFactory implements CatalogFactory {
    private final Map<String, String> variables;

    /** With the variables of the process's environment. */
    public MarathonCatalogFactory() {
        this(System.getenv());
    }

    /**
     * With variables of one's own.
     *
     * @param variables read instead of the environment
     */
    public MarathonCatalogFactory(Map<String, String> variables) {
        this.variables = Map.copyOf(requireNonNull(variables, "variables"));
    }

    @Override
    public String scheme() {
        return MarathonUri.SCHEME;
    }

    @Override
    public void check(URI uri) {
        ClusterUri parsed = MarathonUri.of(uri, PortRules.OPTIONS);
        if (!parsed.path().isEmpty()) {
            throw new IllegalArgumentException(
                    "path: \"" + parsed.path() + "\" (expected: none; a catalog is of all apps)");
        }
        rules(parsed);
    }

    /** The port at which Marathon posts its events. */
    @Override
    public Set<Integer> ports(URI uri) {
        int callback = rules(MarathonUri.of(uri, PortRules.OPTIONS)).callbackPort();
        return callback == 0 ? Set.of() : Set.of(callback);
    }

    @Override
    public Catalog open(URI uri, DiscoveryContext context) {
        check(uri);
        ClusterUri parsed = MarathonUri.of(uri, PortRules.OPTIONS);
        PortRules rules = rules(parsed);
        URI shared = parsed.shared();
        SharedParts.Held<Cluster> held = Cluster.hold(shared, variables, context);
        var definitions = new Definitions(held.part().name(), shared, rules);
        return new AskedCatalog<Snapshot>(held, definitions::of, context);
    }

    private PortRules rules(ClusterUri uri) {
        return PortRules.of(uri, MarathonSource.of(uri, variables).callback());
    }
}
