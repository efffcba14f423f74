package dev.penstock.shadow;

import dev.penstock.balancer.Candidate;
import dev.penstock.balancer.Picker;
import dev.penstock.balancer.Rehearsal;
import dev.penstock.request.Request;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A shadow over the candidates of one snapshot. Thread-safe, lock-free; harms no request, whatever its rule does.
 *
 * <p>Cost for a request that it is asked for: the pick, two look-ups, two readings of the clock and one small object that
 * lives as long as the request.
 */
public final class ShadowPicker {
    private final Shadow shadow;
    private final Picker picker;
    private final Rehearsal rehearsal;
    private final IdentityHashMap<Candidate, ShadowCandidate> byReal; // written before it is published

    ShadowPicker(
            Shadow shadow, Picker picker, Rehearsal rehearsal, IdentityHashMap<Candidate, ShadowCandidate> byReal) {
        this.shadow = shadow;
        this.picker = picker;
        this.rehearsal = rehearsal;
        this.byReal = byReal;
    }

    /**
     * Has the shadow pick for a request, too.
     *
     * @param request for which the live rule has picked
     * @param picked by the live rule
     * @return to be told the end of the request; null if it is not in the sample, or the shadow has failed
     */
    public @Nullable Shadowed pick(Request request, Candidate picked) {
        ShadowCandidate live = byReal.get(picked); // null: of a snapshot that the shadow has not followed yet
        if (live == null || !shadow.asks()) {
            return null;
        }
        long start = shadow.nanos();
        Candidate chosen;
        try {
            chosen = picker.pick(request);
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            shadow.fail("pick threw", e);
            return null;
        }
        if (!(chosen instanceof ShadowCandidate own) || byReal.get(own.real()) != own) {
            shadow.fail(chosen == null ? "pick returned null" : "pick returned a stranger", null);
            return null;
        }
        long now = shadow.nanos();
        if (shadow.tooSlow(now, now - start)) {
            return null;
        }
        shadow.tally().add(live, own);
        return new Shadowed(live, own, shadow.ticker(), start);
    }

    /**
     * Finds out what the shadow would pick now; changes nothing. Throws what the rule throws.
     *
     * @param request what might be sent
     * @return the live candidate; null if the shadow has failed, or picks no candidate
     */
    public @Nullable Candidate foresee(Request request) {
        if (!shadow.runs()) {
            return null;
        }
        return rehearsal.picker().pick(request) instanceof ShadowCandidate chosen ? chosen.real() : null;
    }
}
