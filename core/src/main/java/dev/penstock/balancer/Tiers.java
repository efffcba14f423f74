package dev.penstock.balancer;

import static java.util.Objects.requireNonNull;

import dev.penstock.request.Request;
import dev.penstock.request.Tried;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A rule applied to each tier by itself: a request goes to the lowest priority number that has candidates, and on to the
 * next one once it has tried all of them.
 *
 * <p>A rule that divides requests between tiers itself is left to it, see {@link Balancer#seesTiers()}. Each tier goes
 * round by a cursor of its own, so that what one serves moves no turn of another. With one tier the rule's picker is used as
 * it is. Cost: with several O(1) more per first attempt, O(n) for a request that has tried some; no allocation. Immutable.
 */
public final class Tiers implements Balancer {
    private final Balancer rule;

    /**
     * Applies a rule tier by tier.
     *
     * @param rule sees the candidates of one tier at a time
     */
    public Tiers(Balancer rule) {
        this.rule = requireNonNull(rule, "rule");
    }

    @Override
    public Picker over(Candidates candidates, PickerContext context) {
        if (rule.seesTiers()) {
            return requireNonNull(rule.over(candidates, context), "over returned null");
        }
        SortedMap<Integer, Candidates> tiers = candidates.tiers();
        Cursor cursor = context.cursor();
        cursor.retainTiers(candidates.priorities());
        List<Tier> line = new ArrayList<>();
        tiers.forEach((priority, tier) -> line.add(tier(tier, context.tier(priority))));
        return line.size() == 1 ? line.get(0).picker : new Line(line.toArray(Tier[]::new));
    }

    private Tier tier(Candidates candidates, PickerContext context) {
        Picker picker = requireNonNull(rule.over(candidates, context), "over returned null");
        return new Tier(picker, candidates.eligible());
    }

    private record Tier(Picker picker, List<Candidate> candidates) {
        int priority() {
            return candidates.get(0).endpoint().priority();
        }

        boolean holds(Candidate candidate) {
            return priority() == candidate.endpoint().priority();
        }

        boolean hasUntried(Tried tried) {
            for (int i = 0; i < candidates.size(); i++) { // an iterator would be allocated
                if (Untried.in(tried, candidates.get(i))) {
                    return true;
                }
            }
            return false;
        }
    }

    private static final class Line implements Picker {
        private final Tier[] tiers;

        Line(Tier[] tiers) {
            this.tiers = tiers;
        }

        @Override
        public Candidate pick(Request request) {
            return serving(request).picker.pick(request);
        }

        @Override
        public @Nullable Affinity affinity(Request request, Candidate picked) {
            Tier serving = serving(request);
            if (!serving.holds(picked)) { // all of that tier are at their limit: who is bound to one of them stays so
                Affinity bound = serving.picker.affinity(request, picked);
                if (bound != null) {
                    return bound;
                }
            }
            for (Tier tier : tiers) {
                if (tier.holds(picked)) {
                    return tier.picker.affinity(request, picked);
                }
            }
            return null; // its description has changed since: it is in no tier, and soon in another
        }

        @Override
        public List<String> remarks(Request request) {
            Tier serving = serving(request);
            List<String> remarks = new ArrayList<>();
            for (Tier tier : tiers) {
                remarks.add("tier " + tier.priority() + (tier.picker == serving.picker ? " serves" : " stands by")
                        + ", with " + tier.candidates.size() + " to pick from");
            }
            remarks.addAll(serving.picker.remarks(request));
            return remarks;
        }

        private Tier serving(Request request) {
            Tried tried = request.tried();
            for (Tier tier : tiers) {
                if (tried.isEmpty() || tier.hasUntried(tried)) {
                    return tier;
                }
            }
            return tiers[0];
        }
    }
}
