package dev.penstock.shadow;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;

/**
 * What a shadow did beside the live rule since it began, on the same requests. Immutable.
 *
 * @param balancer the text of the rule
 * @param samplePercent how many of a hundred requests it is asked for
 * @param fault why it is not asked any more, one sentence; empty if it is
 * @param watched since when, as a length of time
 * @param requests attempts that it was asked for
 * @param agreed how many of them it would have sent where the live rule sent them
 * @param expected what those requests would have met
 * @param endpoints by endpoint, in the textual order of their ids
 */
public record ShadowReport(
        String balancer,
        int samplePercent,
        String fault,
        Duration watched,
        long requests,
        long agreed,
        Expected expected,
        List<Share> endpoints) {
    /** Copies the list. */
    public ShadowReport {
        requireNonNull(balancer, "balancer");
        requireNonNull(fault, "fault");
        requireNonNull(watched, "watched");
        requireNonNull(expected, "expected");
        endpoints = List.copyOf(endpoints);
    }

    /**
     * Tells whether it is still asked.
     *
     * @return false once it has failed
     */
    public boolean runs() {
        return fault.isEmpty();
    }

    /**
     * The share of requests that it would have sent where the live rule sent them.
     *
     * @return {@code 0..1}; 0 where it has seen none
     */
    public double agreement() {
        return requests == 0 ? 0 : (double) agreed / requests;
    }

    /**
     * What both rules chose, told by how those endpoints did at that moment: the mean over the requests of the mean of the
     * endpoint picked. Requests of which one endpoint was not known yet are left out.
     *
     * @param requests that it is taken over
     * @param liveNanos time to the first byte where the live rule sent them
     * @param shadowNanos the same where the shadow would have
     * @param liveFailures share of failures where the live rule sent them, {@code 0..1}
     * @param shadowFailures the same where the shadow would have
     */
    public record Expected(
            long requests, double liveNanos, double shadowNanos, double liveFailures, double shadowFailures) {}

    /**
     * What one endpoint gets.
     *
     * @param endpoint its id
     * @param live from the live rule, of the requests that the shadow was asked for
     * @param shadow what it would get from the shadow
     */
    public record Share(String endpoint, Side live, Side shadow) {}

    /**
     * What an endpoint gets from one rule.
     *
     * @param picks requests
     * @param inFlight at this moment
     * @param most in flight at once so far
     * @param mean in flight over time, of the requests that have ended
     */
    public record Side(long picks, int inFlight, int most, double mean) {}
}
