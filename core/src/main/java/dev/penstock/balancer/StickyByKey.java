package dev.penstock.balancer;

import static java.util.Objects.requireNonNull;

import dev.penstock.request.Request;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Picks the candidate of the request's key by hashing; another rule picks for requests without one.
 *
 * <p>Nothing is kept, and several gateways agree. Cost: that of {@link Rendezvous} for up to {@value #FEW} candidates, of
 * {@link Maglev} for more. Immutable.
 */
final class StickyByKey extends Refinement {
    /** Beyond, the look at each takes too long; where the one follows the other, nearly all clients move. */
    private static final int FEW = 1_000;

    private final HashKey key;

    StickyByKey(HashKey key, Balancer refined) {
        super(refined);
        this.key = requireNonNull(key, "key");
    }

    @Override
    public Picker over(Candidates candidates, PickerContext context) {
        Balancer hashing = candidates.eligible().size() <= FEW ? Balancers.rendezvous(key) : Balancers.maglev(key);
        Picker bound = hashing.over(candidates, context);
        Picker free = refined(candidates, context);
        return new Bound(key, bound, free);
    }

    private record Bound(HashKey key, Picker bound, Picker free) implements Picker {
        @Override
        public Candidate pick(Request request) {
            return (key.of(request) == null ? free : bound).pick(request);
        }

        @Override
        public List<String> remarks(Request request) {
            return (key.of(request) == null ? free : bound).remarks(request);
        }

        @Override
        public @Nullable Affinity affinity(Request request, Candidate picked) {
            return free.affinity(request, picked);
        }
    }
}
