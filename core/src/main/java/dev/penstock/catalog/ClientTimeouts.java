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
 */
public record ClientTimeouts(
        Duration header, Duration body, Duration idle, Duration write, Duration drain, Duration linger) {
    /** Refuses negative ones, and zero but for {@code drain}. */
    public ClientTimeouts {
        Durations.checkPositive("header timeout", header);
        Durations.checkPositive("body timeout", body);
        Durations.checkPositive("idle timeout", idle);
        Durations.checkPositive("write timeout", write);
        Durations.checkNotNegative("drain timeout", drain);
        Durations.checkPositive("linger timeout", linger);
    }

    /**
     * The documented defaults.
     *
     * @return 15 s, 30 s, 65 s, 30 s, 3 s, 2 s
     */
    public static ClientTimeouts defaults() {
        return new ClientTimeouts(
                Duration.ofSeconds(15),
                Duration.ofSeconds(30),
                Duration.ofSeconds(65),
                Duration.ofSeconds(30),
                Duration.ofSeconds(3),
                Duration.ofSeconds(2));
    }

    /**
     * The same with another time for the head.
     *
     * @param header see {@link #header()}
     * @return a copy
     */
    public ClientTimeouts withHeader(Duration header) {
        return new ClientTimeouts(header, body, idle, write, drain, linger);
    }

    /**
     * The same with another time for silent bodies.
     *
     * @param body see {@link #body()}
     * @return a copy
     */
    public ClientTimeouts withBody(Duration body) {
        return new ClientTimeouts(header, body, idle, write, drain, linger);
    }

    /**
     * The same with another time between requests.
     *
     * @param idle see {@link #idle()}
     * @return a copy
     */
    public ClientTimeouts withIdle(Duration idle) {
        return new ClientTimeouts(header, body, idle, write, drain, linger);
    }

    /**
     * The same with another time for slow readers.
     *
     * @param write see {@link #write()}
     * @return a copy
     */
    public ClientTimeouts withWrite(Duration write) {
        return new ClientTimeouts(header, body, idle, write, drain, linger);
    }

    /**
     * The same with another time to drain.
     *
     * @param drain see {@link #drain()}
     * @return a copy
     */
    public ClientTimeouts withDrain(Duration drain) {
        return new ClientTimeouts(header, body, idle, write, drain, linger);
    }

    /**
     * The same with another time for clients to leave.
     *
     * @param linger see {@link #linger()}
     * @return a copy
     */
    public ClientTimeouts withLinger(Duration linger) {
        return new ClientTimeouts(header, body, idle, write, drain, linger);
    }
}
