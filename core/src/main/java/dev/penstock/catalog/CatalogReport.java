package dev.penstock.catalog;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * How a catalog does. Immutable. Times are readings of the {@link dev.penstock.time.Ticker}, in nanoseconds.
 *
 * @param problem why its source cannot be read at the moment, one sentence; empty if all is well
 * @param sinceNanos when that began; of no meaning where nothing was said yet
 * @param skipped what the newest answer of its source held that could not be used, one sentence each
 */
public record CatalogReport(String problem, long sinceNanos, List<String> skipped) {
    /** The most sentences about entries that are kept. */
    public static final int MAX_SKIPPED = 20;

    /** The report of a catalog that reports nothing. */
    public static final CatalogReport NOTHING = new CatalogReport("", 0, List.of());

    /** Copies the first {@value #MAX_SKIPPED} sentences. */
    public CatalogReport {
        requireNonNull(problem, "problem");
        skipped = skipped.stream().limit(MAX_SKIPPED).toList();
    }
}
