package dev.penstock.catalog;

import dev.penstock.discovery.DiscoveryContext;
import java.net.URI;
import java.util.Set;

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
     * The ports of TCP of this machine that a catalog of a URI listens on itself, as for calls of its source. No listener
     * that a catalog defines gets them.
     *
     * @param uri as {@link #check} lets it pass
     * @return {@code 1..65535} each; none in most
     */
    default Set<Integer> ports(URI uri) {
        return Set.of();
    }

    /**
     * Opens a catalog; must not wait for its source to answer.
     *
     * @param uri as written in the configuration
     * @param context what it may use
     * @return closed when nobody follows it any more
     */
    Catalog open(URI uri, DiscoveryContext context);
}
