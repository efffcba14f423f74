package dev.penstock.balancer;

import dev.penstock.request.Request;
import dev.penstock.request.Tried;
import dev.penstock.time.Randomness;

/**
 * Picks the less loaded of two different candidates drawn at random, by its {@link Burden} per weight.
 *
 * <p>By {@link Burden#REQUESTS} ({@code p2c}): requests in flight, and what failures, overdue and slow answers count as, see
 * {@link dev.penstock.load.Load#handicap()} and {@link dev.penstock.load.Load#slowness()}; so one that fails fast does not
 * look idle, and one that is ten times slower gets far less than 1 %. By {@link Burden#LATENCY} ({@code
 * p2c_ewma}): peak latency times requests in flight, see {@link dev.penstock.load.Load#costNanos}; so one that is slow gets
 * less, and one that hangs nothing.
 *
 * <p>Of two equal ones it takes the first drawn. With different weights both are drawn in proportion to weight, so that
 * shares are right while nothing is in flight, and loads are divided by weight, so that they stay right when much is:
 * a draw without replacement alone would give a light one too much.
 *
 * <p>Cost: O(1) per pick, no allocation, one random number (with different weights two or three), no reading of a clock; O(n)
 * per change. Bound: the fullest of n endpoints carries O(log log n) more than the mean; none gets more than
 * 2/n. Immutable.
 *
 * @see <a href="https://doi.org/10.1109/71.963420">Mitzenmacher 2001, The Power of Two Choices in Randomized Load
 *     Balancing</a>
 * @see <a href="https://doi.org/10.1137/S009753970444435X">Berenbrink, Czumaj, Steger, Voecking 2006, Balanced
 *     Allocations: The Heavily Loaded Case</a>
 * @see <a href="https://github.com/linkerd/linkerd2/issues/5017">linkerd2 5017: endpoints that fail fast attract</a>
 */
final class PowerOfTwo implements Balancer {
    private final Burden burden;

    PowerOfTwo(Burden burden) {
        this.burden = burden;
    }

    @Override
    public Picker over(Candidates candidates, PickerContext context) {
        Candidate[] all = candidates.eligible().toArray(Candidate[]::new);
        int[] weights = Weights.of(all);
        if (all.length == 1) {
            return request -> all[0];
        }
        return Weights.allEqual(weights)
                ? new EqualPair(all, burden, context)
                : new WeightedPair(all, weights, burden, context);
    }

    private static final class EqualPair implements Picker {
        private final Candidate[] candidates;
        private final Burden burden;
        private final Randomness randomness;

        EqualPair(Candidate[] candidates, Burden burden, PickerContext context) {
            this.candidates = candidates;
            this.burden = burden;
            this.randomness = context.randomness();
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
            return lighter(first, second, bits);
        }

        private Candidate lighter(Candidate first, Candidate second, long bits) {
            return burden.of(second.load(), bits) < burden.of(first.load(), bits) ? second : first;
        }

        private Candidate untried(Tried tried) {
            Candidate first = Untried.any(candidates, tried, randomness);
            for (int i = 0; i < Untried.DRAWS; i++) {
                Candidate second = candidates[randomness.nextInt(candidates.length)];
                if (second != first && Untried.in(tried, second)) {
                    return lighter(first, second, randomness.nextLong());
                }
            }
            return first;
        }
    }

    private static final class WeightedPair implements Picker {
        private final Candidate[] candidates;
        private final int[] weights;
        private final AliasTable table;
        private final Burden burden;
        private final Randomness randomness;

        WeightedPair(Candidate[] candidates, int[] weights, Burden burden, PickerContext context) {
            this.candidates = candidates;
            this.weights = weights;
            this.table = AliasTable.of(weights);
            this.burden = burden;
            this.randomness = context.randomness();
        }

        @Override
        public Candidate pick(Request request) {
            Tried tried = request.tried();
            long bits = randomness.nextLong();
            int first = table.draw(bits);
            int second = draw();
            if (second == first) {
                second = other(first);
            }
            if (!tried.isEmpty() && !(untried(tried, first) && untried(tried, second))) {
                return untried(tried);
            }
            return lighter(candidates[first], weights[first], candidates[second], weights[second], bits);
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

        private Candidate lighter(Candidate first, int firstWeight, Candidate second, int secondWeight, long bits) {
            // Divided by weight, without a division.
            double loadOfFirst = burden.of(first.load(), bits) * secondWeight;
            double loadOfSecond = burden.of(second.load(), bits) * firstWeight;
            return loadOfSecond < loadOfFirst ? second : first;
        }

        private Candidate untried(Tried tried) {
            Candidate first = Untried.anyByWeight(candidates, tried, randomness);
            for (int i = 0; i < Untried.DRAWS; i++) {
                int drawn = draw();
                Candidate second = candidates[drawn];
                if (second != first && untried(tried, drawn)) {
                    return lighter(first, first.weight(), second, weights[drawn], randomness.nextLong());
                }
            }
            return first;
        }
    }
}
