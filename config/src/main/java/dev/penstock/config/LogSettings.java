package dev.penstock.config;

import static java.util.Objects.requireNonNull;

/**
 * What a program logs. Immutable.
 *
 * @param level the least that is logged of the program itself
 * @param access the log of requests
 * @param recent how many exchanges that did not go well are kept to be told, {@code 0..100000}
 */
public record LogSettings(LogLevel level, AccessLogSettings access, int recent) {
    /** The most that {@code recent} may be. */
    public static final int MAX_RECENT = 100_000;

    /** Checks every component against its range. */
    public LogSettings {
        requireNonNull(level, "level");
        requireNonNull(access, "access");
        if (recent < 0 || recent > MAX_RECENT) {
            throw new IllegalArgumentException("recent: " + recent + " (expected: 0.." + MAX_RECENT + ")");
        }
    }

    /**
     * The documented defaults.
     *
     * @return info, no log of requests, none kept
     */
    public static LogSettings defaults() {
        return new LogSettings(LogLevel.INFO, AccessLogSettings.defaults(), 0);
    }

    /**
     * The same with another level.
     *
     * @param level see {@link #level()}
     * @return a copy
     */
    public LogSettings withLevel(LogLevel level) {
        return new LogSettings(level, access, recent);
    }

    /**
     * The same with another log of requests.
     *
     * @param access see {@link #access()}
     * @return a copy
     */
    public LogSettings withAccess(AccessLogSettings access) {
        return new LogSettings(level, access, recent);
    }
}
