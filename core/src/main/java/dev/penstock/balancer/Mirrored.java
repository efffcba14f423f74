package dev.penstock.balancer;

import dev.penstock.endpoint.Endpoint;
import dev.penstock.load.Load;
import dev.penstock.load.LoadBoard;
import dev.penstock.load.Reported;
import org.jspecify.annotations.Nullable;

/**
 * A candidate, and its load, that is as another one in all that its class does not say otherwise. Thread-safe if that is.
 *
 * <p>An interface of many methods, for it has those of the two that it mirrors.
 */
public interface Mirrored extends Candidate, Load {
    /**
     * Whom it mirrors.
     *
     * @return always the same
     */
    Candidate real();

    /**
     * What it takes its load from, asked for each time.
     *
     * @return the load of the other one
     */
    default Load mirrored() {
        return real().load();
    }

    @Override
    default Endpoint endpoint() {
        return real().endpoint();
    }

    @Override
    default int weight() {
        return real().weight();
    }

    @Override
    default int growth() {
        return real().growth();
    }

    @Override
    default Load load() {
        return this;
    }

    @Override
    default int inFlight() {
        return mirrored().inFlight();
    }

    @Override
    default long started() {
        return mirrored().started();
    }

    @Override
    default long failed() {
        return mirrored().failed();
    }

    @Override
    default long answered() {
        return mirrored().answered();
    }

    @Override
    default long waitedNanos() {
        return mirrored().waitedNanos();
    }

    @Override
    default int handicap() {
        return mirrored().handicap();
    }

    @Override
    default long askedNanos() {
        return mirrored().askedNanos();
    }

    @Override
    default int slowness() {
        return mirrored().slowness();
    }

    @Override
    default double costNanos(long nowNanos) {
        return mirrored().costNanos(nowNanos);
    }

    @Override
    default double costNanos() {
        return mirrored().costNanos();
    }

    @Override
    default double failureShare(long nowNanos) {
        return mirrored().failureShare(nowNanos);
    }

    @Override
    default @Nullable Reported reported() {
        return mirrored().reported();
    }

    /** By its own requests in flight, which may be others. */
    @Override
    default double reportedRequests(long nowNanos, long maxAgeNanos) {
        return Load.super.reportedRequests(nowNanos, maxAgeNanos);
    }

    @Override
    default double reportedLatencyNanos() {
        return mirrored().reportedLatencyNanos();
    }

    /** No: the other one would be shown, and with its own requests. */
    @Override
    default boolean showOn(LoadBoard board, int place) {
        return false;
    }
}
