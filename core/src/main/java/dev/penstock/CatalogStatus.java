package dev.penstock;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * A catalog that is followed, at one moment. Immutable.
 *
 * @param source its name, as in {@code docker://}
 * @param state how it does
 * @param sinceNanos when that began, a reading of the {@link dev.penstock.time.Ticker}
 * @param problem what is wrong with it, one sentence; empty if all is well
 * @param revision counts what it told that is in effect, {@code 0} before that is anything
 * @param skipped what its source holds that could not be used, one sentence each
 * @param rejected what it defines that does not take effect, with the reason, one sentence each
 * @param faults what it did wrong as a plug-in, counted
 */
public record CatalogStatus(
        String source,
        State state,
        long sinceNanos,
        String problem,
        long revision,
        List<String> skipped,
        List<String> rejected,
        long faults) {
    /** The most sentences of each kind that are kept. */
    public static final int MAX_ENTRIES = 20;

    /** Copies the first {@value #MAX_ENTRIES} sentences of each kind. */
    public CatalogStatus {
        requireNonNull(source, "source");
        requireNonNull(state, "state");
        requireNonNull(problem, "problem");
        skipped = skipped.stream().limit(MAX_ENTRIES).toList();
        rejected = rejected.stream().limit(MAX_ENTRIES).toList();
    }

    /** How a catalog does. */
    public enum State {
        /** It has told nothing yet. */
        PENDING,
        /** It told what there is. */
        READY,
        /** It fails; what it told last stays in effect. */
        STALE,
        /** It fails and has never told anything. */
        FAILED
    }
}
