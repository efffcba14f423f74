package dev.penstock.balancer;

import dev.penstock.load.Load;

/** What a candidate is taken to bear, by which {@link PowerOfTwo} compares two. Immutable. */
enum Burden {
    /** Requests in flight, and those that failures and overdue answers count as. */
    REQUESTS,
    /** The latency that requests in flight and this one add up to. */
    LATENCY;

    /** What it bears, {@code >= 0}; divided by its weight, less is better. */
    double of(Load load) {
        if (this == REQUESTS) {
            return load.inFlight() + load.handicap();
        }
        // One more nanosecond: while no latency is known, those in flight decide.
        return (load.costNanos() + 1) * (load.inFlight() + 1);
    }
}
