package dev.penstock.service;

import dev.penstock.balancer.Balancer;
import dev.penstock.balancer.Candidate;
import dev.penstock.balancer.Candidates;
import dev.penstock.balancer.Candidates.Tally;
import dev.penstock.balancer.Picker;
import dev.penstock.balancer.PickerContext;
import dev.penstock.discovery.CompositeDiscovery;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.EndpointSet;
import dev.penstock.endpoint.Phase;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.endpoint.Zone;
import dev.penstock.observe.Event;
import dev.penstock.service.Snapshot.Making;
import dev.penstock.service.Snapshot.Member;
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
    private final HealthBook health;
    private final PlugInCalls calls;
    private final PickerContext pickerContext;
    private final Pace pace;
    private Map<String, LiveCandidate> live = Map.of();

    SnapshotMaker(
            ServiceName name,
            ServiceContext context,
            Service service,
            HostBook hosts,
            HealthBook health,
            PlugInCalls calls) {
        this.name = name;
        this.context = context;
        this.service = service;
        this.hosts = hosts;
        this.health = health;
        this.calls = calls;
        this.pace = new Pace(context.ticker());
        // Of its own, so that with a seed the picks of one service do not depend on what others draw.
        Randomness randomness = context.randomness().fork();
        this.pickerContext = PickerContext.begin(randomness, context.ticker());
    }

    /** What pickers of the service use. */
    PickerContext pickerContext() {
        return pickerContext;
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
        var draft = new Draft(set);
        for (Endpoint endpoint : set.endpoints()) {
            draft.add(endpoint);
        }
        hosts.retain(draft.usedHosts);
        Making making = null;
        Picker picker = null;
        if (!draft.eligible.isEmpty()) {
            var candidates = new Candidates(draft.eligible, tallies(draft.byPriority), tallies(draft.byZone));
            if (balancer != null) {
                making = new Making(
                        balancer, candidates, pickerContext.randomness().fork());
                picker = calls.guarded("balancer", () -> balancer.over(candidates, pickerContext));
            }
        }
        var next =
                new Snapshot(before.version() + 1, List.copyOf(draft.members), making, picker, refusal(draft, unknown));
        if (!service.publish(before, next)) {
            next.leave();
            return;
        }
        retire(draft);
        live = draft.live;
        draft.announce();
    }

    private Refusal refusal(Draft draft, String unknown) {
        if (!draft.eligible.isEmpty()) {
            return calls.balancerFailed();
        }
        if (!unknown.isEmpty()) {
            return new Refusal(Reason.NOT_READY, "service \"" + name + "\": " + unknown);
        }
        if (health.allDrained() || (draft.drained > 0 && draft.drained == draft.members.size())) {
            return new Refusal(Reason.DRAINING, "service \"" + name + "\" is drained");
        }
        String why = draft.members.isEmpty() ? "none known" : "all " + draft.members.size() + " are excluded";
        return new Refusal(Reason.NO_ENDPOINTS, "service \"" + name + "\" has no endpoint to use: " + why);
    }

    // After the publication: a pick that meets such a candidate finds the newer snapshot and tries again.
    private void retire(Draft draft) {
        for (LiveCandidate candidate : draft.excluded) {
            candidate.exclude();
        }
        for (Map.Entry<String, LiveCandidate> entry : live.entrySet()) {
            if (draft.live.get(entry.getKey()) != entry.getValue()) {
                entry.getValue().leave();
            }
        }
    }

    private static <K> Map<K, Tally> tallies(Map<K, int[]> counts) {
        Map<K, Tally> tallies = new HashMap<>();
        counts.forEach((key, count) -> tallies.put(key, new Tally(count[0], count[1])));
        return tallies;
    }

    /** One snapshot in the making. */
    private final class Draft {
        private final EndpointSet set;
        private final Map<String, LiveCandidate> live;
        private final List<Member> members;
        private final List<Candidate> eligible;
        private final List<LiveCandidate> excluded = new ArrayList<>();
        private final Map<Integer, int[]> byPriority = new HashMap<>();
        private final Map<Zone, int[]> byZone = new HashMap<>();
        private final Set<String> usedHosts = new HashSet<>();
        private final List<Endpoint> added = new ArrayList<>();
        private final List<Endpoint> changed = new ArrayList<>();
        private int drained;
        private final Map<String, LiveCandidate> former = SnapshotMaker.this.live;

        Draft(EndpointSet set) {
            this.set = set;
            int size = set.endpoints().size();
            live = new HashMap<>(2 * size);
            members = new ArrayList<>(size);
            eligible = new ArrayList<>(size);
        }

        void add(Endpoint endpoint) {
            List<InetAddress> addresses = hosts.addresses(endpoint.host());
            usedHosts.add(endpoint.host());
            LiveCandidate candidate = candidate(endpoint, addresses);
            live.put(endpoint.id(), candidate);
            String why = exclusion(endpoint, candidate);
            members.add(new Member(endpoint, candidate, why, origin(endpoint, candidate)));
            int serves = 0;
            if (why.isEmpty()) {
                candidate.admit();
                eligible.add(candidate);
                serves = 1;
            } else {
                excluded.add(candidate);
            }
            count(byPriority.computeIfAbsent(endpoint.priority(), tier -> new int[2]), serves);
            count(byZone.computeIfAbsent(endpoint.zone(), zone -> new int[2]), serves);
        }

        private Origin origin(Endpoint endpoint, LiveCandidate candidate) {
            String source = endpoint.metadata().getOrDefault(CompositeDiscovery.SOURCE, set.source());
            return new Origin(source, set.version(), candidate.sinceNanos());
        }

        private static void count(int[] counts, int serves) {
            counts[0]++;
            counts[1] += serves;
        }

        private LiveCandidate candidate(Endpoint endpoint, List<InetAddress> addresses) {
            LiveCandidate known = former.get(endpoint.id());
            if (known == null) {
                added.add(endpoint);
            } else if (!known.endpoint().equals(endpoint)) {
                changed.add(endpoint);
            }
            // Under another address it is another process: its counters and connections begin anew.
            LiveCandidate candidate = known != null && known.reaches(endpoint, addresses)
                    ? known
                    : new LiveCandidate(service, endpoint, pace);
            candidate.describe(endpoint, addresses);
            return candidate;
        }

        private String exclusion(Endpoint endpoint, LiveCandidate candidate) {
            if (endpoint.weight() == 0) {
                return "weight 0";
            }
            if (endpoint.phase() != Phase.ACTIVE) {
                return "phase " + endpoint.phase();
            }
            String drain = health.drain(endpoint);
            if (!drain.isEmpty()) {
                drained++;
                return drain;
            }
            return candidate.resolved() ? "" : "host " + endpoint.host() + ": " + hosts.problem(endpoint.host());
        }

        void announce() {
            List<Endpoint> removed = new ArrayList<>();
            former.forEach((id, candidate) -> {
                if (!live.containsKey(id)) {
                    removed.add(candidate.endpoint());
                }
            });
            if (!added.isEmpty() || !removed.isEmpty() || !changed.isEmpty()) {
                context.observer().on(new Event.EndpointsChanged(name, added, removed, changed));
            }
        }
    }
}
