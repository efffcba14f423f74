package dev.penstock.balancer;

import dev.penstock.endpoint.Endpoint;
import dev.penstock.load.Load;

/** An endpoint that may be picked, with its load. Kept across snapshots by endpoint id. Thread-safe. */
public interface Candidate {
    /**
     * The endpoint as its source last described it.
     *
     * @return never null
     */
    Endpoint endpoint();

    /**
     * Its share of traffic now.
     *
     * @return {@code >= 1}
     */
    int weight();

    /**
     * How much of its whole share it gets while it is new. {@link #weight()} has it in already; for rules that go by no
     * weight.
     *
     * @return tenths, {@code 1..10}; 10 but for a slow start
     */
    default int growth() {
        return 10;
    }

    /**
     * Its live counters.
     *
     * @return the same object for the life of the candidate
     */
    Load load();
}
