package dev.penstock.service;

import dev.penstock.balancer.Candidate;
import dev.penstock.balancer.Candidates;
import dev.penstock.balancer.Candidates.Tally;
import dev.penstock.discovery.CompositeDiscovery;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.EndpointSet;
import dev.penstock.endpoint.Zone;
import dev.penstock.service.Snapshot.Member;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The members of one snapshot in the making: who is there, who of them may be picked, how much each weighs. */
final class SnapshotDraft {
    private final EndpointSet set;
    private final List<Standing> standings;
    private final List<Member> members;
    private final List<Candidate> eligible;
    private final List<LiveCandidate> excluded = new ArrayList<>();
    private final Map<Integer, int[]> byPriority = new HashMap<>();
    private final Map<Zone, int[]> byZone = new HashMap<>();
    private Judgement judgement = Judgement.NONE;

    SnapshotDraft(EndpointSet set) {
        this.set = set;
        int size = set.endpoints().size();
        standings = new ArrayList<>(size);
        members = new ArrayList<>(size);
        eligible = new ArrayList<>(size);
    }

    void add(Standing standing) {
        standings.add(standing);
    }

    /** All have been added: sorts out who may be picked. */
    void judge(int panicPercent) {
        judgement = Judgement.of(standings, panicPercent);
        int scale = 1;
        Map<Integer, Integer> grown = Map.of();
        if (standings.stream().anyMatch(standing -> standing.vitals().growth() < Vitals.FULL)) {
            scale = Growth.scale(set.endpoints());
            grown = grown();
        }
        for (Standing standing : standings) {
            Endpoint endpoint = standing.endpoint();
            LiveCandidate candidate = standing.candidate();
            String why = judgement.exclusion(standing);
            members.add(new Member(endpoint, candidate, why, origin(endpoint, candidate)));
            int most = grown.getOrDefault(endpoint.priority(), Vitals.FULL);
            int growth = Growth.beside(standing.vitals().growth(), most);
            standing.vitals().counts(growth);
            if (why.isEmpty()) {
                candidate.admit(Growth.weight(endpoint, scale, growth), growth);
                eligible.add(candidate);
            } else {
                excluded.add(candidate);
            }
            int serves = why.isEmpty() ? 1 : 0;
            count(byPriority.computeIfAbsent(endpoint.priority(), tier -> new int[2]), serves);
            count(byZone.computeIfAbsent(endpoint.zone(), zone -> new int[2]), serves);
        }
    }

    /** The most grown of each tier that may be picked: where all are new there is nobody to bear what they do not. */
    private Map<Integer, Integer> grown() {
        Map<Integer, Integer> grown = new HashMap<>();
        for (Standing standing : standings) {
            if (judgement.exclusion(standing).isEmpty()) {
                grown.merge(standing.endpoint().priority(), standing.vitals().growth(), Math::max);
            }
        }
        return grown;
    }

    private Origin origin(Endpoint endpoint, LiveCandidate candidate) {
        String source = endpoint.metadata().getOrDefault(CompositeDiscovery.SOURCE, set.source());
        return new Origin(source, set.version(), candidate.sinceNanos());
    }

    private static void count(int[] counts, int serves) {
        counts[0]++;
        counts[1] += serves;
    }

    List<Standing> standings() {
        return standings;
    }

    Judgement judgement() {
        return judgement;
    }

    List<Member> members() {
        return List.copyOf(members);
    }

    List<LiveCandidate> excluded() {
        return excluded;
    }

    boolean hasEligible() {
        return !eligible.isEmpty();
    }

    Candidates candidates() {
        return new Candidates(eligible, tallies(byPriority), tallies(byZone));
    }

    private static <K> Map<K, Tally> tallies(Map<K, int[]> counts) {
        Map<K, Tally> tallies = new HashMap<>();
        counts.forEach((key, count) -> tallies.put(key, new Tally(count[0], count[1])));
        return tallies;
    }
}
