package dev.penstock.service;

import dev.penstock.balancer.Balancer;
import dev.penstock.balancer.Candidates;
import dev.penstock.balancer.Picker;
import dev.penstock.balancer.PickerContext;
import dev.penstock.balancer.Rehearsal;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.EndpointSet;
import dev.penstock.endpoint.Phase;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.observe.Event;
import dev.penstock.time.Randomness;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes snapshots: keeps candidates by endpoint id, sorts out who may be picked, has the balancer applied, publishes.
 * Confined to the serial executor of its service. Cost: O(n) per snapshot, and what the balancer takes.
 */
final class SnapshotMaker {
    private final ServiceName name;
    private final ServiceContext context;
    private final Service service;
    private final HostBook hosts;
    private final HealthWatch watch;
    private final PlugInCalls calls;
    private final PickerContext pickerContext;
    private final Pace pace;
    private final List<Endpoint> changed = new ArrayList<>(); // since the last announcement
    private Map<String, LiveCandidate> live = Map.of();

    SnapshotMaker(
            ServiceName name,
            ServiceContext context,
            Service service,
            HostBook hosts,
            HealthWatch watch,
            PlugInCalls calls) {
        this.name = name;
        this.context = context;
        this.service = service;
        this.hosts = hosts;
        this.watch = watch;
        this.calls = calls;
        this.pace = new Pace(context.ticker());
        // Of its own, so that with a seed the picks of one service do not depend on what others draw.
        Randomness randomness = context.randomness().fork();
        this.pickerContext = PickerContext.begin(randomness, context.ticker());
    }

    /** The candidate of an id, or all of them where there is none. */
    List<LiveCandidate> live(@Nullable String id) {
        if (id == null) {
            return List.copyOf(live.values());
        }
        LiveCandidate found = live.get(id);
        return found == null ? List.of() : List.of(found);
    }

    /** Whether an endpoint that may be picked now may not be picked, or not at its address, in a new set. */
    boolean removes(List<Endpoint> next) {
        int staying = 0;
        for (Endpoint endpoint : next) {
            LiveCandidate known = live.get(endpoint.id());
            if (known != null && known.eligible() && known.standsAt(endpoint) && mayServe(endpoint)) {
                staying++;
            }
        }
        return staying < service.snapshot().eligible().size();
    }

    private static boolean mayServe(Endpoint endpoint) {
        return endpoint.weight() > 0 && endpoint.phase() == Phase.ACTIVE;
    }

    /**
     * Makes a snapshot of the endpoints and publishes it; without a rule, one that says that the balancer failed.
     *
     * @param unknown why the endpoints are not known; empty if they are
     */
    void make(EndpointSet set, String unknown, @Nullable Balancer balancer) {
        Snapshot before = service.snapshot();
        var draft = new SnapshotDraft(set);
        var next = new HashMap<String, LiveCandidate>(2 * set.endpoints().size());
        Set<String> usedHosts = new HashSet<>();
        long now = context.ticker().nanos();
        for (Endpoint endpoint : set.endpoints()) {
            usedHosts.add(endpoint.host());
            Standing standing = standing(endpoint, now);
            next.put(endpoint.id(), standing.candidate());
            draft.add(standing);
        }
        hosts.retain(usedHosts);
        draft.judge(watch.judge(unknown.isEmpty(), next.keySet(), now));
        Rehearsal rehearsal = null;
        Picker picker = null;
        if (draft.hasEligible() && balancer != null) {
            Candidates candidates = draft.candidates();
            rehearsal = new Rehearsal(balancer, candidates, pickerContext);
            picker = calls.guarded("balancer", () -> balancer.over(candidates, pickerContext));
        }
        var snapshot = new Snapshot(
                before.version() + 1,
                draft.members(),
                rehearsal,
                picker,
                refusal(draft, unknown),
                draft.judgement().panic());
        if (!service.publish(before, snapshot)) {
            snapshot.leave(); // closed meanwhile
            return;
        }
        retire(draft, next);
        announce(set.endpoints(), next);
        live = next;
        watch.made(draft.standings(), draft.judgement());
        service.shadows().follow(rehearsal == null ? null : rehearsal.candidates(), next.keySet());
    }

    private Standing standing(Endpoint endpoint, long now) {
        List<InetAddress> addresses = hosts.addresses(endpoint.host());
        LiveCandidate known = live.get(endpoint.id());
        // Under another address it is another process: its counters and connections begin anew.
        LiveCandidate candidate = known != null && known.reaches(endpoint, addresses)
                ? known
                : new LiveCandidate(service, watch.mark(), endpoint, pace, service.answers());
        changed(known, endpoint);
        candidate.describe(endpoint, addresses);
        Vitals vitals = watch.member(endpoint, now);
        return new Standing(endpoint, candidate, vitals, barred(endpoint, candidate, vitals));
    }

    private void changed(@Nullable LiveCandidate known, Endpoint endpoint) {
        if (known != null && !known.endpoint().equals(endpoint)) {
            changed.add(endpoint);
        }
    }

    private String barred(Endpoint endpoint, LiveCandidate candidate, Vitals vitals) {
        if (endpoint.weight() == 0) {
            return "weight 0";
        }
        if (endpoint.phase() != Phase.ACTIVE) {
            return "phase " + endpoint.phase();
        }
        String drain = watch.drain(vitals);
        if (!drain.isEmpty()) {
            return drain;
        }
        return candidate.resolved() ? "" : "host " + endpoint.host() + ": " + hosts.problem(endpoint.host());
    }

    private Refusal refusal(SnapshotDraft draft, String unknown) {
        if (draft.hasEligible()) {
            return calls.balancerFailed();
        }
        if (!unknown.isEmpty()) {
            return new Refusal(Reason.NOT_READY, "service \"" + name + "\": " + unknown);
        }
        int members = draft.standings().size();
        if (draft.judgement().members() > 0) {
            String why = "none of " + members + " is healthy";
            return new Refusal(Reason.UNHEALTHY, "service \"" + name + "\" has no endpoint to use: " + why);
        }
        if (watch.drained(draft.standings())) {
            return new Refusal(Reason.DRAINING, "service \"" + name + "\" is drained");
        }
        String why = members == 0 ? "none known" : "all " + members + " are excluded";
        return new Refusal(Reason.NO_ENDPOINTS, "service \"" + name + "\" has no endpoint to use: " + why);
    }

    // After the publication: a pick that meets such a candidate finds the newer snapshot and tries again.
    private void retire(SnapshotDraft draft, Map<String, LiveCandidate> next) {
        for (LiveCandidate candidate : draft.excluded()) {
            candidate.exclude();
        }
        next.values().forEach(LiveCandidate::ruled);
        live.forEach((id, candidate) -> {
            if (next.get(id) != candidate) {
                candidate.leave();
            }
        });
    }

    private void announce(List<Endpoint> endpoints, Map<String, LiveCandidate> next) {
        List<Endpoint> added = endpoints.stream()
                .filter(endpoint -> !live.containsKey(endpoint.id()))
                .toList();
        List<Endpoint> removed = new ArrayList<>();
        live.forEach((id, candidate) -> {
            if (!next.containsKey(id)) {
                removed.add(candidate.endpoint());
            }
        });
        if (!added.isEmpty() || !removed.isEmpty() || !changed.isEmpty()) {
            context.observer().on(new Event.EndpointsChanged(name, added, removed, changed));
        }
        changed.clear();
    }
}
