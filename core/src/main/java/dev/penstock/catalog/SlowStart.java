package dev.penstock.catalog;

import dev.penstock.time.Durations;
import java.time.Duration;

/**
 * How the weight of a new endpoint grows. Immutable.
 *
 * <p>It weighs {@code max(10 %, (age / window)^(1 / aggression))} of its weight, in ten steps at most. New is what appears
 * while the service runs: neither the first endpoints of the service nor one that was away for less than the grace.
 *
 * @param window age at which it has its whole weight; zero: at once
 * @param aggression {@code 0.1..10}; above 1 it grows faster at first
 * @param grace an endpoint that was away for longer is new when it comes back
 */
public record SlowStart(Duration window, double aggression, Duration grace) {
    /** Every endpoint has its whole weight at once. */
    public static final SlowStart OFF = new SlowStart(Duration.ZERO, 1, Duration.ofSeconds(60));

    /** Checks ranges. */
    public SlowStart {
        Durations.checkNotNegative("window", window);
        if (!(aggression >= 0.1 && aggression <= 10)) {
            throw new IllegalArgumentException("aggression: " + aggression + " (expected: 0.1..10)");
        }
        Durations.checkNotNegative("grace", grace);
    }

    /**
     * Linear growth.
     *
     * @param window see {@link #window()}
     * @return with aggression 1 and 60 s grace
     */
    public static SlowStart over(Duration window) {
        return new SlowStart(window, 1, OFF.grace);
    }
}
