package dev.penstock.balancer;

import static java.util.Objects.requireNonNull;

import dev.penstock.request.Request;
import dev.penstock.request.Tried;
import dev.penstock.time.Randomness;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/**
 * Another rule within each tier, where a tier that has lost endpoints hands on what the rest of it should not bear.
 *
 * <p>A tier bears 1.4 times the share of its members that may be picked, all of it at most: with 71 % of them left it still
 * takes 99 %, with 50 % it takes 70 % and hands on 30 %. What is left when all tiers have had theirs is divided by what each
 * can bear. Requests of one {@link Picker#key} go to one tier, and a request whose client is kept at an endpoint goes there
 * whatever its tier, see {@link Picker#bound}. A request that has tried all of its tier goes on to the next. Without this rule a tier takes all while one of it
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
        context.retainTiers(candidates.priorities());
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
        return new Overflow(parts, loads(health), context.randomness());
    }

    /** Another rule in each tier, where tiers overflow as in a chain; as usual where a third party's rule divides them. */
    static Balancer as(Balancer chain, Balancer rule) {
        Balancer link = chain;
        while (link instanceof Refinement refinement) {
            link = refinement.refined();
        }
        return new Priority(rule, link instanceof Priority known ? known.overprovisioning : OVERPROVISIONING);
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

    private static final class Overflow extends Parts {
        /** Of its own, so that the tier of a key says nothing of its place within the tier. */
        private static final long SALT = 0x7469657273L;

        private final int[] loads;
        private final Randomness randomness;

        Overflow(List<Part> tiers, int[] loads, Randomness randomness) {
            super(tiers);
            this.loads = loads;
            this.randomness = randomness;
        }

        @Override
        Candidate pickFree(Request request) {
            int tier = drawn(request);
            Tried tried = request.tried();
            if (!tried.isEmpty() && !part(tier).hasUntried(tried)) {
                tier = untried(0, tried);
            }
            return part(tier).picker().pick(request);
        }

        @Override
        public List<String> remarks(Request request) {
            int bound = boundIn(request);
            int tier = bound >= 0 ? bound : drawn(request);
            List<String> remarks = new ArrayList<>();
            for (int i = 0; i < count(); i++) {
                remarks.add("tier " + part(i).priority() + " gets " + loads[i] + " %"
                        + (i != tier ? "" : bound >= 0 ? " and keeps this request's client" : " and this request")
                        + ", with " + part(i).size() + " to pick from");
            }
            remarks.addAll(part(tier).picker().remarks(request));
            return remarks;
        }

        /** By its key, if it has one: else by chance. */
        private int drawn(Request request) {
            String key = key(request);
            int percent = key == null ? randomness.nextInt(100) : (int) (100 * HashKey.place(key, SALT));
            int tier = 0;
            for (int upTo = loads[0]; percent >= upTo; upTo += loads[tier]) {
                tier++;
            }
            return tier;
        }
    }
}
