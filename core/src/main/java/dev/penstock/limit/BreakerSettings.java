package dev.penstock.limit;

import static java.util.Objects.requireNonNull;

import dev.penstock.time.Durations;
import java.time.Duration;

/**
 * When a circuit breaker opens, and for how long. Immutable.
 *
 * @param failurePercent it opens above this share of failures, {@code 1..99}
 * @param requests the last ones that are judged, {@code 1..10000}; before there are as many it stays closed
 * @param open how long it refuses before it lets one through to try, more than zero
 * @param scope what one breaker stands before
 */
public record BreakerSettings(int failurePercent, int requests, Duration open, Scope scope) {
    /** What one circuit breaker stands before. */
    public enum Scope {
        /** The service as a whole. */
        SERVICE,
        /** One endpoint: the others go on. */
        ENDPOINT
    }

    /** Checks the ranges. */
    public BreakerSettings {
        requireNonNull(scope, "scope");
        if (failurePercent < 1 || failurePercent > 99) {
            throw new IllegalArgumentException("failurePercent: " + failurePercent + " (expected: 1..99)");
        }
        if (requests < 1 || requests > 10_000) {
            throw new IllegalArgumentException("requests: " + requests + " (expected: 1..10000)");
        }
        Durations.checkPositive("open", open);
    }

    /**
     * The documented defaults: above 50 % of the last 20 requests, for 10 s, before the whole service.
     *
     * @return the defaults
     */
    public static BreakerSettings defaults() {
        return new BreakerSettings(50, 20, Duration.ofSeconds(10), Scope.SERVICE);
    }

    /**
     * The same before something else.
     *
     * @param scope see {@link #scope()}
     * @return a copy
     */
    public BreakerSettings withScope(Scope scope) {
        return new BreakerSettings(failurePercent, requests, open, scope);
    }
}
