package dev.penstock.config;

import static java.util.Objects.requireNonNull;

/**
 * What a program logs. Immutable.
 *
 * @param level the least that is logged of the program itself
 * @param access the log of requests
 */
public record LogSettings(LogLevel level, AccessLogSettings access) {
    /** Checks for null. */
    public LogSettings {
        requireNonNull(level, "level");
        requireNonNull(access, "access");
    }

    /**
     * The documented defaults.
     *
     * @return info, no log of requests
     */
    public static LogSettings defaults() {
        return new LogSettings(LogLevel.INFO, AccessLogSettings.defaults());
    }

    /**
     * The same with another level.
     *
     * @param level see {@link #level()}
     * @return a copy
     */
    public LogSettings withLevel(LogLevel level) {
        return new LogSettings(level, access);
    }

    /**
     * The same with another log of requests.
     *
     * @param access see {@link #access()}
     * @return a copy
     */
    public LogSettings withAccess(AccessLogSettings access) {
        return new LogSettings(level, access);
    }
}
