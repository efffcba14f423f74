package dev.penstock.time;

import java.time.Duration;

/** Checks of durations in settings. */
public final class Durations {
    private static final Duration LONGEST = Duration.ofDays(365);

    private Durations() {}

    /**
     * Refuses zero and less.
     *
     * @param what names it in the message
     * @param duration to be checked
     * @throws IllegalArgumentException if it is not longer than 0, or longer than 365 days
     */
    public static void checkPositive(String what, Duration duration) {
        if (duration.isZero()) {
            throw new IllegalArgumentException(what + ": 0 (expected: longer than 0)");
        }
        checkNotNegative(what, duration);
    }

    /**
     * Refuses less than zero.
     *
     * @param what names it in the message
     * @param duration to be checked
     * @throws IllegalArgumentException if it is below 0, or longer than 365 days
     */
    public static void checkNotNegative(String what, Duration duration) {
        if (duration.isNegative() || duration.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(what + ": " + duration + " (expected: 0 to 365 days)");
        }
    }
}
