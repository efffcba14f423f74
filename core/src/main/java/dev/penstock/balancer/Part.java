package dev.penstock.balancer;

import static java.util.Objects.requireNonNull;

import dev.penstock.request.Tried;
import java.util.List;

/** Some of the candidates with a picker of their own: those of a tier, or of a zone. Immutable. */
record Part(Picker picker, List<Candidate> candidates) {
    static Part of(Balancer rule, Candidates candidates, PickerContext context) {
        return new Part(requireNonNull(rule.over(candidates, context), "over returned null"), candidates.eligible());
    }

    boolean hasUntried(Tried tried) {
        for (int i = 0; i < candidates.size(); i++) { // an iterator would be allocated
            if (Untried.in(tried, candidates.get(i))) {
                return true;
            }
        }
        return false;
    }

    int priority() {
        return candidates.get(0).endpoint().priority();
    }

    String zone() {
        return candidates.get(0).endpoint().zone().name();
    }

    int size() {
        return candidates.size();
    }
}
