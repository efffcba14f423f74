package dev.penstock.catalog;

import dev.penstock.time.Durations;
import java.time.Duration;

/**
 * How long a client may take. Immutable. Each is longer than zero, but for {@code drain}.
 *
 * @param header for a whole request head, from its first byte (from the accept for the first one)
 * @param body between two bytes of a request body; 408 after it
 * @param idle between two requests of a connection
 * @param write until a client has taken something of what is to be written
 * @param drain what a closing listener gives its requests in flight
 * @param linger how long what a client still sends is dropped after the answer that ends its connection; then it is cut off
 * @param keepAlive how long an end of a tunnel may be silent until the system asks it whether it is still there, in whole
 *     seconds, {@code 1 s..9 h}; one that answers none of four questions, a quarter of it and at least 1 s
 *     apart, is given up
 */
public record ClientTimeouts(
        Duration header,
        Duration body,
        Duration idle,
        Duration write,
        Duration drain,
        Duration linger,
        Duration keepAlive) {
    /** The shortest keep-alive: systems count seconds. */
    public static final Duration MIN_KEEP_ALIVE = Duration.ofSeconds(1);

    /** The longest keep-alive: systems take no more than 32,767 s. */
    public static final Duration MAX_KEEP_ALIVE = Duration.ofHours(9);

    /** Refuses negative ones, and zero but for {@code drain}. */
    public ClientTimeouts {
        Durations.checkPositive("header timeout", header);
        Durations.checkPositive("body timeout", body);
        Durations.checkPositive("idle timeout", idle);
        Durations.checkPositive("write timeout", write);
        Durations.checkNotNegative("drain timeout", drain);
        Durations.checkPositive("linger timeout", linger);
        if (keepAlive.compareTo(MIN_KEEP_ALIVE) < 0
                || keepAlive.compareTo(MAX_KEEP_ALIVE) > 0
                || keepAlive.toNanosPart() > 0) {
            throw new IllegalArgumentException("keepAlive: " + keepAlive + " (expected: PT1S..PT9H, whole seconds)");
        }
    }

    /**
     * The documented defaults.
     *
     * @return 15 s, 30 s, 65 s, 30 s, 3 s, 2 s, 60 s
     */
    public static ClientTimeouts defaults() {
        return new ClientTimeouts(
                Duration.ofSeconds(15),
                Duration.ofSeconds(30),
                Duration.ofSeconds(65),
                Duration.ofSeconds(30),
                Duration.ofSeconds(3),
                Duration.ofSeconds(2),
                Duration.ofSeconds(60));
    }

    /**
     * The same with another time for the head.
     *
     * @param header see {@link #header()}
     * @return a copy
     */
    public ClientTimeouts withHeader(Duration header) {
        return new ClientTimeouts(header, body, idle, write, drain, linger, keepAlive);
    }

    /**
     * The same with another time for silent bodies.
     *
     * @param body see {@link #body()}
     * @return a copy
     */
    public ClientTimeouts withBody(Duration body) {
        return new ClientTimeouts(header, body, idle, write, drain, linger, keepAlive);
    }

    /**
     * The same with another time between requests.
     *
     * @param idle see {@link #idle()}
     * @return a copy
     */
    public ClientTimeouts withIdle(Duration idle) {
        return new ClientTimeouts(header, body, idle, write, drain, linger, keepAlive);
    }

    /**
     * The same with another time for slow readers.
     *
     * @param write see {@link #write()}
     * @return a copy
     */
    public ClientTimeouts withWrite(Duration write) {
        return new ClientTimeouts(header, body, idle, write, drain, linger, keepAlive);
    }

    /**
     * The same with another time to drain.
     *
     * @param drain see {@link #drain()}
     * @return a copy
     */
    public ClientTimeouts withDrain(Duration drain) {
        return new ClientTimeouts(header, body, idle, write, drain, linger, keepAlive);
    }

    /**
     * The same with another time for clients to leave.
     *
     * @param linger see {@link #linger()}
     * @return a copy
     */
    public ClientTimeouts withLinger(Duration linger) {
        return new ClientTimeouts(header, body, idle, write, drain, linger, keepAlive);
    }

    /**
     * The same with another time until silent tunnels are looked after.
     *
     * @param keepAlive see {@link #keepAlive()}
     * @return a copy
     */
    public ClientTimeouts withKeepAlive(Duration keepAlive) {
        return new ClientTimeouts(header, body, idle, write, drain, linger, keepAlive);
    }
}
