package dev.penstock.service;

import dev.penstock.load.Decay;
import java.time.Duration;

/**
 * How many of the last requests failed, in one word: the moment of the last change (upper half, in ticks), failures and
 * successes (16 bits each, in 1024ths). Pure functions.
 *
 * <p>Both fade with time, and together they are at most {@value #MOST}: what counts are the last {@value #MOST} requests, or
 * the last tau if those were fewer. The share is {@code failures / (failures + successes + 1)}, so that one failure alone
 * is not everything, and that it fades where no request comes at all: an endpoint that failed is asked again.
 */
final class FailureMemory {
    static final Duration TAU = Duration.ofSeconds(5);

    /**
     * What the share of failures counts, in requests in flight: with all failing as many as {@link #MOST}, nearly; one
     * failure among {@link #MOST} counts nothing. Palantir's Dialogue adds 10 for each failure of the last 30 s.
     */
    static final int WEIGHT = 30;

    static final int MOST = 32;

    private static final Decay DECAY = new Decay(TAU);
    private static final int ONE = 1024;
    private static final int MASK = 0xffff;

    /** Time goes by in steps: shorter ones would be lost in rounding. */
    private static final int STEP_TICKS = (int) ((TAU.toNanos() / 64) >> Decay.TICK_SHIFT);

    private FailureMemory() {}

    /** With one request more. */
    static long added(long word, int tick, boolean failed) {
        int failures = failures(word);
        int successes = successes(word);
        int passed = tick - tick(word);
        if (!failed && failures == 0 && successes >= (MOST - 1) * ONE && passed < STEP_TICKS) {
            return word; // the usual case: nothing would change
        }
        int since = tick(word);
        if (passed >= STEP_TICKS || word == 0) {
            double left = DECAY.left(passed);
            failures = (int) (failures * left);
            successes = (int) (successes * left);
            since = tick;
        }
        failures += failed ? ONE : 0;
        successes += failed ? 0 : ONE;
        int all = failures + successes;
        if (all > MOST * ONE) {
            failures = (int) ((long) failures * (MOST * ONE) / all);
            successes = MOST * ONE - failures;
        }
        return ((long) since << Integer.SIZE) | ((long) failures << Short.SIZE) | successes;
    }

    /** Requests in flight that the failures count for now, {@code 0..WEIGHT}. Cost: some shifts where nothing failed. */
    static int handicap(long word, int tick) {
        int failures = failures(word);
        int all = failures + successes(word) + ONE;
        if (WEIGHT * failures < all) {
            return 0;
        }
        double left = DECAY.left(tick - tick(word));
        return (int) (WEIGHT * left * failures / (left * (all - ONE) + ONE));
    }

    /** The share of failures now, {@code 0..1}. */
    static double share(long word, int tick) {
        double left = DECAY.left(tick - tick(word));
        double failures = left * failures(word);
        return failures / (failures + left * successes(word) + ONE);
    }

    private static int tick(long word) {
        return (int) (word >>> Integer.SIZE);
    }

    private static int failures(long word) {
        return (int) (word >>> Short.SIZE) & MASK;
    }

    private static int successes(long word) {
        return (int) word & MASK;
    }
}
