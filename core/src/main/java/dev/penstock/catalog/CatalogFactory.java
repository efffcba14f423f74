package dev.penstock.catalog;

import dev.penstock.discovery.DiscoveryContext;
import java.net.URI;

/** Opens the catalogs of one URI scheme. Thread-safe; found by {@link java.util.ServiceLoader} or registered by hand. */
public interface CatalogFactory {
    /**
     * The scheme, as in {@code docker}.
     *
     * @return lower case
     */
    String scheme();

    /**
     * Refuses a URI that cannot be opened; opens nothing.
     *
     * @param uri as written in the configuration
     * @throws IllegalArgumentException if the URI makes no sense; the message says what was expected
     */
    default void check(URI uri) {}

    /**
     * Opens a catalog; must not wait for its source to answer.
     *
     * @param uri as written in the configuration
     * @param context what it may use
     * @return closed when nobody follows it any more
     */
    Catalog open(URI uri, DiscoveryContext context);
}
