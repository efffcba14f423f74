package dev.penstock.health;

/**
 * How long the head of an answer to a check may be. Immutable.
 *
 * @param lineBytes the longest status line, {@code >= 1}
 * @param fieldBytes all header fields together, {@code >= 1}
 */
public record HeadLimits(int lineBytes, int fieldBytes) {
    /** As with other answers, where nothing is said about it: 8 KiB and 64 KiB. */
    public static final HeadLimits DEFAULT = new HeadLimits(8 << 10, 64 << 10);

    /** Checks every component against its range. */
    public HeadLimits {
        check("lineBytes", lineBytes);
        check("fieldBytes", fieldBytes);
    }

    private static void check(String what, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(what + ": " + value + " (expected: 1 or more)");
        }
    }
}
