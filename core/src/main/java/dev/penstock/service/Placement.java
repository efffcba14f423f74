package dev.penstock.service;

import dev.penstock.balancer.Candidate;
import dev.penstock.balancer.Picker;
import dev.penstock.limit.BreakerSettings;
import dev.penstock.limit.CircuitBreaker;
import dev.penstock.limit.CircuitBreaker.Pass;
import dev.penstock.load.Outcome;
import dev.penstock.request.Request;
import dev.penstock.request.Tried;
import dev.penstock.shadow.ShadowPicker;
import dev.penstock.time.Ticker;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gives a request that was let into a service a candidate that takes it. Thread-safe.
 *
 * <p>A candidate that is full, or whose own circuit breaker is open, makes the pick go on to another; that looks at all of
 * them, O(n).
 */
final class Placement {
    /** Picks past those without room, before one with room is taken whatever the rule: others may be faster each time. */
    private static final int MOST_DETOURS = 3;

    private final Service service;
    private final Admission admission;
    private final Circuits circuits;
    private final Ticker ticker;
    private final Refusal full;
    private final Refusal open;
    private volatile int most;
    private volatile @Nullable BreakerSettings breakers;

    /** Refuses as full where all candidates are at their limit, as open where no circuit breaker of theirs lets it pass. */
    Placement(Service service, Admission admission, Circuits circuits, Ticker ticker, Refusal full, Refusal open) {
        this.service = service;
        this.admission = admission;
        this.circuits = circuits;
        this.ticker = ticker;
        this.full = full;
        this.open = open;
    }

    /** Goes by other limits of an endpoint from now on: its requests, {@code 0} for no limit, and its circuit breaker. */
    void follow(int requests, @Nullable BreakerSettings settings) {
        most = requests;
        breakers = settings;
    }

    // ---- the pick

    /** Picks until a candidate takes the request, which holds a pass of the service's circuit breaker if there is one. */
    Decision pick(Request request, @Nullable Pass pass) {
        Detour detour = null;
        int detours = 0;
        while (true) {
            Snapshot seen = service.snapshot();
            Picker picker = seen.picker();
            if (picker == null) {
                return seen.refusal();
            }
            Candidate picked;
            try {
                picked = picker.pick(detour == null ? request : detour.request());
            } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
                return service.calls().failed("pick threw", e);
            }
            if (!(picked instanceof LiveCandidate live) || !live.belongsTo(service)) {
                return service.calls().failed(picked == null ? "pick returned null" : "pick returned a stranger", null);
            }
            LiveLease lease = take(live, pass);
            if (lease != null) {
                return placed(lease, picker, request, detour);
            }
            if (live.eligible()) { // it takes no more
                detour = detour(seen, request);
                if (detours++ == MOST_DETOURS) {
                    return any(seen, picker, detour, pass);
                }
                if (detour.refusal() != null) {
                    return detour.refusal();
                }
            } else if (seen == service.snapshot()) {
                return service.calls().failed("pick returned a candidate of the past", null);
            }
            // Else it left between the look at the snapshot and the pick: once more, with the newer snapshot.
        }
    }

    /** It has its place: the shadow is asked as well, and the client told how to come back. */
    private LiveLease placed(LiveLease lease, Picker picker, Request request, @Nullable Detour detour) {
        ShadowPicker shadow = service.shadows().picker();
        if (shadow != null) {
            lease.shadowedBy(shadow.pick(request, lease.candidate()));
        }
        try {
            Request asked = detour == null ? request : detour.bound();
            return lease.boundBy(picker.affinity(asked, lease.candidate()));
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            service.calls().failed("affinity threw", e);
            return lease;
        }
    }

    private @Nullable LiveLease take(LiveCandidate live, @Nullable Pass pass) {
        BreakerSettings own = breakers;
        if (own == null) {
            LiveLease lease = live.lease(room(live));
            return lease == null ? null : lease.admittedBy(admission, pass, null);
        }
        CircuitBreaker before = live.breaker(own);
        Pass ownPass = before.tryPass(ticker.nanos());
        if (ownPass == null) {
            return null;
        }
        LiveLease lease = live.lease(room(live));
        if (lease == null) {
            before.cancelled(ownPass);
            return null;
        }
        return lease.admittedBy(admission, pass, ownPass);
    }

    /** How many requests a candidate takes at once: of a limit, one in its slow start has its grown part. 0: no limit. */
    private int room(LiveCandidate live) {
        int whole = most;
        return whole == 0 ? 0 : (int) (((long) whole * live.growth() + Vitals.FULL - 1) / Vitals.FULL);
    }

    private Decision any(Snapshot seen, Picker picker, Detour detour, @Nullable Pass pass) {
        Request request = detour.original();
        Tried tried = request.tried();
        LiveLease lease = any(seen, tried, false, pass);
        if (lease == null && !tried.isEmpty()) {
            lease = any(seen, tried, true, pass);
        }
        return lease == null ? full : placed(lease, picker, request, detour);
    }

    private @Nullable LiveLease any(Snapshot seen, Tried tried, boolean again, @Nullable Pass pass) {
        for (Candidate candidate : seen.eligible()) {
            if (candidate instanceof LiveCandidate live
                    && tried.contains(candidate.endpoint().id()) == again) {
                LiveLease lease = take(live, pass);
                if (lease != null) {
                    return lease;
                }
            }
        }
        return null;
    }

    // ---- past those that take none

    /** The way past the candidates that take none; full as well if one waits to be tried and only tried ones have room. */
    Detour detour(Snapshot seen, Request request) {
        Set<String> waiting = new HashSet<>();
        Set<String> failing = new HashSet<>();
        Tried tried = request.tried();
        boolean fullUntried = false;
        boolean room = false;
        boolean roomUntried = false;
        for (Candidate candidate : seen.eligible()) {
            String id = candidate.endpoint().id();
            boolean untried = !tried.contains(id);
            // Looked at once: a place that is given back in between would make a full one look barred for good.
            boolean waits = candidate instanceof LiveCandidate live && !live.hasRoom(room(live));
            if (!waits && candidate instanceof LiveCandidate live && passes(live)) {
                room = true;
                roomUntried |= untried;
            } else {
                (waits ? waiting : failing).add(id);
                fullUntried |= waits && untried;
            }
        }
        Refusal refusal = null;
        if (!room) {
            refusal = waiting.isEmpty() ? open : full;
        } else if (!roomUntried && fullUntried) {
            refusal = full;
        }
        return new Detour(request, waiting, failing, refusal);
    }

    /** Whether a candidate takes one more request. */
    boolean takes(LiveCandidate live) {
        return live.hasRoom(room(live)) && passes(live);
    }

    private boolean passes(LiveCandidate live) {
        BreakerSettings own = breakers;
        return own == null || live.breaker(own).wouldPass(ticker.nanos());
    }

    /** Whether a candidate is not at its limit. */
    boolean hasRoom() {
        for (Candidate candidate : service.snapshot().eligible()) {
            if (candidate instanceof LiveCandidate live && live.hasRoom(room(live))) {
                return true;
            }
        }
        return false;
    }

    /** A request that had a pass of its candidate's circuit breaker is over. */
    void ended(LiveCandidate candidate, Pass pass, Outcome outcome) {
        BreakerSettings own = breakers;
        if (own != null) {
            circuits.ended(
                    candidate.breaker(own), pass, outcome, candidate.endpoint().id());
        }
    }
}
