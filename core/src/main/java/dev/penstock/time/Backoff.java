package dev.penstock.time;

import java.time.Duration;

/**
 * How long to wait before another attempt: longer with each failure in a row, and never in step with others. Immutable.
 *
 * @param first the longest wait after the first failure, {@code > 0}
 * @param factor by which it grows, {@code >= 1}
 * @param limit where it stops growing, {@code >= first}
 * @param jitter the smallest share of the wait that is drawn, {@code 0..1}; {@code 1} draws none
 */
public record Backoff(Duration first, double factor, Duration limit, double jitter) {
    private static final Backoff DEFAULTS = new Backoff(Duration.ofSeconds(1), 1.5, Duration.ofSeconds(15), 0.75);

    /** Checks every component against its range. */
    public Backoff {
        Durations.checkPositive("first", first);
        if (!(factor >= 1)) {
            throw new IllegalArgumentException("factor: " + factor + " (expected: 1 or more)");
        }
        Durations.checkNotNegative("limit", limit);
        if (limit.compareTo(first) < 0) {
            throw new IllegalArgumentException("limit: " + limit + " (expected: " + first + " or more)");
        }
        if (!(jitter >= 0 && jitter <= 1)) {
            throw new IllegalArgumentException("jitter: " + jitter + " (expected: 0..1)");
        }
    }

    /**
     * What every source uses.
     *
     * @return 1 s, growing by 1.5 to 15 s, of which 0.75 to 1.0 are drawn
     */
    public static Backoff defaults() {
        return DEFAULTS;
    }

    /**
     * The same with a lower limit.
     *
     * @param most how long a wait may be at most, {@code > 0}
     * @return a copy
     */
    public Backoff atMost(Duration most) {
        Duration lower = most.compareTo(limit) < 0 ? most : limit;
        return new Backoff(first.compareTo(lower) < 0 ? first : lower, factor, lower, jitter);
    }

    /**
     * The wait before the next attempt.
     *
     * @param failures in a row, {@code >= 1}
     * @param randomness draws the jitter
     * @return {@code jitter..1} times the wait for that many failures
     */
    public Duration delay(int failures, Randomness randomness) {
        double full = Math.min((double) limit.toNanos(), first.toNanos() * Math.pow(factor, Math.max(0, failures - 1)));
        return Duration.ofNanos((long) (full * (jitter + (1 - jitter) * randomness.nextDouble())));
    }
}
