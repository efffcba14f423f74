package dev.penstock.discovery;

import java.net.URI;

/** Opens the stores of texts of one URI scheme. Thread-safe; found by {@link java.util.ServiceLoader}. */
public interface KeyWatchFactory {
    /**
     * The scheme, as in {@code etcd}.
     *
     * @return lower case
     */
    String scheme();

    /**
     * Refuses a store that cannot be opened; opens nothing.
     *
     * @param store its address and options, without a path
     * @throws IllegalArgumentException if the URI makes no sense; the message says what was expected
     */
    void check(URI store);

    /**
     * The key that a path of a URI names.
     *
     * @param path begins with a slash
     * @return as {@link KeyWatch#watch} takes it
     */
    String key(String path);

    /**
     * Opens a store; asks nothing until the first watch.
     *
     * @param store its address and options, without a path
     * @param context clock, threads and chance
     * @return to be closed by the caller
     * @throws IllegalArgumentException if the URI makes no sense
     */
    KeyWatch open(URI store, DiscoveryContext context);
}
