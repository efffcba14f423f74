package dev.penstock.endpoint;

/** Where an endpoint stands in its life, as its source tells. */
public enum Phase {
    /** Known, not yet ready: gets no requests. */
    STARTING,
    /** Serves. */
    ACTIVE,
    /** About to leave: gets no new requests, finishes the old. */
    DRAINING
}
