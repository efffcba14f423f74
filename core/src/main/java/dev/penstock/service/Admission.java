package dev.penstock.service;

import dev.penstock.balancer.Candidate;
import dev.penstock.balancer.Picker;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.limit.AdaptiveLimit;
import dev.penstock.limit.BreakerSettings;
import dev.penstock.limit.BreakerSettings.Scope;
import dev.penstock.limit.CircuitBreaker;
import dev.penstock.limit.CircuitBreaker.Pass;
import dev.penstock.limit.CircuitBreaker.Phase;
import dev.penstock.limit.Gate;
import dev.penstock.limit.Limits;
import dev.penstock.load.Outcome;
import dev.penstock.observe.Event;
import dev.penstock.request.Request;
import dev.penstock.request.Tried;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of a request into a service: past its circuit breaker, through its gate, to a candidate that has room. Thread-safe.
 *
 * <p>Cost beyond the pick: one atomic change on the way in and one on the way out. A candidate that is full, or whose own
 * circuit breaker is open, makes the pick go on to another; that looks at all of them, O(n).
 */
final class Admission {
    private static final Logger LOG = LoggerFactory.getLogger(Admission.class);

    /** Picks past those without room, before one with room is taken whatever the rule: others may be faster each time. */
    private static final int MOST_DETOURS = 3;

    private final ServiceName name;
    private final ServiceContext context;
    private final Service service;
    private final Gate gate;
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
    private volatile @Nullable BreakerSettings ownBreakers;
    private volatile @Nullable AdaptiveLimit adaptive;

    Admission(ServiceSpec spec, ServiceContext context, Service service) {
        this.name = spec.name();
        this.context = context;
        this.service = service;
        this.limits = spec.limits();
        this.gate = new Gate(limits, context.ticker(), context.scheduler());
        String subject = "service \"" + name + "\"";
        overloaded = new Refusal(Reason.OVERLOADED, subject + " is at its limit");
        shed = new Refusal(Reason.OVERLOADED, subject + " is overloaded: the line does not get shorter");
        expired = new Refusal(Reason.OVERLOADED, subject + " is at its limit: waited as long as any may");
        circuitOpen = new Refusal(Reason.CIRCUIT_OPEN, subject + ": its circuit breaker is open");
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
        ownBreakers = shared ? null : wanted;
        AdaptiveLimit adapts = null;
        if (next.adaptive()) {
            AdaptiveLimit running = adaptive;
            adapts = running != null && running.most() == next.requests()
                    ? running
                    : new AdaptiveLimit(next.requests(), context.ticker().nanos());
        }
        adaptive = adapts;
        gate.limit(adapts == null ? next.requests() : adapts.limit());
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
        Decision decision = pick(request, pass);
        if (pass != null && shared != null && decision instanceof Refusal) {
            shared.cancelled(pass);
        }
        return decision;
    }

