package dev.penstock.balancer;

import dev.penstock.load.Load;
import dev.penstock.time.Ticker;

/** What a candidate is taken to bear, by which {@link PowerOfTwo} compares two. Immutable. */
enum Burden {
    /** Requests in flight, and those that failures and overdue answers count as. */
    REQUESTS {
        @Override
        long now(Ticker ticker) {
            return 0; // it takes a third of the time of a pick, and is not needed
        }

        @Override
        double of(Load load, long nowNanos) {
            return load.inFlight() + load.handicap();
        }
    },
    /** The latency that requests in flight and this one add up to. */
    LATENCY {
        @Override
        long now(Ticker ticker) {
            return ticker.nanos();
        }

        @Override
        double of(Load load, long nowNanos) {
            // One more nanosecond: while no latency is known, those in flight decide.
            return (load.costNanos(nowNanos) + 1) * (load.inFlight() + 1);
        }
    };

    /** The time, if it matters. */
    abstract long now(Ticker ticker);

    /** What it bears, {@code >= 0}; divided by its weight, less is better. */
    abstract double of(Load load, long nowNanos);
}
