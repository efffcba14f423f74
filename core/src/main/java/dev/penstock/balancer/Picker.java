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
     * The candidate that a request is bound to, whatever load says, since its client is kept there. {@link #pick} gives it,
     * too; a rule that divides candidates among several pickers asks all of them for it before it chooses one.
     *
     * @param request what is to be sent
     * @return one of the candidates it was made for, which the request has not tried; null if this rule keeps no client, or
     *     knows nobody for this one
     */
    default @Nullable Candidate bound(Request request) {
        return null;
    }

    /**
     * What of a request this rule goes by, if it keeps those together that have it in common. A rule that divides candidates
     * among several pickers gives requests of one key to the same one.
     *
     * @param request what is to be sent
     * @return null if this rule goes by no key, or the request has none
     */
    default @Nullable String key(Request request) {
        return null;
    }

    /**
     * What a client needs to be told to come to the same candidate again.
     *
     * @param request for which a candidate was picked; an endpoint that had no room for it is not among those tried
     * @param picked the candidate; not always one of those it was made for: another rule, or part, may have picked
     * @return null if this rule keeps no client anywhere, needs nothing for it, or does not know the candidate
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
