package dev.penstock.balancer;

import dev.penstock.request.Request;
import dev.penstock.request.Tried;
import dev.penstock.time.Randomness;

/**
 * Picks the less loaded of two different candidates drawn at random: the one with fewer requests in flight per weight.
 *
 * <p>Of two equal ones it takes the first drawn. With different weights both are drawn in proportion to weight, so that
 * shares are right while nothing is in flight, and loads are divided by weight, so that they stay right when much is:
 * a draw without replacement alone would give a light one too much.
 *
 * <p>Cost: O(1) per pick, no allocation, one random number (with different weights two or three); O(n) per change. Bound:
 * the fullest of n endpoints carries O(log log n) more than the mean. Immutable.
 *
 * @see <a href="https://doi.org/10.1109/71.963420">Mitzenmacher 2001, The Power of Two Choices in Randomized Load
 *     Balancing</a>
 * @see <a href="https://doi.org/10.1137/S009753970444435X">Berenbrink, Czumaj, Steger, Voecking 2006, Balanced
 *     Allocations: The Heavily Loaded Case</a>
 */
final class PowerOfTwo implements Balancer {
    @Override
    public Picker over(Candidates candidates, PickerContext context) {
        Candidate[] all = candidates.eligible().toArray(Candidate[]::new);
        int[] weights = Weights.of(all);
        if (all.length == 1) {
            return request -> all[0];
        }
        return Weights.allEqual(weights)
                ? new EqualPair(all, context.randomness())
                : new WeightedPair(all, weights, context.randomness());
    }

    private static final class EqualPair implements Picker {
        private final Candidate[] candidates;
        private final Randomness randomness;

        EqualPair(Candidate[] candidates, Randomness randomness) {
            this.candidates = candidates;
            this.randomness = randomness;
        }

        @Override
        public Candidate pick(Request request) {
            Tried tried = request.tried();
            long bits = randomness.nextLong();
            int n = candidates.length;
            // Two draws from one number: the upper half for one of n, the lower for one of the n - 1 others.
            int one = (int) (((bits >>> 32) * n) >>> 32);
            int two = (int) (((bits & 0xffff_ffffL) * (n - 1)) >>> 32);
            two += two >= one ? 1 : 0;
            Candidate first = candidates[one];
            Candidate second = candidates[two];
            if (!tried.isEmpty() && !(Untried.in(tried, first) && Untried.in(tried, second))) {
                return untried(tried);
            }
            return second.load().inFlight() < first.load().inFlight() ? second : first;
        }

        private Candidate untried(Tried tried) {
            Candidate first = Untried.any(candidates, tried, randomness);
            for (int i = 0; i < Untried.DRAWS; i++) {
                Candidate second = candidates[randomness.nextInt(candidates.length)];
                if (second != first && Untried.in(tried, second)) {
                    return second.load().inFlight() < first.load().inFlight() ? second : first;
                }
            }
            return first;
        }
    }

    private static final class WeightedPair implements Picker {
        private final Candidate[] candidates;
        private final int[] weights;
        private final AliasTable table;
        private final Randomness randomness;

        WeightedPair(Candidate[] candidates, int[] weights, Randomness randomness) {
            this.candidates = candidates;
            this.weights = weights;
            this.table = AliasTable.of(weights);
            this.randomness = randomness;
        }

        @Override
        public Candidate pick(Request request) {
            Tried tried = request.tried();
            int first = draw();
            int second = draw();
            if (second == first) {
                second = other(first);
            }
            if (!tried.isEmpty() && !(untried(tried, first) && untried(tried, second))) {
                return untried(tried);
            }
            return lighter(first, second);
        }

        private int draw() {
            return table.draw(randomness.nextLong());
        }

        private boolean untried(Tried tried, int index) {
            return Untried.in(tried, candidates[index]);
        }

        // Once by weight, then any: next to one that has nearly all the weight, draws by weight would hardly end.
        private int other(int first) {
            int second = draw();
            if (second == first) {
                second = randomness.nextInt(candidates.length - 1);
                second += second >= first ? 1 : 0;
            }
            return second;
        }

        private Candidate lighter(int first, int second) {
            Candidate one = candidates[first];
            Candidate two = candidates[second];
            // Divided by weight, without a division: below 2^51 on both sides.
            long loadOne = (long) one.load().inFlight() * weights[second];
            long loadTwo = (long) two.load().inFlight() * weights[first];
            return loadTwo < loadOne ? two : one;
        }

        private Candidate untried(Tried tried) {
            Candidate first = Untried.anyByWeight(candidates, tried, randomness);
            for (int i = 0; i < Untried.DRAWS; i++) {
                int drawn = draw();
                Candidate second = candidates[drawn];
                if (second != first && untried(tried, drawn)) {
                    long loadOne = (long) first.load().inFlight() * second.weight();
                    long loadTwo = (long) second.load().inFlight() * first.weight();
                    return loadTwo < loadOne ? second : first;
                }
            }
            return first;
        }
    }
}
