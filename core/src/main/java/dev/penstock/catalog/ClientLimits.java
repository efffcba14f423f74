package dev.penstock.catalog;

import static java.util.Objects.requireNonNull;

/**
 * What a client may send. Immutable.
 *
 * @param requestLineBytes the longest request line, {@code 64..1048576}; beyond: 414
 * @param headerBytes all header fields of a request together, ends of lines included, {@code 64..1048576}; beyond: 431
 * @param headerCount the most header fields of a request, {@code 1..10000}; beyond: 431
 * @param bodyBytes the longest body, {@code >= 0}; {@code 0}: no limit; beyond: 413
 * @param connections how many clients there may be, and what one of them may cost
 */
public record ClientLimits(
        int requestLineBytes, int headerBytes, int headerCount, long bodyBytes, ConnectionLimits connections) {
    /** Checks every component against its range. */
    public ClientLimits {
        check("requestLineBytes", requestLineBytes, 64, 1 << 20);
        check("headerBytes", headerBytes, 64, 1 << 20);
        check("headerCount", headerCount, 1, 10_000);
        check("bodyBytes", bodyBytes, 0, Long.MAX_VALUE);
        requireNonNull(connections, "connections");
    }

    private static void check(String what, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(what + ": " + value + " (expected: " + least + ".." + most + ")");
        }
    }

    /**
     * The documented defaults.
     *
     * @return 8 KiB, 32 KiB, 100 fields, bodies of any length, connections as by {@link ConnectionLimits#defaults()}
     */
    public static ClientLimits defaults() {
        return new ClientLimits(8 << 10, 32 << 10, 100, 0, ConnectionLimits.defaults());
    }

    /**
     * The same with another longest body.
     *
     * @param bodyBytes see {@link #bodyBytes()}
     * @return a copy
     */
    public ClientLimits withBodyBytes(long bodyBytes) {
        return new ClientLimits(requestLineBytes, headerBytes, headerCount, bodyBytes, connections);
    }

    /**
     * The same with other limits of connections.
     *
     * @param connections see {@link #connections()}
     * @return a copy
     */
    public ClientLimits withConnections(ConnectionLimits connections) {
        return new ClientLimits(requestLineBytes, headerBytes, headerCount, bodyBytes, connections);
    }
}
