package dev.penstock.admin;

import static java.util.Objects.requireNonNull;

import java.util.Map;

/**
 * What a running program says of itself. Immutable.
 *
 * @param version of Penstock
 * @param transport the way to the network in use, as in {@code epoll}
 * @param listeners how each one does that is bound, by its name
 */
public record ProgramFacts(String version, String transport, Map<String, ListenerFacts> listeners) {
    /** Copies the listeners. */
    public ProgramFacts {
        requireNonNull(version, "version");
        requireNonNull(transport, "transport");
        listeners = Map.copyOf(listeners);
    }
}
