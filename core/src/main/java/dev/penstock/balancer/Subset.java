package dev.penstock.balancer;

import dev.penstock.request.Request;
import dev.penstock.request.Tried;
import dev.penstock.time.Randomness;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Another rule over some of the candidates only, so that many gateways do not all keep connections to all of many endpoints.
 *
 * <p>Each gateway ranks the endpoints by a hash of their ids with a number of its own, and takes the first k: when one comes
 * or goes, one of the k changes at most. Together n endpoints are all used once gateways x k is well above n x ln n. Gateways
 * do not divide endpoints evenly: with 100 of them, 100 endpoints and k = 25 the busiest has 39 and the least busy 16 where 25
 * would be fair. A request that has tried all of its gateway's few goes to any other. Cost: that of the other rule per pick; O(n log n) per change. Immutable.
 *
 * @see <a href="https://github.com/grpc/proposal/blob/master/A68-random-subsetting.md">gRFC A68, random subsetting with
 *     rendezvous hashing</a>
 */
final class Subset extends Refinement {
    private final int size;

    Subset(int size, Balancer refined) {
        super(refined);
        if (size < 1) {
            throw new IllegalArgumentException("size: " + size + " (expected: 1 or more)");
        }
        this.size = size;
    }

    @Override
    public Picker over(Candidates candidates, PickerContext context) {
        List<Candidate> some = chosen(candidates.eligible(), size, context.seed());
        Picker picker = refined(new Candidates(some, candidates.byPriority(), candidates.byZone()), context);
        if (some.size() == candidates.eligible().size()) {
            return picker;
        }
        Set<Candidate> left = Collections.newSetFromMap(new IdentityHashMap<>());
        left.addAll(candidates.eligible());
        some.forEach(left::remove);
        Candidate[] others =
                candidates.eligible().stream().filter(left::contains).toArray(Candidate[]::new);
        return new Drawn(new Part(picker, some), others, context.randomness());
    }

    private static final class Drawn implements Picker {
        private final Part some;
        private final Candidate[] others;
        private final Randomness randomness;

        Drawn(Part some, Candidate[] others, Randomness randomness) {
            this.some = some;
            this.others = others;
            this.randomness = randomness;
        }

        @Override
        public Candidate pick(Request request) {
            Tried tried = request.tried();
            if (!tried.isEmpty() && !some.hasUntried(tried)) {
                Candidate other = Untried.anyByWeight(others, tried, randomness);
                if (Untried.in(tried, other)) {
                    return other;
                }
            }
            return some.picker().pick(request);
        }

        @Override
        public @Nullable Candidate bound(Request request) {
            return some.picker().bound(request);
        }

        @Override
        public @Nullable String key(Request request) {
            return some.picker().key(request);
        }

        @Override
        public @Nullable Affinity affinity(Request request, Candidate picked) {
            return some.picker().affinity(request, picked);
        }

        @Override
        public List<String> remarks(Request request) {
            List<String> remarks = new ArrayList<>();
            remarks.add(
                    "this gateway picks from " + some.size() + ", drawn for itself, and leaves out " + others.length);
            remarks.addAll(some.picker().remarks(request));
            return remarks;
        }
    }

    static List<Candidate> chosen(List<Candidate> candidates, int size, long seed) {
        if (candidates.size() <= size) {
            return candidates;
        }
        record Ranked(Candidate candidate, long rank) {}
        return candidates.stream()
                .map(candidate -> new Ranked(
                        candidate, Mix.of(XxHash64.of(candidate.endpoint().id()) ^ seed)))
                .sorted(Comparator.comparingLong(Ranked::rank))
                .limit(size)
                .map(Ranked::candidate)
                .toList();
    }
}
