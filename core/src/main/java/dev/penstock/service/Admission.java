package dev.penstock.service;

import dev.penstock.catalog.ServiceSpec;
import dev.penstock.limit.AdaptiveLimit;
import dev.penstock.limit.BreakerSettings;
import dev.penstock.limit.BreakerSettings.Scope;
import dev.penstock.limit.CircuitBreaker;
import dev.penstock.limit.CircuitBreaker.Pass;
import dev.penstock.limit.Gate;
import dev.penstock.limit.Limits;
import dev.penstock.load.Outcome;
import dev.penstock.request.Request;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The way of a request into a service: past its circuit breaker, through its gate, then by {@link Placement} to a candidate
 * that has room. Thread-safe.
 *
 * <p>Cost beyond the pick: one atomic change on the way in and one on the way out.
 */
final class Admission {
    private final ServiceContext context;
    private final Service service;
    private final Gate gate;
    private final Circuits circuits;
    private final Placement placement;
    private final Refusal overloaded;
    private final Refusal shed;
    private final Refusal expired;
    private final Refusal circuitOpen;
    private final LongAdder refusedCount = new LongAdder();
    private final LongAdder shedCount = new LongAdder();
    private final LongAdder expiredCount = new LongAdder();
    private final LongAdder stoppedCount = new LongAdder();
    private volatile Limits limits;
    private volatile @Nullable CircuitBreaker breaker;
    private volatile @Nullable AdaptiveLimit adaptive;

    Admission(ServiceSpec spec, ServiceContext context, Service service) {
        this.context = context;
        this.service = service;
        this.limits = spec.limits();
        this.gate = new Gate(limits, context.ticker(), context.scheduler());
        String subject = "service \"" + spec.name() + "\"";
        overloaded = new Refusal(Reason.OVERLOADED, subject + " is at its limit");
        shed = new Refusal(Reason.OVERLOADED, subject + " is overloaded: the line does not get shorter");
        expired = new Refusal(Reason.OVERLOADED, subject + " is at its limit: waited as long as any may");
        circuitOpen = new Refusal(Reason.CIRCUIT_OPEN, subject + ": its circuit breaker is open");
        circuits = new Circuits(spec.name(), context);
        placement = new Placement(service, this, circuits, context.ticker(), overloaded, circuitOpen);
        set(limits);
    }

    /** Goes by other limits from now on; what stays the same keeps what it knows. */
    void follow(Limits next) {
        Limits before = limits;
        if (!next.equals(before)) {
            limits = next;
            set(next);
        }
    }

    private void set(Limits next) {
        gate.settings(next);
        BreakerSettings wanted = next.breaker();
        boolean shared = wanted != null && wanted.scope() == Scope.SERVICE;
        CircuitBreaker known = breaker;
        if (wanted == null || !shared) {
            breaker = null;
        } else if (known == null || !known.settings().equals(wanted)) {
            breaker = new CircuitBreaker(wanted);
        }
        placement.follow(next.perEndpoint(), shared ? null : wanted);
        AdaptiveLimit adapts = null;
        if (next.adaptive()) {
            AdaptiveLimit running = adaptive;
            adapts = running != null && running.most() == next.requests()
                    ? running
                    : new AdaptiveLimit(next.requests(), context.ticker().nanos());
        }
        adaptive = adapts;
        gate.limit(allowed());
        gate.again(); // there may be more room at each endpoint
    }

    private int allowed() {
        AdaptiveLimit adapts = adaptive;
        return adapts == null ? limits.requests() : adapts.limit();
    }

    Decision acquire(Request request) {
        Refusal stopped = stopped();
        if (stopped != null) {
            return stopped;
        }
        if (!gate.enter()) {
            return refused();
        }
        Decision decision = pick(request);
        if (decision instanceof Refusal) {
            gate.leave();
        }
        return decision == overloaded ? refused() : decision;
    }

