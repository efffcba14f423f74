package dev.penstock.balancer;

import dev.penstock.endpoint.Zone;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The eligible candidates of one snapshot, with how many there would be if all were well. Immutable.
 *
 * @param eligible those that may be picked: never empty, in the textual order of their ids, each of weight 1 or more
 * @param byPriority for each tier how many members it has and how many of them are eligible
 * @param byZone the same for each zone
 */
public record Candidates(List<Candidate> eligible, Map<Integer, Tally> byPriority, Map<Zone, Tally> byZone) {
    /** Refuses an empty list. */
    public Candidates {
        if (eligible.isEmpty()) {
            throw new IllegalArgumentException("candidates: none (expected: at least one)");
        }
        eligible = List.copyOf(eligible);
        byPriority = Map.copyOf(byPriority);
        byZone = Map.copyOf(byZone);
    }

    /**
     * Candidates that are all the members there are.
     *
     * @param all never empty
     * @return candidates in the given order, counted
     */
    public static Candidates of(List<? extends Candidate> all) {
        return new Candidates(
                List.copyOf(all),
                tally(all, candidate -> candidate.endpoint().priority()),
                tally(all, candidate -> candidate.endpoint().zone()));
    }

    private static <K> Map<K, Tally> tally(List<? extends Candidate> all, Function<Candidate, K> key) {
        return all.stream().collect(Collectors.toMap(key, candidate -> new Tally(1, 1), Tally::plus));
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
