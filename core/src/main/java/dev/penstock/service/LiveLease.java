package dev.penstock.service;

import static java.util.Objects.requireNonNull;

import dev.penstock.balancer.Affinity;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.limit.CircuitBreaker.Pass;
import dev.penstock.load.LoadReport;
import dev.penstock.load.Outcome;
import dev.penstock.shadow.Shadowed;
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

    private static final int ENDED = LiveLoad.ANSWERED + 1;

    private final LiveCandidate candidate;
    private final Endpoint endpoint;
    private final InetSocketAddress address;
    private final long startNanos;

    /** Where it waits for the first byte, see {@link LiveLoad#began}; then {@link LiveLoad#ANSWERED}, then ended. */
    private volatile int stage;

    private @Nullable Admission admission;
    private @Nullable Pass pass;
    private @Nullable Pass ownPass;
    private @Nullable Affinity affinity;
    private @Nullable Shadowed shadowed;
    private long answerNanos;

    LiveLease(LiveCandidate candidate, InetSocketAddress address, long startNanos, int place) {
        this.candidate = candidate;
        this.endpoint = candidate.endpoint();
        this.address = address;
        this.startNanos = startNanos;
        this.stage = place;
    }

    LiveCandidate candidate() {
        return candidate;
    }

    /** Has its end told to those who let it through, before anybody else has it. */
    LiveLease admittedBy(Admission admission, @Nullable Pass pass, @Nullable Pass ownPass) {
        this.admission = admission;
        this.pass = pass;
        this.ownPass = ownPass;
        return this;
    }

    /** Has the client told how to come back; before anybody else has it. */
    LiveLease boundBy(@Nullable Affinity binding) {
        this.affinity = binding;
        return this;
    }

    /** Has the shadow that picked for it, too, told its end; before anybody else has it. */
    LiveLease shadowedBy(@Nullable Shadowed beside) {
        this.shadowed = beside;
        return this;
    }

    @Override
    public @Nullable Affinity affinity() {
        return affinity;
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
        int place = stage;
        if (place < LiveLoad.ANSWERED && STAGE.compareAndSet(this, place, LiveLoad.ANSWERED)) {
            answerNanos = candidate.firstByte(place, startNanos);
        }
    }

    @Override
    public void report(LoadReport report) {
        candidate.reports(report);
    }

    @Override
    public void complete(Outcome outcome) {
        requireNonNull(outcome, "outcome");
        int before = (int) STAGE.getAndSet(this, ENDED);
        if (before != ENDED) {
            candidate.end(outcome, address, before, startNanos);
            if (admission != null) {
                admission.ended(candidate, outcome, answerNanos, pass, ownPass);
            }
            if (shadowed != null) {
                shadowed.ended(outcome, answerNanos);
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
