package dev.penstock.config;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * What holds for a running program as a whole. Immutable.
 *
 * @param transport which way to the network it takes
 * @param tls whose TLS it speaks
 * @param threads event loops, {@code 0..1024}; {@code 0}: one per processor
 * @param log what it logs
 * @param bufferBytes what may wait in all connections of clients and endpoints together, {@code 0} or at least
 *     {@value #MIN_BUFFER_BYTES}; {@code 0}: half of the memory that direct buffers may take
 * @param retryBytes what may be kept of the bodies of all requests together so that they can be sent again, {@code >= 0}
 * @param idleConnections the most connections to all endpoints together that are kept for later requests,
 *     {@code 0..1000000}
 * @param drain how long it goes on serving after it was told to end, while {@code /status} says so; {@code >= 0}
 */
public record ProcessSettings(
        TransportSetting transport,
        TlsSetting tls,
        int threads,
        LogSettings log,
        long bufferBytes,
        long retryBytes,
        int idleConnections,
        Duration drain) {
    /** The least that {@code bufferBytes} may be. */
    public static final long MIN_BUFFER_BYTES = 1 << 20;

    /** The most that {@code idleConnections} may be. */
    public static final int MAX_IDLE_CONNECTIONS = 1_000_000;

    /** The most event loops. */
    public static final int MAX_THREADS = 1024;

    /** Checks every component against its range. */
    public ProcessSettings {
        requireNonNull(transport, "transport");
        requireNonNull(tls, "tls");
        requireNonNull(log, "log");
        if (threads < 0 || threads > MAX_THREADS) {
            throw new IllegalArgumentException("threads: " + threads + " (expected: 0.." + MAX_THREADS + ")");
        }
        if (bufferBytes != 0 && bufferBytes < MIN_BUFFER_BYTES) {
            throw new IllegalArgumentException(
                    "bufferBytes: " + bufferBytes + " (expected: 0, or " + MIN_BUFFER_BYTES + " or more)");
        }
        if (retryBytes < 0) {
            throw new IllegalArgumentException("retryBytes: " + retryBytes + " (expected: 0 or more)");
        }
        if (idleConnections < 0 || idleConnections > MAX_IDLE_CONNECTIONS) {
            throw new IllegalArgumentException(
                    "idleConnections: " + idleConnections + " (expected: 0.." + MAX_IDLE_CONNECTIONS + ")");
        }
        if (drain.isNegative()) {
            throw new IllegalArgumentException("drain: " + drain + " (expected: 0 or longer)");
        }
    }

    /**
     * The documented defaults.
     *
     * @return any transport, any TLS, a loop per processor, info, buffers by the memory, 64 MiB, 8,192 connections, 10 s
     */
    public static ProcessSettings defaults() {
        return new ProcessSettings(
                TransportSetting.AUTO,
                TlsSetting.AUTO,
                0,
                LogSettings.defaults(),
                0,
                64L << 20,
                8_192,
                Duration.ofSeconds(10));
    }

    /**
     * The same on another transport.
     *
     * @param transport see {@link #transport()}
     * @return a copy
     */
    public ProcessSettings withTransport(TransportSetting transport) {
        return new ProcessSettings(transport, tls, threads, log, bufferBytes, retryBytes, idleConnections, drain);
    }

    /**
     * The same with another TLS.
     *
     * @param tls see {@link #tls()}
     * @return a copy
     */
    public ProcessSettings withTls(TlsSetting tls) {
        return new ProcessSettings(transport, tls, threads, log, bufferBytes, retryBytes, idleConnections, drain);
    }

    /**
     * The same with another number of event loops.
     *
     * @param threads see {@link #threads()}
     * @return a copy
     */
    public ProcessSettings withThreads(int threads) {
        return new ProcessSettings(transport, tls, threads, log, bufferBytes, retryBytes, idleConnections, drain);
    }

    /**
     * How much it logs of itself.
     *
     * @return that of {@link #log()}
     */
    public LogLevel logLevel() {
        return log.level();
    }

    /**
     * The same with another log level.
     *
     * @param logLevel see {@link #logLevel()}
     * @return a copy
     */
    public ProcessSettings withLogLevel(LogLevel logLevel) {
        return withLog(log.withLevel(logLevel));
    }

    /**
     * The same with other logs.
     *
     * @param log see {@link #log()}
     * @return a copy
     */
    public ProcessSettings withLog(LogSettings log) {
        return new ProcessSettings(transport, tls, threads, log, bufferBytes, retryBytes, idleConnections, drain);
    }

    /**
     * The same with another bound of what waits in connections.
     *
     * @param bufferBytes see {@link #bufferBytes()}
     * @return a copy
     */
    public ProcessSettings withBufferBytes(long bufferBytes) {
        return new ProcessSettings(transport, tls, threads, log, bufferBytes, retryBytes, idleConnections, drain);
    }

    /**
     * The same with another bound of what is kept to be sent again.
     *
     * @param retryBytes see {@link #retryBytes()}
     * @return a copy
     */
    public ProcessSettings withRetryBytes(long retryBytes) {
        return new ProcessSettings(transport, tls, threads, log, bufferBytes, retryBytes, idleConnections, drain);
    }

    /**
     * The same with another number of idle connections.
     *
     * @param idleConnections see {@link #idleConnections()}
     * @return a copy
     */
    public ProcessSettings withIdleConnections(int idleConnections) {
        return new ProcessSettings(transport, tls, threads, log, bufferBytes, retryBytes, idleConnections, drain);
    }

    /**
     * The same with another time to drain.
     *
     * @param drain see {@link #drain()}
     * @return a copy
     */
    public ProcessSettings withDrain(Duration drain) {
        return new ProcessSettings(transport, tls, threads, log, bufferBytes, retryBytes, idleConnections, drain);
    }
}
