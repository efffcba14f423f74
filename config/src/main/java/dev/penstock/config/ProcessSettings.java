package dev.penstock.config;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * What holds for a running program as a whole. Immutable.
 *
 * @param transport which way to the network it takes
 * @param tls whose TLS it speaks
 * @param threads event loops, {@code 0..1024}; {@code 0}: one per processor
 * @param logLevel how much it logs
 * @param drain how long it goes on serving after it was told to end, while {@code /status} says so; {@code >= 0}
 */
public record ProcessSettings(
        TransportSetting transport, TlsSetting tls, int threads, LogLevel logLevel, Duration drain) {
    /** The most event loops. */
    public static final int MAX_THREADS = 1024;

    /** Checks every component against its range. */
    public ProcessSettings {
        requireNonNull(transport, "transport");
        requireNonNull(tls, "tls");
        requireNonNull(logLevel, "logLevel");
        if (threads < 0 || threads > MAX_THREADS) {
            throw new IllegalArgumentException("threads: " + threads + " (expected: 0.." + MAX_THREADS + ")");
        }
        if (drain.isNegative()) {
            throw new IllegalArgumentException("drain: " + drain + " (expected: 0 or longer)");
        }
    }

    /**
     * The documented defaults.
     *
     * @return any transport, any TLS, a loop per processor, info, 0 s
     */
    public static ProcessSettings defaults() {
        return new ProcessSettings(TransportSetting.AUTO, TlsSetting.AUTO, 0, LogLevel.INFO, Duration.ZERO);
    }

    /**
     * The same on another transport.
     *
     * @param transport see {@link #transport()}
     * @return a copy
     */
    public ProcessSettings withTransport(TransportSetting transport) {
        return new ProcessSettings(transport, tls, threads, logLevel, drain);
    }

    /**
     * The same with another TLS.
     *
     * @param tls see {@link #tls()}
     * @return a copy
     */
    public ProcessSettings withTls(TlsSetting tls) {
        return new ProcessSettings(transport, tls, threads, logLevel, drain);
    }

    /**
     * The same with another number of event loops.
     *
     * @param threads see {@link #threads()}
     * @return a copy
     */
    public ProcessSettings withThreads(int threads) {
        return new ProcessSettings(transport, tls, threads, logLevel, drain);
    }

    /**
     * The same with another log level.
     *
     * @param logLevel see {@link #logLevel()}
     * @return a copy
     */
    public ProcessSettings withLogLevel(LogLevel logLevel) {
        return new ProcessSettings(transport, tls, threads, logLevel, drain);
    }

    /**
     * The same with another time to drain.
     *
     * @param drain see {@link #drain()}
     * @return a copy
     */
    public ProcessSettings withDrain(Duration drain) {
        return new ProcessSettings(transport, tls, threads, logLevel, drain);
    }
}
