package dev.penstock.discovery.consul;

import java.util.HashSet;
import java.util.Set;

/**
 * Who may hold a connection with a blocking query, and how many other questions are under way. Thread-safe.
 *
 * <p>Together they stay below the 200 connections that an agent takes from one client.
 */
final class Seats {
    /** Blocking queries of one source. */
    static final int BLOCKING = 150;

    /** Questions that are answered at once, of one source. */
    static final int AT_ONCE = 24;

    private final Set<BlockingReader> seated = new HashSet<>();
    private final Set<BlockingReader> standing = new HashSet<>();
    private final int limit;
    private final Gate gate;
    private final Runnable firstStands;

    /**
     * All free.
     *
     * @param firstStands run when a reader has to stand and none did
     */
    Seats(int limit, Gate gate, Runnable firstStands) {
        this.limit = limit;
        this.gate = gate;
        this.firstStands = firstStands;
    }

    Gate gate() {
        return gate;
    }

    /** Takes or keeps a seat; false if there is none. */
    boolean take(BlockingReader reader) {
        boolean first;
        synchronized (this) {
            if (seated.contains(reader)) {
                return true;
            }
            if (seated.size() < limit) {
                seated.add(reader);
                standing.remove(reader);
                return true;
            }
            first = standing.isEmpty();
            standing.add(reader);
        }
        if (first) {
            firstStands.run();
        }
        return false;
    }

    synchronized void leave(BlockingReader reader) {
        seated.remove(reader);
        standing.remove(reader);
    }

    synchronized int standing() {
        return standing.size();
    }
}
