package dev.penstock.balancer;

import dev.penstock.request.Request;
import dev.penstock.request.Tried;
import dev.penstock.time.Randomness;

/**
 * Picks any candidate, in proportion to weight.
 *
 * <p>Cost: O(1) per pick by an {@link AliasTable}, no allocation; O(n) per change. Immutable.
 */
final class WeightedRandom implements Balancer {
    @Override
    public Picker over(Candidates candidates, PickerContext context) {
        Candidate[] all = candidates.eligible().toArray(Candidate[]::new);
        return over(all, Weights.of(all), context.randomness());
    }

    static Picker over(Candidate[] all, int[] weights, Randomness randomness) {
        return new Urn(all, AliasTable.of(weights), randomness);
    }

    private static final class Urn implements Picker {
        private final Candidate[] candidates;
        private final AliasTable table;
        private final Randomness randomness;

        Urn(Candidate[] candidates, AliasTable table, Randomness randomness) {
            this.candidates = candidates;
            this.table = table;
            this.randomness = randomness;
        }

        @Override
        public Candidate pick(Request request) {
            Tried tried = request.tried();
            return tried.isEmpty() ? draw() : untried(tried);
        }

        private Candidate draw() {
            return candidates[table.draw(randomness.nextLong())];
        }

        private Candidate untried(Tried tried) {
            for (int i = 0; i < Untried.DRAWS; i++) {
                Candidate candidate = draw();
                if (Untried.in(tried, candidate)) {
                    return candidate;
                }
            }
            return Untried.anyByWeight(candidates, tried, randomness);
        }
    }
}
