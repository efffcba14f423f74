package dev.penstock.catalog;

import static java.util.Objects.requireNonNull;

/**
 * What a client may send. Immutable.
 *
 * @param requestLineBytes the longest request line, {@code 64..1048576}; beyond: 414
 * @param headerBytes all header fields of a request together, ends of lines included, {@code 64..1048576}; beyond: 431
 * @param headerCount the most header fields of a request, {@code 1..10000}; beyond: 431
 * @param bodyBytes the longest body, {@code >= 0}; {@code 0}: no limit; beyond: 413
 * @param chunkLineBytes the longest line before a chunk of a body, with its extensions and the ends of lines around the
 *     chunk, {@code 64..1048576}; beyond: 400
 * @param connectionNames the most names in {@code Connection}, {@code 1..1000}; beyond: 400
 * @param connections how many clients there may be, and what one of them may cost
 */
public record ClientLimits(
        int requestLineBytes,
        int headerBytes,
        int headerCount,
        long bodyBytes,
        int chunkLineBytes,
        int connectionNames,
        ConnectionLimits connections) {
    /** Checks every component against its range. */
    public ClientLimits {
        check("requestLineBytes", requestLineBytes, 64, 1 << 20);
        check("headerBytes", headerBytes, 64, 1 << 20);
        check("headerCount", headerCount, 1, 10_000);
        check("bodyBytes", bodyBytes, 0, Long.MAX_VALUE);
        check("chunkLineBytes", chunkLineBytes, 64, AnswerLimits.MAX_BYTES);
        check("connectionNames", connectionNames, 1, AnswerLimits.MAX_NAMES);
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
     * @return 8 KiB, 32 KiB, 100 fields, bodies of any length, 4 KiB, 64 names, connections as by {@link ConnectionLimits#defaults()}
     */
    public static ClientLimits defaults() {
        return new ClientLimits(8 << 10, 32 << 10, 100, 0, 4 << 10, 64, ConnectionLimits.defaults());
    }

    /**
     * The same with other limits of heads.
     *
     * @param requestLineBytes see {@link #requestLineBytes()}
     * @param headerBytes see {@link #headerBytes()}
     * @param headerCount see {@link #headerCount()}
     * @return a copy
     */
    public ClientLimits withHead(int requestLineBytes, int headerBytes, int headerCount) {
        return new ClientLimits(
                requestLineBytes, headerBytes, headerCount, bodyBytes, chunkLineBytes, connectionNames, connections);
    }

    /**
     * The same with another longest line before a chunk.
     *
     * @param chunkLineBytes see {@link #chunkLineBytes()}
     * @return a copy
     */
    public ClientLimits withChunkLineBytes(int chunkLineBytes) {
        return new ClientLimits(
                requestLineBytes, headerBytes, headerCount, bodyBytes, chunkLineBytes, connectionNames, connections);
    }

    /**
     * The same with another number of names in {@code Connection}.
     *
     * @param connectionNames see {@link #connectionNames()}
     * @return a copy
     */
    public ClientLimits withConnectionNames(int connectionNames) {
        return new ClientLimits(
                requestLineBytes, headerBytes, headerCount, bodyBytes, chunkLineBytes, connectionNames, connections);
    }

    /**
     * The same with another longest body.
     *
     * @param bodyBytes see {@link #bodyBytes()}
     * @return a copy
     */
    public ClientLimits withBodyBytes(long bodyBytes) {
        return new ClientLimits(
                requestLineBytes, headerBytes, headerCount, bodyBytes, chunkLineBytes, connectionNames, connections);
    }

    /**
     * The same with other limits of connections.
     *
     * @param connections see {@link #connections()}
     * @return a copy
     */
    public ClientLimits withConnections(ConnectionLimits connections) {
        return new ClientLimits(
                requestLineBytes, headerBytes, headerCount, bodyBytes, chunkLineBytes, connectionNames, connections);
    }
}
