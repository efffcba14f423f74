package dev.penstock.middleware;

/**
 * Bounds the requests of a route that are under way at once; beyond: 503. Immutable.
 *
 * @param requests the most, {@code 1..1000000}
 */
public record InFlightLimit(int requests) implements Middleware {
    /** Checks the range. */
    public InFlightLimit {
        if (requests < 1 || requests > 1_000_000) {
            throw new IllegalArgumentException("in flight: " + requests + " (expected: 1..1000000)");
        }
    }

    @Override
    public String text() {
        return "in flight up to " + requests;
    }

    @Override
    public boolean isStrict() {
        return false;
    }

    @Override
    public boolean isForConnections() {
        return true;
    }
}
