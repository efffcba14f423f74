package dev.penstock.catalog;

import static java.util.Objects.requireNonNull;

import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.Problems;
import dev.penstock.discovery.Schemes;
import java.util.ServiceLoader;
import java.util.Set;

/** The kinds of catalogs by URI scheme. Thread-safe. */
public final class CatalogRegistry {
    private final Schemes<CatalogFactory> factories = new Schemes<>();

    /** A registry that knows no scheme. */
    public CatalogRegistry() {}

    /**
     * A registry that knows the schemes found by {@link ServiceLoader}; a factory that cannot be loaded is logged and left
     * out.
     *
     * @return the registry
     */
    public static CatalogRegistry defaults() {
        var registry = new CatalogRegistry();
        Schemes.load(ServiceLoader.load(CatalogFactory.class), registry::register);
        return registry;
    }

    /**
     * Adds a kind of catalog.
     *
     * @param factory opens its catalogs
     * @throws IllegalArgumentException if its scheme is taken or cannot be one
     */
    public void register(CatalogFactory factory) {
        factories.add(factory.scheme(), factory);
    }

    /**
     * The schemes known.
     *
     * @return in textual order
     */
    public Set<String> schemes() {
        return factories.names();
    }

    /**
     * Refuses a URI that cannot be opened.
     *
     * @param source a catalog to be followed
     * @throws IllegalArgumentException if the scheme is unknown (the message lists those known), or the factory does not
     *     understand the URI; the message does not repeat what may be secret
     */
    public void check(CatalogSource source) {
        CatalogFactory factory = factory(source);
        try {
            factory.check(source.from());
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
            throw new IllegalArgumentException("\"" + source.name() + "\": " + Problems.of(e), e);
        }
    }

    /**
     * The ports that a catalog listens on itself.
     *
     * @param source a catalog that {@link #check} lets pass
     * @return see {@link CatalogFactory#ports}; none where the factory fails
     */
    public Set<Integer> ports(CatalogSource source) {
        try {
            return Set.copyOf(factory(source).ports(source.from()));
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
            return Set.of(); // its open() says what is wrong with it
        }
    }

    /**
     * Opens a catalog.
     *
     * @param source a catalog to be followed
     * @param context what it may use
     * @return to be closed by the caller
     * @throws IllegalArgumentException as {@link #check} does; whatever else the factory throws passes
     */
    public Catalog open(CatalogSource source, DiscoveryContext context) {
        return requireNonNull(factory(source).open(source.from(), context), "open() returned null");
    }

    private CatalogFactory factory(CatalogSource source) {
        String scheme = source.from().getScheme();
        if (scheme == null) {
            throw new IllegalArgumentException(
                    "\"" + source.name() + "\" (expected: a URI with a scheme, as in docker://)");
        }
        return factories.factory("scheme", scheme);
    }
}
