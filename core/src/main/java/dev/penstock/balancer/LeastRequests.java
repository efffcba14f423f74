package dev.penstock.balancer;

import dev.penstock.request.Request;
import dev.penstock.request.Tried;
import dev.penstock.time.Randomness;

/**
 * Picks the candidate with the fewest requests in flight per weight, of equal ones a random one in proportion to weight.
 *
 * <p>Chance among equals keeps many clients that see the same from going to the same endpoint, and lets weights count
 * while nothing is in flight. Cost: O(n) per pick, no allocation, one random number; where n is large, take {@link
 * PowerOfTwo}. Immutable.
 *
 * @see <a href="https://nginx.org/en/docs/http/ngx_http_upstream_module.html#least_conn">nginx, least_conn</a>
 */
final class LeastRequests implements Balancer {
    @Override
    public Picker over(Candidates candidates, PickerContext context) {
        Candidate[] all = candidates.eligible().toArray(Candidate[]::new);
        return new Scan(all, Weights.of(all), context.randomness());
    }

    private static final class Scan implements Picker {
        // Knuth's multiplier for a linear congruential generator, TAOCP 3.3.4; its upper bits are good.
        private static final long MULTIPLIER = 6364136223846793005L;

        private final Candidate[] candidates;
        private final int[] weights;
        private final Randomness randomness;

        Scan(Candidate[] candidates, int[] weights, Randomness randomness) {
            this.candidates = candidates;
            this.weights = weights;
            this.randomness = randomness;
        }

        @Override
        public Candidate pick(Request request) {
            Tried tried = request.tried();
            int least = tried.isEmpty() ? least(Tried.NOTHING, true) : least(tried, false);
            return candidates[least >= 0 ? least : least(Tried.NOTHING, true)];
        }

        /**
         * The index of the least loaded, or -1 if all were tried. Equal ones are a reservoir of one: each further one takes
         * the place with its share of the weight seen. Each load is read once, since it may change at any time.
         */
        private int least(Tried tried, boolean firstAttempt) {
            long chance = randomness.nextLong();
            int least = -1;
            long leastLoad = 0;
            long equalWeight = 0;
            for (int i = 0; i < candidates.length; i++) {
                Candidate candidate = candidates[i];
                if (!firstAttempt && !Untried.in(tried, candidate)) {
                    continue;
                }
                long load = candidate.load().inFlight();
                long weight = weights[i];
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
