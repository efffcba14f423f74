package dev.penstock.balancer;

import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/**
 * The placement that a rule has made last, for the next picker over the same: what changes a snapshot is mostly something
 * else, as a weight in its slow start, or nothing at all, as for an explanation. Kept as long as somebody picks by it.
 * Immutable.
 */
final class Placed {
    private final HashPolicy rule;
    private final HashedCandidates candidates;
    private final WeakReference<Placement> placement;

    Placed(HashPolicy rule, HashedCandidates candidates, Placement placement) {
        this.rule = rule;
        this.candidates = candidates;
        this.placement = new WeakReference<>(placement);
    }

    /** The same, if it is of this rule and of candidates of the same hashes and weights in the same order; else null. */
    @Nullable
    Placement of(HashPolicy asked, HashedCandidates now) {
        return rule == asked && candidates.isAs(now) ? placement.get() : null;
    }
}
