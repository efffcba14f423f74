package dev.penstock.config;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * A line for each request, connection and flow. Immutable.
 *
 * @param enabled whether there is such a log
 * @param format how a line is written
 * @param to {@code stdout}, {@code stderr}, or the path of a file that lines are appended to
 * @param query whether lines say queries, which may hold secrets
 * @param slow what took as long is always logged; zero: that makes no difference
 * @param sample of what is neither slow nor an error one in so many is logged, {@code 0..1000000}; {@code 0}: none
 */
public record AccessLogSettings(
        boolean enabled, AccessFormat format, String to, boolean query, Duration slow, int sample) {
    /** Standard output. */
    public static final String STDOUT = "stdout";

    /** Standard error. */
    public static final String STDERR = "stderr";

    /** The largest {@code sample}. */
    public static final int MAX_SAMPLE = 1_000_000;

    /** Checks every component against its range. */
    public AccessLogSettings {
        requireNonNull(format, "format");
        if (to.isBlank()) {
            throw new IllegalArgumentException("to: \"" + to + "\" (expected: stdout, stderr or a file)");
        }
        if (slow.isNegative()) {
            throw new IllegalArgumentException("slow: " + slow + " (expected: 0 or longer)");
        }
        if (sample < 0 || sample > MAX_SAMPLE) {
            throw new IllegalArgumentException("sample: " + sample + " (expected: 0.." + MAX_SAMPLE + ")");
        }
    }

    /**
     * The documented defaults.
     *
     * @return off; when on: all in JSON to standard output, without queries
     */
    public static AccessLogSettings defaults() {
        return new AccessLogSettings(false, AccessFormat.JSON, STDOUT, false, Duration.ZERO, 1);
    }

    /**
     * The same, on or off.
     *
     * @param enabled see {@link #enabled()}
     * @return a copy
     */
    public AccessLogSettings withEnabled(boolean enabled) {
        return new AccessLogSettings(enabled, format, to, query, slow, sample);
    }

    /**
     * The same in another format.
     *
     * @param format see {@link #format()}
     * @return a copy
     */
    public AccessLogSettings withFormat(AccessFormat format) {
        return new AccessLogSettings(enabled, format, to, query, slow, sample);
    }

    /**
     * The same to another place.
     *
     * @param to see {@link #to()}
     * @return a copy
     */
    public AccessLogSettings withTo(String to) {
        return new AccessLogSettings(enabled, format, to, query, slow, sample);
    }
}
