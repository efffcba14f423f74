package dev.penstock.admin;

import static java.util.Objects.requireNonNull;

import java.util.Map;

/**
 * What a running program says of itself. Immutable.
 *
 * @param version of Penstock
 * @param transport the way to the network in use, as in {@code epoll}
 * @param bound the address each listener is bound to, by its name
 */
public record ProgramFacts(String version, String transport, Map<String, String> bound) {
    /** Copies the addresses. */
    public ProgramFacts {
        requireNonNull(version, "version");
        requireNonNull(transport, "transport");
        bound = Map.copyOf(bound);
    }
}
