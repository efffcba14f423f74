package dev.penstock.service;

import dev.penstock.balancer.Affinity;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.load.LoadReport;
import dev.penstock.load.Outcome;
import java.net.InetSocketAddress;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One endpoint held for one attempt of a request. It counts as in flight from the pick until it is completed, exactly
 * once. Thread-safe.
 */
public non-sealed interface Lease extends Decision, AutoCloseable {
    /**
     * The endpoint that was picked.
     *
     * @return as it was at the pick
     */
    Endpoint endpoint();

    /**
     * Where to connect to.
     *
     * @return resolved
     */
    InetSocketAddress address();

    /**
     * What the client is to be told to come to the same endpoint again.
     *
     * @return null if nothing
     */
    @Nullable
    Affinity affinity();

    /**
     * What a transport keeps beside the endpoint across requests, as its idle connections.
     *
     * @param <T> its type
     * @param key whose attachment
     * @return made by the key at first use, closed when the endpoint has left the service and its last lease has ended
     */
    <T extends AutoCloseable> T attachment(Attachment<T> key);

    /** Says that the first byte of the answer has come; the time until now is the endpoint's latency. */
    void firstByte();

    /**
     * Says what the endpoint told of its load with the answer.
     *
     * @param report the newest
     */
    void report(LoadReport report);

    /**
     * Says how the attempt ended. The first call counts, later ones do nothing.
     *
     * @param outcome how it ended
     */
    void complete(Outcome outcome);

    /** Completes with {@link Outcome#CANCELLED} unless completed before. */
    @Override
    void close();

    @Override
    default <R> R fold(Function<? super Lease, ? extends R> onLease, Function<? super Refusal, ? extends R> onRefusal) {
        return onLease.apply(this);
    }
}