    @Nullable
    Waiting await(Request request, Executor executor, Consumer<? super Decision> later) {
        var pending = new Pending(this, gate, request, executor, later);
        if (!pending.lineUp()) {
            return null;
        }
        refusedCount.decrement(); // it was counted when it was refused, and waits after all
        return pending;
    }

    private Refusal refused() {
        refusedCount.increment();
        return overloaded;
    }

    /** The refusal of a service that gives nobody anything at the moment, and knows it without a pick. */
    private @Nullable Refusal stopped() {
        Snapshot seen = service.snapshot();
        if (seen.picker() == null) {
            return seen.refusal();
        }
        CircuitBreaker shared = breaker;
        if (shared != null && !shared.wouldPass(context.ticker().nanos())) {
            stoppedCount.increment();
            return circuitOpen;
        }
        return null;
    }

    boolean isFull(Decision decision) {
        return decision == overloaded;
    }

    /** Gives somebody inside the gate a candidate; {@link #isFull} where all of them are full. */
    Decision pick(Request request) {
        CircuitBreaker shared = breaker;
        Pass pass = null;
        if (shared != null) {
            pass = shared.tryPass(context.ticker().nanos());
            if (pass == null) {
                stoppedCount.increment();
                return circuitOpen;
            }
        }
        Decision decision = placement.pick(request, pass);
        if (pass != null && shared != null && decision instanceof Refusal) {
            shared.cancelled(pass);
        }
        if (decision == circuitOpen) {
            stoppedCount.increment();
        }
        return decision;
    }

    /** The way past the candidates that take none. */
    Detour detour(Snapshot seen, Request request) {
        return placement.detour(seen, request);
    }

    /** Whether a candidate takes one more request. */
    boolean takes(LiveCandidate live) {
        return placement.takes(live);
    }

    /** One that waited has its lease: the next one is let in, too, if there is room for it. */
    void handOn() {
        if (limits.perEndpoint() > 0 && gate.waiting() > 0 && placement.hasRoom()) {
            gate.handOnMore();
        }
    }

    /** The refusal of one that was sent away from the line. */
    Refusal sentAway(boolean sheds) {
        (sheds ? shedCount : expiredCount).increment();
        return sheds ? shed : expired;
    }

    /** A lease ended. */
    void ended(
            LiveCandidate candidate, Outcome outcome, long answerNanos, @Nullable Pass pass, @Nullable Pass ownPass) {
        CircuitBreaker shared = breaker;
        if (pass != null && shared != null) {
            circuits.ended(shared, pass, outcome, "");
        }
        if (ownPass != null) {
            placement.ended(candidate, ownPass, outcome);
        }
        AdaptiveLimit adapts = adaptive;
        if (adapts != null && outcome == Outcome.SUCCESS && answerNanos > 0) {
            if (adapts.answered(answerNanos, gate.inside(), context.ticker().nanos())) {
                gate.limit(adapts.limit());
                if (adaptive != adapts) { // other limits came meanwhile
                    gate.limit(allowed());
                }
            }
        }
        gate.leave();
    }

    /** The refusal that {@link #acquire} would give before any pick; null if it would pick. */
    @Nullable
    Refusal foreseen() {
        CircuitBreaker shared = breaker;
        if (shared != null && !shared.wouldPass(context.ticker().nanos())) {
            return circuitOpen;
        }
        return gate.waiting() > 0 || gate.inside() >= gate.limit() ? overloaded : null;
    }

    LimitStatus status() {
        CircuitBreaker shared = breaker;
        return new LimitStatus(
                gate.limit(),
                gate.inside(),
                gate.waiting(),
                refusedCount.sum(),
                shedCount.sum(),
                expiredCount.sum(),
                stoppedCount.sum(),
                shared == null ? null : shared.phase(),
                shared == null
                        ? Duration.ZERO
                        : Duration.ofNanos(shared.openNanos(context.ticker().nanos())));
    }

    /** There are other candidates, or another rule. */
    void changed() {
        gate.again();
    }

    /** The service is closed: who waits is told. */
    void close() {
        gate.open();
    }
}
