package dev.penstock.balancer;

import static java.util.Objects.requireNonNull;

import dev.penstock.request.Request;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Picks the candidate of the request's key by hashing; another rule picks for requests without one.
 *
 * <p>Nothing is kept, and several gateways agree. Where the other rule divides requests between tiers, those with a key are
 * divided by it. Cost: that of {@link Rendezvous} for up to {@value #FEW} candidates, of
 * {@link Maglev} for more. Immutable.
 */
final class StickyByKey extends Refinement {
    /** Beyond, the look at each takes too long; where the one follows the other, nearly all clients move. */
    private static final int FEW = 1_000;

    private final HashKey key;
    private final Balancer few;
    private final Balancer many;

    StickyByKey(HashKey key, Balancer refined) {
        super(refined);
        this.key = requireNonNull(key, "key");
        this.few = Balancers.rendezvous(key);
        this.many = Balancers.maglev(key);
    }

    @Override
    public Picker over(Candidates candidates, PickerContext context) {
        Balancer hashing = (some, any) -> (some.eligible().size() <= FEW ? few : many).over(some, any);
        // Endpoints of a tier that stands by are not for everybody who has a key: tiers divide these, too.
        Balancer rule = seesTiers() ? Priority.as(refined(), hashing) : hashing;
        Picker keyed = rule.over(candidates, context);
        Picker free = refined(candidates, context);
        return new Keyed(key, keyed, free);
    }

    private record Keyed(HashKey key, Picker keyed, Picker free) implements Picker {
        @Override
        public Candidate pick(Request request) {
            return by(request).pick(request);
        }

        private Picker by(Request request) {
            return key.of(request) == null ? free : keyed;
        }

        @Override
        public @Nullable Candidate bound(Request request) {
            return by(request).bound(request);
        }

        @Override
        public @Nullable String key(Request request) {
            return by(request).key(request);
        }

        @Override
        public List<String> remarks(Request request) {
            return by(request).remarks(request);
        }

        @Override
        public @Nullable Affinity affinity(Request request, Candidate picked) {
            return free.affinity(request, picked);
        }
    }
}
