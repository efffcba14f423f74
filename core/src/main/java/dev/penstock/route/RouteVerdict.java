package dev.penstock.route;

import static java.util.Objects.requireNonNull;

/**
 * What one route says to a request. Immutable.
 *
 * @param route the route
 * @param failed the first condition that does not hold, as in {@code host: www.a.test (expected: *.b.test)}; empty if all
 *     hold
 */
public record RouteVerdict(Route route, String failed) {
    /** Checks for null. */
    public RouteVerdict {
        requireNonNull(route, "route");
        requireNonNull(failed, "failed");
    }

    /**
     * Tells whether the route matches; it gets the request unless one asked before it matches too.
     *
     * @return true if no condition failed
     */
    public boolean matched() {
        return failed.isEmpty();
    }
}
