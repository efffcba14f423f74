package dev.penstock.catalog;

import static java.util.Objects.requireNonNull;

import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.Problems;
import dev.penstock.text.Suggestion;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The kinds of catalogs by URI scheme. Thread-safe. */
public final class CatalogRegistry {
    private static final Logger LOG = LoggerFactory.getLogger(CatalogRegistry.class);

    private final Object lock = new Object();
    private final Map<String, CatalogFactory> factories = new TreeMap<>();

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
        Iterator<CatalogFactory> found =
                ServiceLoader.load(CatalogFactory.class).iterator();
        boolean more = true;
        while (more) {
            try {
                more = found.hasNext();
                if (more) {
                    registry.register(found.next());
                }
            } catch (ServiceConfigurationError | RuntimeException e) {
                LOG.warn("a catalog factory was left out: {}", Problems.of(e), e);
            }
        }
        return registry;
    }

    /**
     * Adds a kind of catalog.
     *
     * @param factory opens its catalogs
     * @throws IllegalArgumentException if its scheme is taken or cannot be one
     */
    public void register(CatalogFactory factory) {
        String scheme = factory.scheme();
        if (scheme == null || !scheme.matches("[A-Za-z][A-Za-z0-9+.-]*")) {
            throw new IllegalArgumentException(
                    "scheme: \"" + scheme + "\" (expected: a letter, then letters, digits, +, . or -)");
        }
        synchronized (lock) {
            if (factories.putIfAbsent(scheme.toLowerCase(Locale.ROOT), factory) != null) {
                throw new IllegalArgumentException("scheme: \"" + scheme + "\" (expected: registered once)");
            }
        }
    }

    /**
     * The schemes known.
     *
     * @return in textual order
     */
    public Set<String> schemes() {
        synchronized (lock) {
            return new TreeSet<>(factories.keySet());
        }
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
        CatalogFactory factory;
        synchronized (lock) {
            factory = factories.get(scheme.toLowerCase(Locale.ROOT));
        }
        if (factory == null) {
            throw new IllegalArgumentException(
                    "scheme " + Suggestion.unknown(scheme.toLowerCase(Locale.ROOT), schemes()));
        }
        return factory;
    }
}
