package dev.penstock.label;

import static java.util.Objects.requireNonNull;

import dev.penstock.health.CheckSpec;
import dev.penstock.outlier.OutlierSpec;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What labels say of how a service judges its endpoints. Immutable.
 *
 * @param check the active check; null: none
 * @param outliers when endpoints are ejected for their failures
 * @param panicPercent where fewer of the endpoints than this are healthy, all are used
 * @param slowStart the age at which a new endpoint has its whole weight
 */
public record LabelHealth(@Nullable CheckSpec check, OutlierSpec outliers, int panicPercent, Duration slowStart) {
    /** Nothing said. */
    public static final LabelHealth UNSAID = new LabelHealth(null, OutlierSpec.defaults(), 0, Duration.ZERO);

    /** Checks for null. */
    public LabelHealth {
        requireNonNull(outliers, "outliers");
        requireNonNull(slowStart, "slowStart");
    }
}
