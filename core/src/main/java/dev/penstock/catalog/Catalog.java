package dev.penstock.catalog;

import java.util.function.Consumer;

/**
 * A source of whole definitions. Thread-safe.
 *
 * <p>{@link CatalogPublisher} does most of the work for those who write one.
 */
public interface Catalog extends AutoCloseable {
    /**
     * Subscribes to the definitions.
     *
     * @param observer told each new state, whole: one call at a time, never under a lock
     * @return closed to stop
     */
    Subscription watch(Consumer<CatalogState> observer);

    /**
     * How it does. Returns at once.
     *
     * @return {@link CatalogReport#NOTHING} unless it has something to say
     */
    default CatalogReport report() {
        return CatalogReport.NOTHING;
    }

    /** Ends every subscription, and every thread and connection of this catalog, within a second. */
    @Override
    void close();

    /** A running subscription. */
    @FunctionalInterface
    interface Subscription extends AutoCloseable {
        /**
         * Stops it; no call to the observer starts afterwards. A call under way is waited for, a second at most, unless it
         * is the one that closes.
         */
        @Override
        void close();
    }
}
