package dev.penstock.catalog;

import java.util.function.Consumer;

/**
 * A catalog whose definitions come from a {@link PolledCatalog}: what is left to say is how the source is read. Made for
 * authors of catalogs. Thread-safe.
 */
public interface SourceCatalog extends Catalog {
    /**
     * What reads the source.
     *
     * @return always the same
     */
    PolledCatalog polled();

    /** Ends what was begun for the source; called when nothing is read any more. Does nothing unless overridden. */
    default void release() {}

    @Override
    default Subscription watch(Consumer<CatalogState> observer) {
        return polled().watch(observer);
    }

    @Override
    default CatalogReport report() {
        return polled().report();
    }

    @Override
    default void close() {
        polled().close();
        release();
    }
}
