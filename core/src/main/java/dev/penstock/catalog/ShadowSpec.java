package dev.penstock.catalog;

import static java.util.Objects.requireNonNull;

/**
 * A rule that runs beside the one of a service on real requests and sends nothing. Immutable.
 *
 * @param balancer its text, as {@link ServiceSpec#balancer()} has it
 * @param samplePercent how many of a hundred requests it is asked for, {@code 1..100}
 */
public record ShadowSpec(String balancer, int samplePercent) {
    /** Refuses an empty text and a share out of range. */
    public ShadowSpec {
        requireNonNull(balancer, "balancer");
        if (balancer.isBlank()) {
            throw new IllegalArgumentException("shadow: \"\" (expected: the name of a balancer)");
        }
        if (samplePercent < 1 || samplePercent > 100) {
            throw new IllegalArgumentException("shadow.samplePercent: " + samplePercent + " (expected: 1..100)");
        }
    }

    /**
     * A rule that is asked for every request.
     *
     * @param balancer see {@link #balancer()}
     * @return the settings
     */
    public static ShadowSpec of(String balancer) {
        return new ShadowSpec(balancer, 100);
    }
}
