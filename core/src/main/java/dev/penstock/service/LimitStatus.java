package dev.penstock.service;

import dev.penstock.limit.CircuitBreaker;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How the limits of a service do at one moment. Immutable.
 *
 * @param limit requests that it takes at once now
 * @param inFlight requests that it has taken
 * @param waiting requests in line
 * @param refused requests refused since the start, the line being as long as it may be
 * @param shed requests refused since the start, the line being too slow
 * @param expired requests refused since the start that waited as long as any may
 * @param stopped requests refused since the start by circuit breakers
 * @param circuit what the circuit breaker before the service does; null where there is none
 * @param circuitOpen how long it lets nothing through yet
 */
public record LimitStatus(
        int limit,
        int inFlight,
        int waiting,
        long refused,
        long shed,
        long expired,
        long stopped,
        CircuitBreaker.@Nullable Phase circuit,
        Duration circuitOpen) {}
