package dev.penstock.middleware;

/**
 * Bounds the body of a request; beyond: 413. Immutable.
 *
 * @param bytes the most, {@code >= 1}
 */
public record BodyLimit(long bytes) implements Middleware {
    /** Checks the range. */
    public BodyLimit {
        if (bytes < 1) {
            throw new IllegalArgumentException("body limit: " + bytes + " (expected: 1 or more)");
        }
    }

    @Override
    public String text() {
        return "body up to " + bytes + " bytes";
    }

    @Override
    public boolean isStrict() {
        return false;
    }
}
