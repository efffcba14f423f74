package dev.penstock.service;

import static java.util.Objects.requireNonNull;

import dev.penstock.endpoint.Endpoint;
import dev.penstock.limit.CircuitBreaker.Pass;
import dev.penstock.load.Outcome;
import dev.penstock.time.Ticker;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

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

    private @Nullable Admission admission;
    private @Nullable Pass pass;
    private @Nullable Pass ownPass;
    private long answerNanos;

    LiveLease(LiveCandidate candidate, InetSocketAddress address, Ticker ticker) {
        this.candidate = candidate;
        this.endpoint = candidate.endpoint();
        this.address = address;
        this.ticker = ticker;
        this.startNanos = ticker.nanos();
    }

    /** Has its end told to those who let it through, before anybody else has it. */
    LiveLease admittedBy(Admission admission, @Nullable Pass pass, @Nullable Pass ownPass) {
        this.admission = admission;
        this.pass = pass;
        this.ownPass = ownPass;
        return this;
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
            answerNanos = ticker.nanos() - startNanos;
            candidate.firstByte(answerNanos);
        }
    }

    @Override
    public void complete(Outcome outcome) {
        requireNonNull(outcome, "outcome");
        if ((int) STAGE.getAndSet(this, ENDED) != ENDED) {
            candidate.end(outcome, address);
            if (admission != null) {
                admission.ended(candidate, outcome, answerNanos, pass, ownPass);
            }
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
