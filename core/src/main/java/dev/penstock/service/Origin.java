package dev.penstock.service;

import static java.util.Objects.requireNonNull;

/**
 * Where an endpoint was found. Immutable.
 *
 * @param source the name of its source
 * @param revision the version of the set of endpoints that it came with last
 * @param sinceNanos when it was first seen, a reading of the {@link dev.penstock.time.Ticker}
 */
public record Origin(String source, long revision, long sinceNanos) {
    /** Checks for null. */
    public Origin {
        requireNonNull(source, "source");
    }
}
