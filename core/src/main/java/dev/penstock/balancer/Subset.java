package dev.penstock.balancer;

import dev.penstock.request.Request;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Another rule over some of the candidates only, so that many gateways do not all keep connections to all of many endpoints.
 *
 * <p>Each gateway ranks the endpoints by a hash of their ids with a number of its own, and takes the first k: when one comes
 * or goes, one of the k changes at most. Together n endpoints are all used once gateways x k is well above n x ln n. Gateways
 * do not divide endpoints evenly: with 100 of them, 100 endpoints and k = 25 the busiest has 39 and the least busy 16 where 25
 * would be fair. Cost: that of the other rule per pick; O(n log n) per change. Immutable.
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
        List<Candidate> some =
                chosen(candidates.eligible(), size, context.cursor().seed());
        Picker picker = refined(new Candidates(some, candidates.byPriority(), candidates.byZone()), context);
        int left = candidates.eligible().size() - some.size();
        return left == 0 ? picker : new Drawn(picker, some.size(), left);
    }

    private record Drawn(Picker picker, int used, int left) implements Picker {
        @Override
        public Candidate pick(Request request) {
            return picker.pick(request);
        }

        @Override
        public @Nullable Affinity affinity(Request request, Candidate picked) {
            return picker.affinity(request, picked);
        }

        @Override
        public List<String> remarks(Request request) {
            List<String> remarks = new ArrayList<>();
            remarks.add("this gateway picks from " + used + ", drawn for itself, and leaves out " + left);
            remarks.addAll(picker.remarks(request));
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
