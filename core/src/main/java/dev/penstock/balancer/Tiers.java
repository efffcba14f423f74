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
        cursor.retainTiers(tiers.keySet());
        List<Tier> line = new ArrayList<>();
        tiers.forEach((priority, tier) -> line.add(tier(tier, context.tier(priority))));
        return line.size() == 1 ? line.get(0).picker : new Line(line.toArray(Tier[]::new));
    }

    private Tier tier(Candidates candidates, PickerContext context) {
        Picker picker = requireNonNull(rule.over(candidates, context), "over returned null");
        return new Tier(picker, candidates.eligible());
    }

    private record Tier(Picker picker, List<Candidate> candidates) {
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
        private final Picker first;

        Line(Tier[] tiers) {
            this.tiers = tiers;
            this.first = tiers[0].picker;
        }

        @Override
        public Candidate pick(Request request) {
            Tried tried = request.tried();
            return (tried.isEmpty() ? first : untried(tried)).pick(request);
        }

        @Override
        public @Nullable Affinity affinity(Request request, Candidate picked) {
            for (Tier tier : tiers) {
                if (tier.candidates.get(0).endpoint().priority()
                        == picked.endpoint().priority()) {
                    return tier.picker.affinity(request, picked);
                }
            }
            return null; // its description has changed since: it is in no tier, and soon in another
        }

        @Override
        public List<String> remarks(Request request) {
            Picker picker = request.tried().isEmpty() ? first : untried(request.tried());
            List<String> remarks = new ArrayList<>();
            for (Tier tier : tiers) {
                int priority = tier.candidates.get(0).endpoint().priority();
                remarks.add("tier " + priority + (tier.picker == picker ? " serves" : " stands by") + ", with "
                        + tier.candidates.size() + " to pick from");
            }
            remarks.addAll(picker.remarks(request));
            return remarks;
        }

        private Picker untried(Tried tried) {
            for (Tier tier : tiers) {
                if (tier.hasUntried(tried)) {
                    return tier.picker;
                }
            }
            return first;
        }
    }
}
