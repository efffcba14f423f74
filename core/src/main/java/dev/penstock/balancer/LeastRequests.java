package dev.penstock.balancer;

import dev.penstock.load.Load;
import dev.penstock.request.Request;
import dev.penstock.request.Tried;
import dev.penstock.time.Randomness;
import org.jspecify.annotations.Nullable;

/**
 * Picks the candidate with the fewest requests in flight per weight, of equal ones a random one in proportion to weight.
 * Failures, overdue and slow answers count as requests, see {@link dev.penstock.load.Load#handicap()} and {@link
 * dev.penstock.load.Load#slowness()}.
 *
 * <p>Chance among equals keeps many clients that see the same from going to the same endpoint, and lets weights count
 * while nothing is in flight. Cost: no allocation; of many candidates, a share p of which is idle, 1/p draws, since none can
 * have less than an idle one; where nearly all are busy, or they are not many, O(n), of which a {@link LoadChart} makes
 * little. Immutable.
 *
 * @see <a href="https://nginx.org/en/docs/http/ngx_http_upstream_module.html#least_conn">nginx, least_conn</a>
 */
final class LeastRequests implements Balancer {
    // Knuth's multiplier for a linear congruential generator, TAOCP 3.3.4; its upper bits are good.
    static final long MULTIPLIER = 6364136223846793005L;

    /** So many are looked at one by one: on a board their writers would meet on the same cache lines. */
    private static final int FEW = 32;

    @Override
    public Picker over(Candidates candidates, PickerContext context) {
        Candidate[] all = candidates.eligible().toArray(Candidate[]::new);
        int[] weights = Weights.of(all);
        LoadChart chart = all.length > FEW ? LoadChart.of(all, weights, context) : null;
        return new Scan(all, weights, chart, context.randomness());
    }

    private static final class Scan implements Picker {
        /** Draws before all are looked at: with a quarter of them idle, one pick in a hundred gets that far. */
        private static final int DRAWS = 16;

        /** The same where looking at all takes no longer than some draws. */
        private static final int DRAWS_OF_SOME = 2;

        private static final int SOME = 256;

        private static final long FORGIVEN = (1L << Integer.SIZE) * 2 / Burden.SELDOM;

        private final Candidate[] candidates;
        private final int[] weights;
        private final AliasTable table;
        private final @Nullable LoadChart chart;
        private final Randomness randomness;
        private final int draws;

        Scan(Candidate[] candidates, int[] weights, @Nullable LoadChart chart, Randomness randomness) {
            this.candidates = candidates;
            this.weights = weights;
            this.table = AliasTable.of(weights);
            this.chart = chart;
            this.randomness = randomness;
            this.draws = candidates.length > SOME ? DRAWS : DRAWS_OF_SOME;
        }

        @Override
        public Candidate pick(Request request) {
            Tried tried = request.tried();
            if (tried.isEmpty()) {
                return candidates[leastOfAll()];
            }
            int least = least(tried, false, randomness.nextLong());
            return candidates[least >= 0 ? least : leastOfAll()];
        }

        private int leastOfAll() {
            for (int i = 0; i < draws; i++) {
                long bits = randomness.nextLong();
                int drawn = table.draw(bits);
                if (Burden.requests(candidates[drawn].load(), Burden.forgives(bits)) == 0) {
                    return drawn; // drawn by weight, and kept if idle: any idle one, in proportion to weight
                }
            }
            long chance = randomness.nextLong();
            int least = chart == null || forgives(chance) ? -1 : chart.least(chance);
            return least >= 0 ? least : least(Tried.NOTHING, true, chance);
        }

        /** As often as two draws come upon it: all others are compared with it, too. */
        private boolean forgives(long chance) {
            return (chance >>> Integer.SIZE) * candidates.length < FORGIVEN;
        }

        /**
         * The index of the least loaded, or -1 if all were tried. Equal ones are a reservoir of one: each further one takes
         * the place with its share of the weight seen. Each load is read once, since it may change at any time.
         */
        private int least(Tried tried, boolean firstAttempt, long bits) {
            boolean forgives = forgives(bits);
            long chance = bits;
            int least = -1;
            long leastLoad = 0;
            long equalWeight = 0;
            for (int i = 0; i < candidates.length; i++) {
                Candidate candidate = candidates[i];
                if (!firstAttempt && !Untried.in(tried, candidate)) {
                    continue;
                }
                Load known = candidate.load();
                long weight = weights[i];
                if (least >= 0 && known.inFlight() * (long) weights[least] > leastLoad * weight) {
                    continue; // whatever else counts, it cannot become less: most are left without a look at it
                }
                long load = Burden.requests(known, forgives);
                // load / weight against leastLoad / weights[least], below 2^51 on both sides
                long difference = least < 0 ? -1 : load * weights[least] - leastLoad * weight;
                if (difference < 0) {
                    least = i;
                    leastLoad = load;
                    equalWeight = weight;
                } else if (difference == 0) {
                    equalWeight += weight;
                    chance = chance * MULTIPLIER + 1;
                    if ((chance >>> 11) * 0x1.0p-53 * equalWeight < weight) {
                        least = i;
                        leastLoad = load;
                    }
                }
            }
            return least;
        }
    }
}
