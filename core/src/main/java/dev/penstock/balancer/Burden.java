package dev.penstock.balancer;

import dev.penstock.load.Load;

/** What a candidate is taken to bear, by which {@link PowerOfTwo} compares two. Immutable. */
enum Burden {
    /** Requests in flight, and those that failures, overdue and slow answers count as. */
    REQUESTS,
    /** The latency that requests in flight and this one add up to. */
    LATENCY;

    /** One pick in so many forgives slowness, so that a slow endpoint, which may just be cold, is asked now and then. */
    static final int SELDOM = 64;

    /** Whether slowness is forgiven, by random bits. */
    static boolean forgives(long bits) {
        return (bits & (SELDOM - 1)) == 0;
    }

    /** Requests in flight, and those that failures, overdue and slow answers count as. */
    static int requests(Load load, boolean forgives) {
        int requests = load.inFlight() + load.handicap();
        return forgives ? requests : requests + load.slowness();
    }

    /**
     * What it bears, {@code >= 0}; divided by its weight, less is better.
     *
     * @param bits random ones, by which slowness is forgiven now and then
     */
    double of(Load load, long bits) {
        if (this == REQUESTS) {
            return requests(load, forgives(bits));
        }
        // One more nanosecond: while no latency is known, those in flight decide.
        return (load.costNanos() + 1) * (load.inFlight() + 1);
    }
}
