package dev.penstock.discovery;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * An open source of endpoints, over all services that it is watched for, at one moment. Immutable.
 *
 * @param source its name
 * @param watches how many services it is watched for
 * @param failing for how many of them it fails
 * @param sinceNanos when the oldest failure began, a reading of the {@link dev.penstock.time.Ticker}; of no meaning where
 *     none fails
 * @param problem that of the oldest failure, one sentence; empty where none fails
 * @param skipped what it holds that could not be used, one sentence each, {@value Watch#MAX_SKIPPED} at most
 * @param faults what it did wrong as a plug-in, counted
 */
public record SourceStatus(
        String source, int watches, int failing, long sinceNanos, String problem, List<String> skipped, long faults) {
    /** Copies the first sentences. */
    public SourceStatus {
        requireNonNull(source, "source");
        requireNonNull(problem, "problem");
        skipped = skipped.stream().limit(Watch.MAX_SKIPPED).toList();
    }
}
