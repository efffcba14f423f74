package dev.penstock.catalog;

import dev.penstock.time.Durations;
import java.time.Duration;

/**
 * How long the proxy waits for an endpoint. Immutable. Each is longer than zero.
 *
 * @param connect for a connection
 * @param response between two bytes of an answer, and for its first
 * @param idle how long an unused connection is kept
 * @param tunnel how long a tunnel (after a 101) may be silent both ways
 */
public record UpstreamTimeouts(Duration connect, Duration response, Duration idle, Duration tunnel) {
    /** Refuses zero and less. */
    public UpstreamTimeouts {
        Durations.checkPositive("connect timeout", connect);
        Durations.checkPositive("response timeout", response);
        Durations.checkPositive("idle timeout", idle);
        Durations.checkPositive("tunnel timeout", tunnel);
    }

    /**
     * The documented defaults. An idle connection is dropped before common servers drop it (60 s and more).
     *
     * @return 3 s, 30 s, 50 s, 1 h
     */
    public static UpstreamTimeouts defaults() {
        return new UpstreamTimeouts(
                Duration.ofSeconds(3), Duration.ofSeconds(30), Duration.ofSeconds(50), Duration.ofHours(1));
    }

    /**
     * The same with another time for connecting.
     *
     * @param connect see {@link #connect()}
     * @return a copy
     */
    public UpstreamTimeouts withConnect(Duration connect) {
        return new UpstreamTimeouts(connect, response, idle, tunnel);
    }

    /**
     * The same with another time between bytes.
     *
     * @param response see {@link #response()}
     * @return a copy
     */
    public UpstreamTimeouts withResponse(Duration response) {
        return new UpstreamTimeouts(connect, response, idle, tunnel);
    }

    /**
     * The same with another life of unused connections.
     *
     * @param idle see {@link #idle()}
     * @return a copy
     */
    public UpstreamTimeouts withIdle(Duration idle) {
        return new UpstreamTimeouts(connect, response, idle, tunnel);
    }

    /**
     * The same with another time for silent tunnels.
     *
     * @param tunnel see {@link #tunnel()}
     * @return a copy
     */
    public UpstreamTimeouts withTunnel(Duration tunnel) {
        return new UpstreamTimeouts(connect, response, idle, tunnel);
    }
}
