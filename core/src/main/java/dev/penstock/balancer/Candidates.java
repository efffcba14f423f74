package dev.penstock.balancer;

import dev.penstock.endpoint.Zone;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The eligible candidates of one snapshot, with how many there would be if all were well. Immutable.
 *
 * @param eligible those that may be picked: never empty, each of weight 1 or more; in the textual order of their ids, sorted here if need be
 * @param byPriority for each tier of the service how many members it has and how many of them are eligible
 * @param byZone the same for each zone
 */
public record Candidates(List<Candidate> eligible, Map<Integer, Tally> byPriority, Map<Zone, Tally> byZone) {
    private static final Comparator<Candidate> BY_ID =
            Comparator.comparing(candidate -> candidate.endpoint().id());

    /** Refuses an empty list and a weight below 1; sorts what is not in order. */
    public Candidates {
        if (eligible.isEmpty()) {
            throw new IllegalArgumentException("candidates: none (expected: at least one)");
        }
        for (Candidate candidate : eligible) {
            if (candidate.weight() < 1) {
                throw new IllegalArgumentException("weight of candidate \""
                        + candidate.endpoint().id() + "\": " + candidate.weight() + " (expected: 1 or more)");
            }
        }
        eligible = sorted(eligible);
        byPriority = Map.copyOf(byPriority);
        byZone = Map.copyOf(byZone);
    }

    /**
     * Candidates of which all may be picked but those of weight 0.
     *
     * @param members in any order; one at least of weight 1 or more
     * @return the eligible ones, and all counted
     */
    public static Candidates of(List<? extends Candidate> members) {
        return new Candidates(
                members.stream().filter(Candidates::eligible).collect(Collectors.toUnmodifiableList()),
                tally(members, candidate -> candidate.endpoint().priority()),
                tally(members, candidate -> candidate.endpoint().zone()));
    }

    /** The eligible ones of each tier, those preferred first; counted as before. */
    SortedMap<Integer, Candidates> tiers() {
        SortedMap<Integer, List<Candidate>> tiers = new TreeMap<>();
        for (Candidate candidate : eligible) {
            tiers.computeIfAbsent(candidate.endpoint().priority(), priority -> new ArrayList<>())
                    .add(candidate);
        }
        SortedMap<Integer, Candidates> candidates = new TreeMap<>();
        tiers.forEach((priority, tier) -> candidates.put(priority, new Candidates(tier, byPriority, byZone)));
        return candidates;
    }

    /** The priorities of all members, whether any of that tier may be picked or not. */
    Set<Integer> priorities() {
        Set<Integer> priorities = new HashSet<>(byPriority.keySet());
        eligible.forEach(candidate -> priorities.add(candidate.endpoint().priority()));
        return priorities;
    }

    private static boolean eligible(Candidate member) {
        return member.weight() > 0;
    }

    private static <K> Map<K, Tally> tally(List<? extends Candidate> members, Function<Candidate, K> key) {
        return members.stream()
                .collect(Collectors.toMap(key, member -> new Tally(1, eligible(member) ? 1 : 0), Tally::plus));
    }

    private static List<Candidate> sorted(List<Candidate> candidates) {
        for (int i = 1; i < candidates.size(); i++) {
            if (BY_ID.compare(candidates.get(i - 1), candidates.get(i)) > 0) {
                return candidates.stream().sorted(BY_ID).toList();
            }
        }
        return List.copyOf(candidates);
    }

    /**
     * Members and eligible ones of a tier or zone.
     *
     * @param members all, {@code >= eligible}
     * @param eligible those that may be picked, {@code >= 0}
     */
    public record Tally(int members, int eligible) {
        Tally plus(Tally other) {
            return new Tally(members + other.members, eligible + other.eligible);
        }
    }
}
