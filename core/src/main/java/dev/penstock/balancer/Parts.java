package dev.penstock.balancer;

import dev.penstock.request.Request;
import dev.penstock.request.Tried;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A picker over candidates that are divided into parts, each with a picker of its own: what all have in common that choose a
 * part. Thread-safe if the pickers are.
 *
 * <p>A request that is bound to a candidate goes there, in whatever part it lies: each part is asked, before one is chosen.
 * So rules that keep clients do so below a rule that divides as well as above it. Cost: a question to each part more.
 */
abstract class Parts implements Picker {
    private final Part[] parts;

    Parts(List<Part> parts) {
        this.parts = parts.toArray(Part[]::new);
    }

    final Part part(int number) {
        return parts[number];
    }

    final int count() {
        return parts.length;
    }

    @Override
    public final Candidate pick(Request request) {
        Candidate bound = bound(request);
        return bound == null ? pickFree(request) : bound;
    }

    /** Picks for a request that is bound to nobody. */
    abstract Candidate pickFree(Request request);

    @Override
    public final @Nullable Candidate bound(Request request) {
        for (Part part : parts) {
            Candidate bound = part.picker().bound(request);
            if (bound != null) {
                return bound;
            }
        }
        return null;
    }

    /** The number of the part in which the candidate lies that a request is bound to; -1 if it is to none. */
    final int boundIn(Request request) {
        for (int i = 0; i < parts.length; i++) {
            if (parts[i].picker().bound(request) != null) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public final @Nullable String key(Request request) {
        return parts[0].picker().key(request);
    }

    /** The part that keeps the client has the say, for it needs to be told nothing; else the part that knows who was picked. */
    @Override
    public final @Nullable Affinity affinity(Request request, Candidate picked) {
        Affinity found = null;
        for (Part part : parts) {
            Affinity affinity = part.picker().affinity(request, picked);
            if (affinity != null && affinity.setCookie().isEmpty()) {
                return affinity;
            }
            found = found == null ? affinity : found;
        }
        return found;
    }

    /** The first part from a number on, then from the beginning, that has a candidate which was not tried; else that one. */
    final int untried(int from, Tried tried) {
        for (int i = 0; i < parts.length; i++) {
            int number = (from + i) % parts.length;
            if (parts[number].hasUntried(tried)) {
                return number;
            }
        }
        return from;
    }
}
