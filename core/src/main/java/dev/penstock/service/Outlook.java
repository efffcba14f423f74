package dev.penstock.service;

import dev.penstock.endpoint.Endpoint;
import dev.penstock.retry.Retries;
import dev.penstock.retry.RetrySpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a service comes to its pick for a request, and what would follow. Immutable.
 *
 * @param sampled the endpoints whose load the rule looks at for this pick, with what it sees; empty for a rule that goes by no
 *     load
 * @param remarks what the rule says of the pick besides, one sentence each
 * @param attempts where the request would go, and go next where an attempt failed, if nothing else happened meanwhile
 * @param retrying whether and how often it would be sent again
 * @param shadow where the rule beside the service's own would send it; null where there is none
 */
public record Outlook(
        List<Score> sampled,
        List<String> remarks,
        List<Endpoint> attempts,
        Retrying retrying,
        @Nullable Endpoint shadow) {
    /** Of a request that gets to no service. */
    public static final Outlook NONE = new Outlook(List.of(), List.of(), List.of(), new Retrying(0, false, 0), null);

    /** Copies the lists. */
    public Outlook {
        sampled = List.copyOf(sampled);
        remarks = List.copyOf(remarks);
        attempts = List.copyOf(attempts);
    }

    /**
     * What a rule sees of an endpoint that it looks at.
     *
     * @param endpoint its id
     * @param weight that counts now
     * @param inFlight requests
     * @param handicap requests that failures, overdue and slow answers count as, see {@link dev.penstock.load.Load#handicap()}
     *     and {@link dev.penstock.load.Load#slowness()}
     * @param costNanos the latency that counts, see {@link dev.penstock.load.Load#costNanos()}
     */
    public record Score(String endpoint, int weight, int inFlight, int handicap, double costNanos) {}

    /**
     * Whether a request would be sent again.
     *
     * @param attempts at most, the first included
     * @param repeats whether its method is one that is sent again though it may have arrived
     * @param budgetLeft retries that the budget of the service grants now
     */
    public record Retrying(int attempts, boolean repeats, long budgetLeft) {
        static Retrying of(RetrySpec spec, Retries retries, String method) {
            return new Retrying(
                    spec.attempts(),
                    spec.when().methods().contains(method),
                    retries.budget().left(spec.budget()));
        }
    }
}
