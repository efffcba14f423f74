package dev.penstock.balancer;

import static java.util.Objects.requireNonNull;

import dev.penstock.request.Request;
import dev.penstock.request.Tried;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Some of the candidates with a picker of their own. Immutable. */
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

    private boolean holds(Candidate candidate) {
        for (int i = 0; i < candidates.size(); i++) {
            if (candidates.get(i) == candidate) {
                return true;
            }
        }
        return false;
    }

    /** What the part says that picked; asks the first alone where none of them keeps anybody. */
    static @Nullable Affinity affinity(Part[] parts, Request request, Candidate picked) {
        for (Part part : parts) {
            Affinity affinity = part.picker.affinity(request, picked);
            if (affinity == null || part.holds(picked)) {
                return affinity;
            }
        }
        return null;
    }
}
