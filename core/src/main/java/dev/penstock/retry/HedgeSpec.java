package dev.penstock.retry;

import dev.penstock.time.Durations;
import java.time.Duration;

/**
 * When a request that is still unanswered is sent to a second endpoint as well, so that the faster answer counts.
 * Immutable.
 *
 * @param most hedges of one request, {@code 0..9}; {@code 0}: none
 * @param delay how long an attempt may take until the next hedge; zero: as long as {@code quantile} says
 * @param quantile share of the first attempts that were answered faster, {@code 0.5..0.999}; where {@code delay} is zero
 */
public record HedgeSpec(int most, Duration delay, double quantile) {
    private static final double DEFAULT_QUANTILE = 0.95;
    private static final HedgeSpec OFF = new HedgeSpec(0, Duration.ZERO, DEFAULT_QUANTILE);

    /** Checks the ranges. */
    public HedgeSpec {
        if (most < 0 || most > 9) {
            throw new IllegalArgumentException("most: " + most + " (expected: 0..9)");
        }
        Durations.checkNotNegative("delay", delay);
        if (!(quantile >= 0.5 && quantile <= 0.999)) {
            throw new IllegalArgumentException("quantile: " + quantile + " (expected: 0.5..0.999)");
        }
    }

    /**
     * No hedges.
     *
     * @return what a service that says nothing does
     */
    public static HedgeSpec off() {
        return OFF;
    }

    /**
     * One hedge of a request after a fixed time.
     *
     * @param delay {@code > 0}
     * @return a rule
     */
    public static HedgeSpec after(Duration delay) {
        return new HedgeSpec(1, delay, DEFAULT_QUANTILE);
    }

    /**
     * One hedge of a request that takes longer than most do.
     *
     * @param quantile see {@link #quantile()}
     * @return a rule
     */
    public static HedgeSpec beyond(double quantile) {
        return new HedgeSpec(1, Duration.ZERO, quantile);
    }

    /**
     * Tells whether there are any.
     *
     * @return true if requests may be hedged
     */
    public boolean isOn() {
        return most > 0;
    }
}
