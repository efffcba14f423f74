package dev.penstock.balancer;

import dev.penstock.request.Request;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A balancer applied to the candidates of one snapshot. Thread-safe, lock-free, without allocation. */
@FunctionalInterface
public interface Picker {
    /**
     * Picks one of the candidates it was made for; one that the request has not tried yet while there is one.
     *
     * @param request what is to be sent
     * @return never null
     */
    Candidate pick(Request request);

    /**
     * What a client needs to be told to come to the same candidate again.
     *
     * @param request for which a candidate was picked; an endpoint that had no room for it is not among those tried
     * @param picked the candidate; not always one of those it was made for: another rule, or tier, may have picked
     * @return null if this rule keeps no client anywhere, or needs nothing for it
     */
    default @Nullable Affinity affinity(Request request, Candidate picked) {
        return null;
    }

    /**
     * What this rule would say of its next pick for a request, beside whom it looks at: for explanations. Asked of a picker
     * over copies, in place of the pick, see {@link Rehearsal}; it may draw and go on as the pick does. Tells no value of a
     * header, cookie or query: those are the client's.
     *
     * @param request what might be sent
     * @return one sentence each, those of a refining rule first; empty unless overridden
     */
    default List<String> remarks(Request request) {
        return List.of();
    }
}
