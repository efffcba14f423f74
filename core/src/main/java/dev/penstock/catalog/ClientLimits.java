package dev.penstock.catalog;

/**
 * What a client may send. Immutable.
 *
 * @param requestLineBytes the longest request line, {@code 64..1048576}; beyond: 414
 * @param headerBytes all header fields of a request together, ends of lines included, {@code 64..1048576}; beyond: 431
 * @param headerCount the most header fields of a request, {@code 1..10000}; beyond: 431
 * @param bodyBytes the longest body, {@code >= 0}; {@code 0}: no limit; beyond: 413
 */
public record ClientLimits(int requestLineBytes, int headerBytes, int headerCount, long bodyBytes) {
    /** Checks every component against its range. */
    public ClientLimits {
        check("requestLineBytes", requestLineBytes, 64, 1 << 20);
        check("headerBytes", headerBytes, 64, 1 << 20);
        check("headerCount", headerCount, 1, 10_000);
        check("bodyBytes", bodyBytes, 0, Long.MAX_VALUE);
    }

    private static void check(String what, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(what + ": " + value + " (expected: " + least + ".." + most + ")");
        }
    }

    /**
     * The documented defaults.
     *
     * @return 8 KiB, 32 KiB, 100 fields, bodies of any length
     */
    public static ClientLimits defaults() {
        return new ClientLimits(8 << 10, 32 << 10, 100, 0);
    }

    /**
     * The same with another longest body.
     *
     * @param bodyBytes see {@link #bodyBytes()}
     * @return a copy
     */
    public ClientLimits withBodyBytes(long bodyBytes) {
        return new ClientLimits(requestLineBytes, headerBytes, headerCount, bodyBytes);
    }
}
