package dev.penstock.middleware;

import static java.util.Objects.requireNonNull;

/**
 * What a piece of middleware would do with a request. Immutable.
 *
 * @param piece what it does in general, see {@link Middleware#text()}
 * @param would what it would do, as in {@code answer 403 address_denied}; without secrets
 * @param status what it would answer, {@code 200..599}; {@code 0} where the request would go on
 */
public record Foreseen(String piece, String would, int status) {
    /** Checks for null. */
    public Foreseen {
        requireNonNull(piece, "piece");
        requireNonNull(would, "would");
    }

    /**
     * Tells whether the request would go no further.
     *
     * @return true where there is a status
     */
    public boolean ends() {
        return status != 0;
    }
}
