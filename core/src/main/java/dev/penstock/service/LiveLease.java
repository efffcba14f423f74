package dev.penstock.service;

import static java.util.Objects.requireNonNull;

import dev.penstock.endpoint.Endpoint;
import dev.penstock.load.Outcome;
import dev.penstock.time.Ticker;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.InetSocketAddress;

/** A lease of a live candidate; the one object that an attempt allocates here. Thread-safe. */
final class LiveLease implements Lease {
    private static final VarHandle STAGE;

    static {
        try {
            STAGE = MethodHandles.lookup().findVarHandle(LiveLease.class, "stage", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final int WAITING = 0;
    private static final int ANSWERED = 1;
    private static final int ENDED = 2;

    private final LiveCandidate candidate;
    private final Endpoint endpoint;
    private final InetSocketAddress address;
    private final Ticker ticker;
    private final long startNanos;

    @SuppressWarnings({"unused", "UnusedVariable"}) // written through STAGE
    private volatile int stage;

    LiveLease(LiveCandidate candidate, InetSocketAddress address, Ticker ticker) {
        this.candidate = candidate;
        this.endpoint = candidate.endpoint();
        this.address = address;
        this.ticker = ticker;
        this.startNanos = ticker.nanos();
    }

    @Override
    public Endpoint endpoint() {
        return endpoint;
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public <T extends AutoCloseable> T attachment(Attachment<T> key) {
        return candidate.attachment(key);
    }

    @Override
    public void firstByte() {
        if (STAGE.compareAndSet(this, WAITING, ANSWERED)) {
            candidate.firstByte(ticker.nanos() - startNanos);
        }
    }

    @Override
    public void complete(Outcome outcome) {
        requireNonNull(outcome, "outcome");
        if ((int) STAGE.getAndSet(this, ENDED) != ENDED) {
            candidate.end(outcome, address);
        }
    }

    @Override
    public void close() {
        complete(Outcome.CANCELLED);
    }

    @Override
    public String toString() {
        return "lease of " + endpoint.id() + " at " + address;
    }
}
