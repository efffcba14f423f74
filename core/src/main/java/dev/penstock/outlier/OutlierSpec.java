package dev.penstock.outlier;

import dev.penstock.time.Durations;
import java.time.Duration;

/**
 * When an endpoint is ejected for its failures, and for how long. Immutable.
 *
 * @param consecutiveFailures failures in a row after which it is ejected, {@code 1..1000}; {@code 0}: never by that
 * @param interval over which shares of failures are compared
 * @param minVolume requests of an endpoint in an interval below which its share says nothing, {@code >= 1}; {@code 0}:
 *     shares are not compared
 * @param ejection how long the first ejection lasts; the second in a row twice as long, the third three times
 * @param maxEjection the longest ejection
 * @param maxEjectedPercent the most endpoints that are ejected at the same time, {@code 0..100}; {@code 0}: none ever
 */
public record OutlierSpec(
        int consecutiveFailures,
        Duration interval,
        int minVolume,
        Duration ejection,
        Duration maxEjection,
        int maxEjectedPercent) {
    /** No ejection ever. */
    public static final OutlierSpec OFF =
            new OutlierSpec(0, Duration.ofSeconds(10), 0, Duration.ofSeconds(10), Duration.ofSeconds(300), 0);

    private static final OutlierSpec DEFAULTS =
            new OutlierSpec(3, Duration.ofSeconds(10), 50, Duration.ofSeconds(10), Duration.ofSeconds(300), 50);

    /** Checks ranges. */
    public OutlierSpec {
        checkCount("consecutiveFailures", consecutiveFailures, 1_000);
        Durations.checkPositive("interval", interval);
        checkCount("minVolume", minVolume, 1_000_000);
        Durations.checkPositive("ejection", ejection);
        Durations.checkPositive("maxEjection", maxEjection);
        checkCount("maxEjectedPercent", maxEjectedPercent, 100);
    }

    private static void checkCount(String what, int count, int most) {
        if (count < 0 || count > most) {
            throw new IllegalArgumentException(what + ": " + count + " (expected: 0.." + most + ")");
        }
    }

    /**
     * The documented defaults.
     *
     * @return after 3 failures in a row, or by share from 50 requests in 10 s on; for 10 s, growing to 300 s; at most half
     */
    public static OutlierSpec defaults() {
        return DEFAULTS;
    }

    /**
     * Tells whether anything is ever ejected.
     *
     * @return false if neither rule is on, or none may be ejected
     */
    public boolean active() {
        return maxEjectedPercent > 0 && (consecutiveFailures > 0 || minVolume > 0);
    }

    /**
     * The same with another number of failures in a row.
     *
     * @param consecutiveFailures see {@link #consecutiveFailures()}
     * @return a copy
     */
    public OutlierSpec withConsecutiveFailures(int consecutiveFailures) {
        return new OutlierSpec(consecutiveFailures, interval, minVolume, ejection, maxEjection, maxEjectedPercent);
    }

    /**
     * The same with another comparison of shares.
     *
     * @param interval see {@link #interval()}
     * @param minVolume see {@link #minVolume()}
     * @return a copy
     */
    public OutlierSpec withShares(Duration interval, int minVolume) {
        return new OutlierSpec(consecutiveFailures, interval, minVolume, ejection, maxEjection, maxEjectedPercent);
    }

    /**
     * The same with other times.
     *
     * @param ejection see {@link #ejection()}
     * @param maxEjection see {@link #maxEjection()}
     * @return a copy
     */
    public OutlierSpec withEjection(Duration ejection, Duration maxEjection) {
        return new OutlierSpec(consecutiveFailures, interval, minVolume, ejection, maxEjection, maxEjectedPercent);
    }

    /**
     * The same with another share.
     *
     * @param maxEjectedPercent see {@link #maxEjectedPercent()}
     * @return a copy
     */
    public OutlierSpec withMaxEjectedPercent(int maxEjectedPercent) {
        return new OutlierSpec(consecutiveFailures, interval, minVolume, ejection, maxEjection, maxEjectedPercent);
    }
}
