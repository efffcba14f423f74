package dev.penstock.balancer;

import dev.penstock.request.Request;
import dev.penstock.request.Tried;
import dev.penstock.time.Randomness;

/**
 * Picks candidates in turn, each as often as its weight says and its turns spread over the round.
 *
 * <p>Exact for all threads together: the turn is a number from one shared counter, and who has it depends on nothing else.
 * Any picks in a row as many as the sum of the weights (divided by their greatest common divisor) give everyone exactly
 * its weight. Short rounds are {@link SmoothTurns}, long ones {@link GoldenTurns}. A service begins at a random turn, and
 * after a change of weights at any turn, see {@link Rotation}. Equal weights are plain {@link RoundRobin}.
 *
 * <p>Cost: O(1) per pick, one atomic addition, no allocation; per change O(n), or up to {@value #MAX_WORK} steps for a
 * short round; at most {@value #MAX_KEPT} turns are kept. Immutable.
 */
final class WeightedRoundRobin implements Balancer {
    /** Up to 64 KiB for a picker. */
    static final int MAX_KEPT = 16_384;

    /** About a millisecond. */
    static final int MAX_WORK = 1_000_000;

    @Override
    public Picker over(Candidates candidates, PickerContext context) {
        Candidate[] all = candidates.eligible().toArray(Candidate[]::new);
        return over(all, Weights.of(all), context);
    }

    static Picker over(Candidate[] all, int[] unreduced, PickerContext context) {
        int[] weights = Weights.reduced(unreduced);
        if (Weights.allEqual(weights)) {
            return RoundRobin.over(all, context);
        }
        Turns turns = turns(weights);
        Rotation rotation = Rotation.weighted(context.cursor(), Rotation.ids(all), weights, turns.count());
        return new Round(all, turns, context.cursor(), rotation.base(), context.randomness());
    }

    static Turns turns(int[] weights) {
        long total = Weights.total(weights);
        boolean isShort = total <= MAX_KEPT && total * weights.length <= MAX_WORK;
        return isShort ? new SmoothTurns(weights) : new GoldenTurns(weights);
    }

    private static final class Round implements Picker {
        private final Candidate[] candidates;
        private final Turns turns;
        private final long count;
        private final Cursor cursor;
        private final long base;
        private final Randomness randomness;

        Round(Candidate[] candidates, Turns turns, Cursor cursor, long base, Randomness randomness) {
            this.candidates = candidates;
            this.turns = turns;
            this.count = turns.count();
            this.cursor = cursor;
            this.base = base;
            this.randomness = randomness;
        }

        @Override
        public Candidate pick(Request request) {
            Candidate candidate = next();
            Tried tried = request.tried();
            if (tried.isEmpty() || Untried.in(tried, candidate)) {
                return candidate;
            }
            // By chance, since the turns beside those of a heavy one would favour the same few each time.
            return Untried.anyByWeight(candidates, tried, randomness);
        }

        private Candidate next() {
            // Never negative: the base lies before all positions given out since it was chosen, overflow or not.
            long turn = (cursor.next() - base) % count;
            return candidates[turns.at(turn)];
        }
    }
}
