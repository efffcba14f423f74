package dev.penstock.catalog;

/**
 * What an endpoint may send. Immutable.
 *
 * @param statusLineBytes the longest status line, {@code 64..1048576}; beyond: 502
 * @param headerBytes all header fields of an answer together, ends of lines included, {@code 64..1048576}, and as much of
 *     trailers; beyond: 502
 * @param headerCount the most header fields of an answer, {@code 1..10000}; beyond: 502
 * @param chunkLineBytes the longest line before a chunk of a body, with its extensions and the ends of lines around the
 *     chunk, {@code 64..1048576}; beyond: the answer is broken off
 * @param connectionNames the most names in {@code Connection}, {@code 1..1000}; beyond: 502
 * @param interims the most interim answers (1xx) to one request, {@code 1..10000}; beyond: 502
 */
public record AnswerLimits(
        int statusLineBytes, int headerBytes, int headerCount, int chunkLineBytes, int connectionNames, int interims) {
    /** The longest status line, and the longest header fields, that may be allowed. */
    public static final int MAX_BYTES = 1 << 20;

    /** The most header fields that may be allowed. */
    public static final int MAX_COUNT = 10_000;

    /** The most names in {@code Connection} that may be allowed: each is looked for among all fields. */
    public static final int MAX_NAMES = 1_000;

    private static final AnswerLimits DEFAULTS = new AnswerLimits(8 << 10, 64 << 10, 1_000, 4 << 10, 64, 100);

    /** Checks every component against its range. */
    public AnswerLimits {
        check("statusLineBytes", statusLineBytes, 64, MAX_BYTES);
        check("headerBytes", headerBytes, 64, MAX_BYTES);
        check("headerCount", headerCount, 1, MAX_COUNT);
        check("chunkLineBytes", chunkLineBytes, 64, MAX_BYTES);
        check("connectionNames", connectionNames, 1, MAX_NAMES);
        check("interims", interims, 1, MAX_COUNT);
    }

    private static void check(String what, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(what + ": " + value + " (expected: " + least + ".." + most + ")");
        }
    }

    /**
     * The documented defaults.
     *
     * @return 8 KiB, 64 KiB, 1,000 fields, 4 KiB, 64 names, 100 interim answers
     */
    public static AnswerLimits defaults() {
        return DEFAULTS;
    }

    /**
     * The same with other limits of heads.
     *
     * @param statusLineBytes see {@link #statusLineBytes()}
     * @param headerBytes see {@link #headerBytes()}
     * @param headerCount see {@link #headerCount()}
     * @return a copy
     */
    public AnswerLimits withHead(int statusLineBytes, int headerBytes, int headerCount) {
        return new AnswerLimits(statusLineBytes, headerBytes, headerCount, chunkLineBytes, connectionNames, interims);
    }

    /**
     * The same with another longest line before a chunk.
     *
     * @param chunkLineBytes see {@link #chunkLineBytes()}
     * @return a copy
     */
    public AnswerLimits withChunkLineBytes(int chunkLineBytes) {
        return new AnswerLimits(statusLineBytes, headerBytes, headerCount, chunkLineBytes, connectionNames, interims);
    }

    /**
     * The same with another number of names in {@code Connection}.
     *
     * @param connectionNames see {@link #connectionNames()}
     * @return a copy
     */
    public AnswerLimits withConnectionNames(int connectionNames) {
        return new AnswerLimits(statusLineBytes, headerBytes, headerCount, chunkLineBytes, connectionNames, interims);
    }

    /**
     * The same with another number of interim answers.
     *
     * @param interims see {@link #interims()}
     * @return a copy
     */
    public AnswerLimits withInterims(int interims) {
        return new AnswerLimits(statusLineBytes, headerBytes, headerCount, chunkLineBytes, connectionNames, interims);
    }
}
