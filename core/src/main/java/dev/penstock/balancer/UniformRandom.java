package dev.penstock.balancer;

import dev.penstock.request.Request;
import dev.penstock.request.Tried;
import dev.penstock.time.Randomness;

/**
 * Picks any candidate, each as likely as another; one in its slow start as much less likely as it has to grow.
 *
 * <p>Cost: O(1) per pick, no allocation, no shared state but that of the generator. Immutable.
 */
final class UniformRandom implements Balancer {
    @Override
    public Picker over(Candidates candidates, PickerContext context) {
        Candidate[] all = candidates.eligible().toArray(Candidate[]::new);
        int[] growth = Weights.ofGrowth(all);
        return Weights.allEqual(growth)
                ? new Urn(all, context.randomness())
                : WeightedRandom.over(all, growth, context.randomness());
    }

    private static final class Urn implements Picker {
        private final Candidate[] candidates;
        private final Randomness randomness;

        Urn(Candidate[] candidates, Randomness randomness) {
            this.candidates = candidates;
            this.randomness = randomness;
        }

        @Override
        public Candidate pick(Request request) {
            Tried tried = request.tried();
            return tried.isEmpty() ? draw() : untried(tried);
        }

        private Candidate draw() {
            return candidates[randomness.nextInt(candidates.length)];
        }

        private Candidate untried(Tried tried) {
            for (int i = 0; i < Untried.DRAWS; i++) {
                Candidate candidate = draw();
                if (Untried.in(tried, candidate)) {
                    return candidate;
                }
            }
            return Untried.any(candidates, tried, randomness);
        }
    }
}