    private Decision pick(Request request, @Nullable Pass pass) {
        Request asked = request;
        int detours = 0;
        while (true) {
            Snapshot seen = service.snapshot();
            Picker picker = seen.picker();
            if (picker == null) {
                return seen.refusal();
            }
            Candidate picked;
            try {
                picked = picker.pick(asked);
            } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
                return service.calls().failed("pick threw", e);
            }
            if (!(picked instanceof LiveCandidate live) || !live.belongsTo(service)) {
                return service.calls().failed(picked == null ? "pick returned null" : "pick returned a stranger", null);
            }
            LiveLease lease = take(live, pass);
            if (lease != null) {
                return bound(lease, picker, request, live);
            }
            if (live.eligible()) { // it takes no more
                if (detours++ == MOST_DETOURS) {
                    return any(seen, pass);
                }
                Detour detour = detour(seen, request);
                if (detour.refusal() != null) {
                    return counted(detour.refusal());
                }
                asked = detour.request();
            } else if (seen == service.snapshot()) {
                return service.calls().failed("pick returned a candidate of the past", null);
            }
            // Else it left between the look at the snapshot and the pick: once more, with the newer snapshot.
        }
    }

    private LiveLease bound(LiveLease lease, Picker picker, Request request, Candidate picked) {
        try {
            return lease.boundBy(picker.affinity(request, picked));
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            service.calls().failed("affinity threw", e);
            return lease;
        }
    }

    private Refusal counted(Refusal refusal) {
        if (refusal.reason() == Reason.CIRCUIT_OPEN) {
            stoppedCount.increment();
        }
        return refusal;
    }

    private @Nullable LiveLease take(LiveCandidate live, @Nullable Pass pass) {
        BreakerSettings own = ownBreakers;
        if (own == null) {
            LiveLease lease = live.lease(limits.perEndpoint());
            return lease == null ? null : lease.admittedBy(this, pass, null);
        }
        CircuitBreaker before = live.breaker(own);
        Pass ownPass = before.tryPass(context.ticker().nanos());
        if (ownPass == null) {
            return null;
        }
        LiveLease lease = live.lease(limits.perEndpoint());
        if (lease == null) {
            before.cancelled(ownPass);
            return null;
        }
        return lease.admittedBy(this, pass, ownPass);
    }

    private Decision any(Snapshot seen, @Nullable Pass pass) {
        for (Candidate candidate : seen.eligible()) {
            LiveLease lease = candidate instanceof LiveCandidate live ? take(live, pass) : null;
            if (lease != null) {
                return lease;
            }
        }
        return overloaded;
    }

    /** Whether a candidate takes one more request. */
    boolean takes(LiveCandidate live) {
        return live.hasRoom(limits.perEndpoint()) && passes(live);
    }

    private boolean passes(LiveCandidate live) {
        BreakerSettings own = ownBreakers;
        return own == null || live.breaker(own).wouldPass(context.ticker().nanos());
    }

    /** The way past the candidates that take none; full as well if one waits to be tried and only tried ones have room. */
    Detour detour(Snapshot seen, Request request) {
        Set<String> blocked = new HashSet<>();
        Tried tried = request.tried();
        boolean full = false;
        boolean fullUntried = false;
        boolean room = false;
        boolean roomUntried = false;
        List<Candidate> all = seen.eligible();
        for (Candidate candidate : all) {
            String id = candidate.endpoint().id();
            boolean untried = !tried.contains(id);
            // Looked at once: a place that is given back in between would make a full one look barred for good.
            boolean waits = candidate instanceof LiveCandidate live && !live.hasRoom(limits.perEndpoint());
            if (!waits && candidate instanceof LiveCandidate live && passes(live)) {
                room = true;
                roomUntried |= untried;
            } else {
                blocked.add(id);
                full |= waits;
                fullUntried |= waits && untried;
            }
        }
        Refusal refusal = null;
        if (!room) {
            refusal = full ? overloaded : circuitOpen;
        } else if (!roomUntried && fullUntried) {
            refusal = overloaded;
        }
        return new Detour(request, blocked, refusal);
    }

    /** One that waited has its lease: the next one is let in, too, if there is room for it. */
    void handOn() {
        int most = limits.perEndpoint();
        if (most > 0 && gate.waiting() > 0) {
            for (Candidate candidate : service.snapshot().eligible()) {
                if (candidate instanceof LiveCandidate live && live.hasRoom(most)) {
                    gate.handOnMore();
                    return;
                }
            }
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
            ended(shared, pass, outcome, "");
        }
        BreakerSettings own = ownBreakers;
        if (ownPass != null && own != null) {
            ended(candidate.breaker(own), ownPass, outcome, candidate.endpoint().id());
        }
        AdaptiveLimit adapts = adaptive;
        if (adapts != null && outcome == Outcome.SUCCESS && answerNanos > 0) {
            if (adapts.answered(answerNanos, gate.inside(), context.ticker().nanos())) {
                gate.limit(adapts.limit());
            }
        }
        gate.leave();
    }

    private void ended(CircuitBreaker breaker, Pass pass, Outcome outcome, String endpoint) {
        if (outcome == Outcome.CANCELLED) {
            breaker.cancelled(pass);
            return;
        }
        if (breaker.ended(pass, outcome.failed(), context.ticker().nanos())) {
            boolean open = breaker.phase() != Phase.CLOSED;
            String whose = endpoint.isEmpty() ? "" : ", endpoint " + endpoint;
            if (open) {
                LOG.warn(
                        "service {}{}: circuit breaker open for {}: too many requests failed",
                        name,
                        whose,
                        breaker.settings().open());
            } else {
                LOG.info("service {}{}: circuit breaker closed", name, whose);
            }
            context.observer().on(new Event.CircuitChanged(name, endpoint, open));
        }
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
