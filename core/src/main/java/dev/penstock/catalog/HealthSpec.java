package dev.penstock.catalog;

import static java.util.Objects.requireNonNull;

import dev.penstock.health.CheckSpec;
import dev.penstock.outlier.OutlierSpec;
import org.jspecify.annotations.Nullable;

/**
 * How a service judges its endpoints over time. Immutable.
 *
 * @param check the active check; null: none
 * @param outliers when endpoints are ejected for their failures
 * @param panicPercent where fewer of the endpoints than this are healthy, all are used, {@code 0..100}; {@code 0}: never
 * @param slowStart how the weight of new endpoints grows
 */
public record HealthSpec(@Nullable CheckSpec check, OutlierSpec outliers, int panicPercent, SlowStart slowStart) {
    private static final HealthSpec DEFAULTS = new HealthSpec(null, OutlierSpec.defaults(), 0, SlowStart.OFF);

    /** Checks ranges. */
    public HealthSpec {
        requireNonNull(outliers, "outliers");
        if (panicPercent < 0 || panicPercent > 100) {
            throw new IllegalArgumentException("panicPercent: " + panicPercent + " (expected: 0..100)");
        }
        requireNonNull(slowStart, "slowStart");
    }

    /**
     * The documented defaults.
     *
     * @return no check, outlier detection, no panic, no slow start
     */
    public static HealthSpec defaults() {
        return DEFAULTS;
    }

    /**
     * The same with another check.
     *
     * @param check see {@link #check()}
     * @return a copy
     */
    public HealthSpec withCheck(@Nullable CheckSpec check) {
        return new HealthSpec(check, outliers, panicPercent, slowStart);
    }

    /**
     * The same with another outlier detection.
     *
     * @param outliers see {@link #outliers()}
     * @return a copy
     */
    public HealthSpec withOutliers(OutlierSpec outliers) {
        return new HealthSpec(check, outliers, panicPercent, slowStart);
    }

    /**
     * The same with another panic threshold.
     *
     * @param panicPercent see {@link #panicPercent()}
     * @return a copy
     */
    public HealthSpec withPanic(int panicPercent) {
        return new HealthSpec(check, outliers, panicPercent, slowStart);
    }

    /**
     * The same with another slow start.
     *
     * @param slowStart see {@link #slowStart()}
     * @return a copy
     */
    public HealthSpec withSlowStart(SlowStart slowStart) {
        return new HealthSpec(check, outliers, panicPercent, slowStart);
    }
}
