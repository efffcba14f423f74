package dev.penstock.limit;

import dev.penstock.time.Durations;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How many requests a service takes at once, and what becomes of those above. Immutable.
 *
 * @param requests at its endpoints at the same time, {@code 1..1000000}
 * @param perEndpoint at one endpoint at the same time, {@code 1..1000000}; {@code 0}: no limit of its own
 * @param queue that wait for a turn, {@code 0..100000}; {@code 0}: none waits
 * @param longestWait how long one waits at most, more than zero
 * @param shed with a queue that has not been empty for a while, those are refused that have waited longer; zero: never
 * @param adaptive whether the limit follows what the endpoints are found to stand, {@code requests} at most
 * @param idle connections without a request to one endpoint that each event loop keeps for later requests,
 *     {@code 0..65536}; beyond: closed
 * @param breaker when requests are stopped for a while since too many fail; null: never
 */
public record Limits(
        int requests,
        int perEndpoint,
        int queue,
        Duration longestWait,
        Duration shed,
        boolean adaptive,
        int idle,
        @Nullable BreakerSettings breaker) {
    /** The limit of a service that says nothing about it. */
    public static final int DEFAULT_REQUESTS = 8_192;

    /** The queue of a service that says nothing about it. */
    public static final int DEFAULT_QUEUE = 1_024;

    /** How long a request waits at most where nothing is said about it. */
    public static final Duration DEFAULT_WAIT = Duration.ofSeconds(30);

    /** How many connections a loop keeps to an endpoint where nothing is said about it. */
    public static final int DEFAULT_IDLE = 256;

    /** The most connections that a loop may keep to an endpoint. */
    public static final int MAX_IDLE = 65_536;

    /** The highest limit there is. */
    public static final int MAX_REQUESTS = 1_000_000;

    /** The longest queue there is. */
    public static final int MAX_QUEUE = 100_000;

    /** Checks the ranges. */
    public Limits {
        within("requests", requests, 1, MAX_REQUESTS);
        within("perEndpoint", perEndpoint, 0, MAX_REQUESTS);
        within("queue", queue, 0, MAX_QUEUE);
        within("idle", idle, 0, MAX_IDLE);
        Durations.checkPositive("longestWait", longestWait);
        Durations.checkNotNegative("shed", shed);
    }

    /**
     * The documented defaults: 8,192 requests, none per endpoint, 1,024 wait for 30 s, no shedding, 256 idle
     * connections, no circuit breaker.
     *
     * @return the defaults
     */
    public static Limits defaults() {
        return new Limits(DEFAULT_REQUESTS, 0, DEFAULT_QUEUE, DEFAULT_WAIT, Duration.ZERO, false, DEFAULT_IDLE, null);
    }

    /**
     * The same with another limit of the service.
     *
     * @param requests see {@link #requests()}
     * @return a copy
     */
    public Limits withRequests(int requests) {
        return new Limits(requests, perEndpoint, queue, longestWait, shed, adaptive, idle, breaker);
    }

    /**
     * The same with another limit of each endpoint.
     *
     * @param perEndpoint see {@link #perEndpoint()}
     * @return a copy
     */
    public Limits withPerEndpoint(int perEndpoint) {
        return new Limits(requests, perEndpoint, queue, longestWait, shed, adaptive, idle, breaker);
    }

    /**
     * The same with another queue.
     *
     * @param queue see {@link #queue()}
     * @param longestWait see {@link #longestWait()}
     * @return a copy
     */
    public Limits withQueue(int queue, Duration longestWait) {
        return new Limits(requests, perEndpoint, queue, longestWait, shed, adaptive, idle, breaker);
    }

    /**
     * The same with another time after which an overloaded service sheds.
     *
     * @param shed see {@link #shed()}
     * @return a copy
     */
    public Limits withShed(Duration shed) {
        return new Limits(requests, perEndpoint, queue, longestWait, shed, adaptive, idle, breaker);
    }

    /**
     * The same with a limit that adapts, or does not.
     *
     * @param adaptive see {@link #adaptive()}
     * @return a copy
     */
    public Limits withAdaptive(boolean adaptive) {
        return new Limits(requests, perEndpoint, queue, longestWait, shed, adaptive, idle, breaker);
    }

    /**
     * The same with another number of idle connections.
     *
     * @param idle see {@link #idle()}
     * @return a copy
     */
    public Limits withIdle(int idle) {
        return new Limits(requests, perEndpoint, queue, longestWait, shed, adaptive, idle, breaker);
    }

    /**
     * The same with another circuit breaker.
     *
     * @param breaker see {@link #breaker()}
     * @return a copy
     */
    public Limits withBreaker(@Nullable BreakerSettings breaker) {
        return new Limits(requests, perEndpoint, queue, longestWait, shed, adaptive, idle, breaker);
    }

    private static void within(String what, int number, int least, int most) {
        if (number < least || number > most) {
            throw new IllegalArgumentException(what + ": " + number + " (expected: " + least + ".." + most + ")");
        }
    }
}
