package dev.penstock.balancer;

import dev.penstock.request.Request;
import dev.penstock.request.Tried;
import java.util.Comparator;

/**
 * Picks always the same candidate: of those with the lowest priority number the first in textual order.
 *
 * <p>The others are spare: they get what the first has failed to take. Cost: O(1) per pick, O(n log n) per change.
 * Immutable.
 */
final class First implements Balancer {
    @Override
    public Picker over(Candidates candidates, PickerContext context) {
        // A stable sort: textual order remains within a tier.
        return new Line(candidates.eligible().stream()
                .sorted(Comparator.comparingInt(
                        candidate -> candidate.endpoint().priority()))
                .toArray(Candidate[]::new));
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
