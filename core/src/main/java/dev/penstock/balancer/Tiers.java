package dev.penstock.balancer;

import static java.util.Objects.requireNonNull;

import dev.penstock.request.Request;
import dev.penstock.request.Tried;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/**
 * A rule applied to each tier by itself: a request goes to the lowest priority number that has candidates, and on to the
 * next one once it has tried all of them.
 *
 * <p>A rule that divides requests between tiers itself is left to it, see {@link Balancer#seesTiers()}. Each tier goes
 * round by a cursor of its own, so that what one serves moves no turn of another. A request whose client is kept at an
 * endpoint goes there whatever its tier, see {@link Picker#bound}. With one tier the rule's picker is used as it is. Cost: with several O(1) more per first attempt, O(n) for a request that has tried some; no allocation. Immutable.
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
        context.retainTiers(candidates.priorities());
        List<Part> line = new ArrayList<>();
        tiers.forEach((priority, tier) -> line.add(Part.of(rule, tier, context.tier(priority))));
        return line.size() == 1 ? line.get(0).picker() : new Line(line);
    }

    private static final class Line extends Parts {
        Line(List<Part> tiers) {
            super(tiers);
        }

        @Override
        Candidate pickFree(Request request) {
            return part(serving(request)).picker().pick(request);
        }

        private int serving(Request request) {
            Tried tried = request.tried();
            return tried.isEmpty() ? 0 : untried(0, tried);
        }

        @Override
        public List<String> remarks(Request request) {
            int bound = boundIn(request);
            int serving = bound >= 0 ? bound : serving(request);
            List<String> remarks = new ArrayList<>();
            for (int i = 0; i < count(); i++) {
                String does = i != serving ? "stands by" : bound >= 0 ? "keeps this request's client" : "serves";
                remarks.add("tier " + part(i).priority() + " " + does + ", with " + part(i).size() + " to pick from");
            }
            remarks.addAll(part(serving).picker().remarks(request));
            return remarks;
        }
    }
}
