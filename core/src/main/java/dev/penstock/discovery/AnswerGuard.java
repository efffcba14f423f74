package dev.penstock.discovery;

import java.time.Duration;

/** Holds back answers that lost suspiciously many entries, until they lasted. Confined to its loop. */
public final class AnswerGuard {
    private static final int SMALLEST_TO_SHRINK = 4;

    private final Duration emptyGuard;
    private final Duration shrinkGuard;
    private boolean suspects;
    private long sinceNanos;
    private Duration needed = Duration.ZERO;

    /**
     * Believes everything that these rules do not ask to doubt.
     *
     * @param rules say which guards there are
     */
    public AnswerGuard(SourceRules rules) {
        emptyGuard = rules.emptyGuard();
        shrinkGuard = rules.shrinkGuard();
    }

    /**
     * How long to wait for the read that may confirm an answer.
     *
     * @param now the Ticker's reading, in nanoseconds
     * @param before how many entries there are
     * @param found how many the answer has
     * @return zero if it is to be believed
     */
    public Duration confirmIn(long now, int before, int found) {
        needed = needed(before, found);
        if (needed.isZero()) {
            suspects = false;
            return Duration.ZERO;
        }
        if (!suspects) {
            suspects = true;
            sinceNanos = now;
        }
        Duration left = left(now);
        suspects = !left.isZero();
        return left;
    }

    /**
     * Whether the last answer waits for a read that confirms it.
     *
     * @return false if it was believed
     */
    public boolean holdsBack() {
        return suspects;
    }

    /**
     * How long the answer held back still has to last.
     *
     * @param now the Ticker's reading, in nanoseconds
     * @return zero if a read now confirms it
     */
    public Duration left(long now) {
        Duration left = needed.minusNanos(now - sinceNanos);
        return left.isNegative() ? Duration.ZERO : left;
    }

    private Duration needed(int before, int found) {
        Duration shrunk = before >= SMALLEST_TO_SHRINK && found < before - found ? shrinkGuard : Duration.ZERO;
        boolean emptied = before > 0 && found == 0;
        return emptied && emptyGuard.compareTo(shrunk) > 0 ? emptyGuard : shrunk;
    }
}
