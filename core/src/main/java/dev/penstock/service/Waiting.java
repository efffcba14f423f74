package dev.penstock.service;

/** A request that waits for its turn. Used on the thread of its executor. */
@FunctionalInterface
public interface Waiting {
    /** Leaves the line: it is told nothing any more. Does nothing after it was told. */
    void cancel();
}
