package dev.penstock.catalog;

import java.time.Duration;

/** Checks of durations in settings. */
final class Durations {
    private static final Duration LONGEST = Duration.ofDays(365);

    private Durations() {}

    static void checkPositive(String what, Duration duration) {
        if (duration.isZero()) {
            throw new IllegalArgumentException(what + ": 0 (expected: longer than 0)");
        }
        checkNotNegative(what, duration);
    }

    static void checkNotNegative(String what, Duration duration) {
        if (duration.isNegative() || duration.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(what + ": " + duration + " (expected: 0 to 365 days)");
        }
    }
}
