package dev.penstock.discovery.consul;

import dev.penstock.discovery.ServiceQuery;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

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
    private final Consumer<ServiceQuery> stands;

    /**
     * All free.
     *
     * @param stands told of each reader that has to stand, once
     */
    Seats(int limit, Gate gate, Consumer<ServiceQuery> stands) {
        this.limit = limit;
        this.gate = gate;
        this.stands = stands;
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
            first = standing.add(reader);
        }
        if (first) {
            stands.accept(reader.query());
        }
        return false;
    }

    synchronized void leave(BlockingReader reader) {
        seated.remove(reader);
        standing.remove(reader);
    }

    /** What those without a seat look for. */
    synchronized Set<ServiceQuery> standing() {
        return standing.stream().map(BlockingReader::query).collect(Collectors.toSet());
    }
}
