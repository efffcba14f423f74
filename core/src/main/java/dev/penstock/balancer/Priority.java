package dev.penstock.balancer;

import static java.util.Objects.requireNonNull;

import dev.penstock.request.Request;
import dev.penstock.request.Tried;
import dev.penstock.time.Randomness;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Another rule within each tier, where a tier that has lost endpoints hands on what the rest of it should not bear.
 *
 * <p>A tier bears 1.4 times the share of its members that may be picked, all of it at most: with 71 % of them left it still
 * takes 99 %, with 50 % it takes 70 % and hands on 30 %. What is left when all tiers have had theirs is divided by what each
 * can bear. A request that has tried all of its tier goes on to the next. Without this rule a tier takes all while one of it
 * may be picked, see {@link Tiers}. Cost: one random number more; O(n) for a request that has tried some. Immutable.
 *
 * @see <a href="https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/load_balancing/priority">Envoy,
 *     priority levels</a>
 */
final class Priority implements Balancer {
    /** Percent of the share of its members that a tier bears. */
    static final int OVERPROVISIONING = 140;

    private final Balancer refined;
    private final int overprovisioning;

    Priority(Balancer refined, int overprovisioning) {
        this.refined = requireNonNull(refined, "refined");
        this.overprovisioning = overprovisioning;
    }

    @Override
    public boolean seesTiers() {
        return true;
    }

    @Override
    public Picker over(Candidates candidates, PickerContext context) {
        SortedMap<Integer, Candidates> tiers = candidates.tiers();
        context.cursor().retainTiers(candidates.priorities());
        List<Part> parts = new ArrayList<>();
        var health = new int[tiers.size()];
        tiers.forEach((priority, tier) -> {
            Candidates.Tally tally = candidates.byPriority().get(priority);
            health[parts.size()] = tally == null ? 100 : health(tally.eligible(), tally.members(), overprovisioning);
            parts.add(Part.of(refined, tier, context.tier(priority)));
        });
        if (parts.size() == 1) {
            return parts.get(0).picker();
        }
        return new Overflow(parts.toArray(Part[]::new), loads(health), context.randomness());
    }

    /** What a tier bears, in percent of all; 1 at least. */
    static int health(int eligible, int members, int overprovisioning) {
        long health = (long) overprovisioning * eligible / Math.max(1, members);
        return (int) Math.max(1, Math.min(100, health));
    }

    /** What each tier gets, in percent: 100 together. */
    static int[] loads(int[] health) {
        var loads = new int[health.length];
        long total = 0;
        for (int percent : health) {
            total += percent;
        }
        total = Math.min(100, total);
        long borne = 0;
        int before = 0;
        for (int i = 0; i < health.length; i++) {
            borne = Math.min(total, borne + health[i]);
            int upTo = (int) (borne * 100 / total); // rounded as a sum, so that nothing is left over
            loads[i] = upTo - before;
            before = upTo;
        }
        return loads;
    }

    private static final class Overflow implements Picker {
        private final Part[] parts;
        private final int[] loads;
        private final Randomness randomness;

        Overflow(Part[] parts, int[] loads, Randomness randomness) {
            this.parts = parts;
            this.loads = loads;
            this.randomness = randomness;
        }

        @Override
        public Candidate pick(Request request) {
            int tier = drawn(randomness.nextInt(100));
            Tried tried = request.tried();
            if (!tried.isEmpty() && !parts[tier].hasUntried(tried)) {
                tier = untried(tier, tried);
            }
            return parts[tier].picker().pick(request);
        }

        @Override
        public List<String> remarks(Request request) {
            int tier = drawn(randomness.nextInt(100));
            List<String> remarks = new ArrayList<>();
            for (int i = 0; i < parts.length; i++) {
                int priority = parts[i].candidates().get(0).endpoint().priority();
                remarks.add("tier " + priority + " gets " + loads[i] + " %" + (i == tier ? " and this request" : "")
                        + ", with " + parts[i].candidates().size() + " to pick from");
            }
            remarks.addAll(parts[tier].picker().remarks(request));
            return remarks;
        }

        private int drawn(int percent) {
            int tier = 0;
            for (int upTo = loads[0]; percent >= upTo; upTo += loads[tier]) {
                tier++;
            }
            return tier;
        }

        private int untried(int otherwise, Tried tried) {
            for (int i = 0; i < parts.length; i++) {
                if (parts[i].hasUntried(tried)) {
                    return i;
                }
            }
            return otherwise;
        }

        @Override
        public @Nullable Affinity affinity(Request request, Candidate picked) {
            return Part.affinity(parts, request, picked);
        }
    }
}
