package dev.penstock.catalog;

/**
 * How long a head an endpoint may send. Immutable.
 *
 * @param statusLineBytes the longest status line, {@code 64..1048576}; beyond: 502
 * @param headerBytes all header fields of an answer together, ends of lines included, {@code 64..1048576}, and as much of
 *     trailers; beyond: 502
 * @param headerCount the most header fields of an answer, {@code 1..10000}; beyond: 502
 */
public record AnswerLimits(int statusLineBytes, int headerBytes, int headerCount) {
    /** The longest status line, and the longest header fields, that may be allowed. */
    public static final int MAX_BYTES = 1 << 20;

    /** The most header fields that may be allowed. */
    public static final int MAX_COUNT = 10_000;

    private static final AnswerLimits DEFAULTS = new AnswerLimits(8 << 10, 64 << 10, 1_000);

    /** Checks every component against its range. */
    public AnswerLimits {
        check("statusLineBytes", statusLineBytes, 64, MAX_BYTES);
        check("headerBytes", headerBytes, 64, MAX_BYTES);
        check("headerCount", headerCount, 1, MAX_COUNT);
    }

    private static void check(String what, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(what + ": " + value + " (expected: " + least + ".." + most + ")");
        }
    }

    /**
     * The documented defaults.
     *
     * @return 8 KiB, 64 KiB, 1,000 fields
     */
    public static AnswerLimits defaults() {
        return DEFAULTS;
    }
}
