package dev.penstock.balancer;

import dev.penstock.request.Request;
import dev.penstock.request.Tried;
import dev.penstock.time.Randomness;

/**
 * Picks one candidate after the other, in textual order, round and round.
 *
 * <p>Exact for all threads together: they share one counter, so any k x n picks give k to each of n candidates. When
 * candidates join or leave, the one that follows the last served comes next, see {@link Rotation}. A retry takes a turn of
 * its own, so that the neighbour of one that fails carries no more than the others. One in its slow start comes round less
 * often, as with {@link WeightedRoundRobin}.
 *
 * <p>Cost: O(1) per pick, one atomic addition, no allocation; O(n) per change. Immutable.
 */
final class RoundRobin implements Balancer {
    @Override
    public Picker over(Candidates candidates, PickerContext context) {
        Candidate[] all = candidates.eligible().toArray(Candidate[]::new);
        return WeightedRoundRobin.over(all, Weights.ofGrowth(all), context);
    }

    static Picker over(Candidate[] candidates, PickerContext context) {
        Rotation rotation = Rotation.equal(context.cursor(), Rotation.ids(candidates));
        return new Ring(candidates, context.cursor(), rotation.base(), context.randomness());
    }

    private static final class Ring implements Picker {
        private final Candidate[] candidates;
        private final Cursor cursor;
        private final long base;
        private final Randomness randomness;

        Ring(Candidate[] candidates, Cursor cursor, long base, Randomness randomness) {
            this.candidates = candidates;
            this.cursor = cursor;
            this.base = base;
            this.randomness = randomness;
        }

        @Override
        public Candidate pick(Request request) {
            Tried tried = request.tried();
            return tried.isEmpty() ? next() : untried(tried);
        }

        private Candidate next() {
            // Never negative: the base lies before all positions given out since it was chosen, overflow or not.
            long turn = cursor.next() - base;
            return candidates[(int) (turn % candidates.length)];
        }

        // Turns that fall on tried ones are used up: were they given to the neighbour, it would carry double.
        private Candidate untried(Tried tried) {
            for (int i = 0; i < candidates.length; i++) {
                Candidate candidate = next();
                if (Untried.in(tried, candidate)) {
                    return candidate;
                }
            }
            // All were tried, or other threads took the turns of the untried.
            return Untried.any(candidates, tried, randomness);
        }
    }
}
