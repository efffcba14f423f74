package dev.penstock.health;

import dev.penstock.endpoint.Endpoint;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletionStage;

/** Asks endpoints how they do. Thread-safe. */
@FunctionalInterface
public interface Prober {
    /**
     * Checks an endpoint once. Returns soon; it is not asked about the same endpoint again before the answer is there or
     * the time is over.
     *
     * @param endpoint which one
     * @param address where to connect to
     * @param spec what is asked, and in which time
     * @return completed with what was seen; completed exceptionally is a failure of the endpoint. Ignored after the timeout
     */
    CompletionStage<CheckResult> probe(Endpoint endpoint, InetSocketAddress address, CheckSpec spec);
}
