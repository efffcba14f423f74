package dev.penstock.balancer;

import dev.penstock.request.Request;
import dev.penstock.request.Tried;

/**
 * Picks always the same candidate: the first in textual order.
 *
 * <p>The others are spare: they get what the first has failed to take. Cost: O(1) per pick, O(n) per change.
 * Immutable.
 */
final class First implements Balancer {
    @Override
    public Picker over(Candidates candidates, PickerContext context) {
        return new Line(candidates.eligible().toArray(Candidate[]::new));
    }

    private static final class Line implements Picker {
        private final Candidate first;
        private final Candidate[] line;

        Line(Candidate[] line) {
            this.first = line[0];
            this.line = line;
        }

        @Override
        public Candidate pick(Request request) {
            Tried tried = request.tried();
            return tried.isEmpty() ? first : untried(tried);
        }

        private Candidate untried(Tried tried) {
            for (Candidate candidate : line) {
                if (Untried.in(tried, candidate)) {
                    return candidate;
                }
            }
            return first;
        }
    }
}
