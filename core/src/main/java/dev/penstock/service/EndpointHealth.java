package dev.penstock.service;

import dev.penstock.health.Health;
import dev.penstock.outlier.Ejection;
import org.jspecify.annotations.Nullable;

/**
 * What a service knows of the health of one endpoint at one moment. Immutable.
 *
 * @param drained whether it was drained by hand
 * @param health what active checks say
 * @param evidence what the last check saw; empty if there was none
 * @param ejection why it is ejected, and until when; null if it is not
 * @param growthPercent how much of its weight counts beside the others, {@code 10..100}: below 100 in its slow start,
 *     unless all of its tier are as new
 */
public record EndpointHealth(
        boolean drained,
        Health health,
        String evidence,
        @Nullable Ejection ejection,
        int growthPercent) {
    static final EndpointHealth NONE = new EndpointHealth(false, Health.UNKNOWN, "", null, 100);
}
