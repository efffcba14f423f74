package dev.penstock.service;

import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.Phase;

/**
 * A member of a service as a snapshot takes it. Immutable, but for what it refers to.
 *
 * @param endpoint as its source described it
 * @param candidate its counters
 * @param vitals its health
 * @param barred why it may not be picked, however healthy it is; empty if nothing is in the way
 */
record Standing(Endpoint endpoint, LiveCandidate candidate, Vitals vitals, String barred) {
    boolean mayServe() {
        return barred.isEmpty();
    }

    boolean healthy() {
        return vitals.illness().isEmpty();
    }

    /** One that is about to leave is not asked how it does. */
    boolean checked() {
        return endpoint.phase() != Phase.DRAINING;
    }
}
