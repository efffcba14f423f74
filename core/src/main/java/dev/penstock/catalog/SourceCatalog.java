package dev.penstock.catalog;

import java.util.function.Consumer;

/**
 * A catalog whose definitions come from a {@link PolledCatalog}: what is left to say is how the source is read. Made for
 * authors of catalogs. Thread-safe.
 */
public abstract class SourceCatalog implements Catalog {
    /** A catalog; nothing is read until somebody watches. */
    protected SourceCatalog() {}

    /**
     * What reads the source.
     *
     * @return always the same
     */
    protected abstract PolledCatalog polled();

    /** Ends what was begun for the source; called when nothing is read any more. Does nothing unless overridden. */
    protected void release() {}

    @Override
    public final Subscription watch(Consumer<CatalogState> observer) {
        return polled().watch(observer);
    }

    @Override
    public final CatalogReport report() {
        return polled().report();
    }

    @Override
    public final void close() {
        polled().close();
        release();
    }
}
