package dev.penstock.discovery.consul;

import dev.penstock.discovery.ServiceQuery;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Who may hold a connection with a blocking query. Thread-safe.
 */
final class Seats {
    private final Set<BlockingReader> seated = new HashSet<>();
    private final Set<BlockingReader> standing = new HashSet<>();
    private final int limit;
    private final Consumer<ServiceQuery> stands;

    /**
     * All free.
     *
     * @param stands told of each reader that has to stand, once
     */
    Seats(int limit, Consumer<ServiceQuery> stands) {
        this.limit = limit;
        this.stands = stands;
    }

    /** Takes or keeps a seat; false if there is none, or the reader is closed. */
    boolean take(BlockingReader reader) {
        boolean first;
        synchronized (this) {
            if (reader.isClosed()) {
                return false; // its read began before it left
            }
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

    /** Gives the seat of a closed reader to others. */
    synchronized void leave(BlockingReader reader) {
        seated.remove(reader);
        standing.remove(reader);
    }

    /** What those without a seat look for. */
    synchronized Set<ServiceQuery> standing() {
        return standing.stream().map(BlockingReader::query).collect(Collectors.toSet());
    }
}
