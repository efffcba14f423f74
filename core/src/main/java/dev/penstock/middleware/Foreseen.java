package dev.penstock.middleware;

import static java.util.Objects.requireNonNull;

/**
 * What a piece of middleware would do with a request. Immutable.
 *
 * @param piece what it does in general, see {@link Middleware#text()}
 * @param would what it would do, as in {@code answer 403 address_denied}; without secrets
 * @param ends whether the request would go no further
 */
public record Foreseen(String piece, String would, boolean ends) {
    /** Checks for null. */
    public Foreseen {
        requireNonNull(piece, "piece");
        requireNonNull(would, "would");
    }
}
