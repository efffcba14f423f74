package dev.penstock.balancer;

import static java.util.Objects.requireNonNull;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Picks by a key of the request: equal keys go to the same candidate, as long as it is there and has room.
 *
 * <p>Three ways to place keys, which differ in cost and in what else moves when a candidate comes or goes: {@link Rendezvous},
 * {@link HashRing}, {@link Maglev}. A request without the key goes to a random candidate, each in proportion to the keys that
 * it has. One that was tried, or has no room, is passed over for the candidate of the key hashed once more, so that its keys
 * spread over all others. Candidates are known by their metadata {@code hash_key} if they have one, else by their id: a
 * restarted one with the same {@code hash_key} gets its keys back. Immutable.
 *
 * <p>Where keys belong is worked out once for the same candidates, see {@link Placed}. With bounded load c no candidate holds more than {@code ceil(c x (m + 1) x weight / total weight)} of m requests in
 * flight when it is picked; that costs O(n) where the candidate of the key is not idle, since all loads are read.
 *
 * @see <a href="https://arxiv.org/abs/1608.01350">Mirrokni, Thorup, Zadimoghaddam 2016, Consistent Hashing with Bounded
 *     Loads</a>
 * @see <a href="https://arxiv.org/abs/1908.08762">Chen, Coleman, Shrivastava 2019, Revisiting Consistent Hashing with Bounded
 *     Loads: random jumps instead of the next one</a>
 */
final class HashPolicy implements Balancer {
    /** The metadata that names an endpoint for hashing. */
    static final String METADATA = "hash_key";

    /** No bound: any load is taken. */
    static final double UNBOUNDED = Double.POSITIVE_INFINITY;

    static final double LEAST_BOUND = 1.01;
    static final double MOST_BOUND = 1_000;

    private final Function<HashedCandidates, Placement> placing;
    private final HashKey key;
    private final double boundedLoad;

    HashPolicy(Function<HashedCandidates, Placement> placing, HashKey key, double boundedLoad) {
        this.placing = requireNonNull(placing, "placing");
        this.key = requireNonNull(key, "key");
        if (!(boundedLoad >= LEAST_BOUND)) {
            throw new IllegalArgumentException("bound: " + boundedLoad + " (expected: 1.01 or more; 1.25 is usual)");
        }
        this.boundedLoad = boundedLoad;
    }

    @Override
    public Picker over(Candidates candidates, PickerContext context) {
        Candidate[] all = candidates.eligible().toArray(Candidate[]::new);
        Placement placement = all.length == 1 ? hash -> 0 : placed(hashed(candidates.eligible()), context);
        return new HashPicker(all, key, placement, boundedLoad, context.randomness());
    }

    private Placement placed(HashedCandidates candidates, PickerContext context) {
        Placed before = context.placed();
        Placement known = before == null ? null : before.of(this, candidates);
        if (known != null) {
            return known;
        }
        Placement made = placing.apply(candidates);
        context.placed(new Placed(this, candidates, made));
        return made;
    }

    private static HashedCandidates hashed(List<Candidate> candidates) {
        var hashes = new long[candidates.size()];
        var weights = new int[hashes.length];
        Set<Long> known = new HashSet<>();
        for (int i = 0; i < hashes.length; i++) {
            Candidate candidate = candidates.get(i);
            String id = candidate.endpoint().id();
            long hash = XxHash64.of(candidate.endpoint().metadata().getOrDefault(METADATA, id));
            if (!known.add(hash)) {
                hash = Mix.of(hash ^ XxHash64.of(id)); // two of one name: the first has it
            }
            hashes[i] = hash;
            // That of its source, not the one that counts now: keys stay where they are while it changes.
            weights[i] = Math.max(1, candidate.endpoint().weight());
        }
        return new HashedCandidates(hashes, weights);
    }
}
