package dev.penstock.label;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * What labels say of the retries of a service. Immutable.
 *
 * @param attempts at one request at most, {@code 1..10}; {@code 0}: not said
 * @param firstWait the longest wait before the first retry; zero: not said
 */
public record LabelRetry(int attempts, Duration firstWait) {
    /** Nothing is said. */
    public static final LabelRetry UNSAID = new LabelRetry(0, Duration.ZERO);

    static final int MAX_ATTEMPTS = 10;

    /** Checks the ranges. */
    public LabelRetry {
        requireNonNull(firstWait, "firstWait");
        if (attempts < 0 || attempts > MAX_ATTEMPTS) {
            throw new IllegalArgumentException("attempts: " + attempts + " (expected: 0.." + MAX_ATTEMPTS + ")");
        }
        if (firstWait.isNegative() || firstWait.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("firstWait: " + firstWait + " (expected: 0 to 1 h)");
        }
    }
}
