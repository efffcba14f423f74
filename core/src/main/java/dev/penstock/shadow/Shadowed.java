package dev.penstock.shadow;

import dev.penstock.load.Outcome;
import dev.penstock.time.Ticker;

/** One request that both rules picked for: its end ends it in both books. Thread-safe; ended once by whoever holds it. */
public final class Shadowed {
    private final ShadowCandidate live;
    private final ShadowCandidate shadow;
    private final Ticker ticker;
    private final long startNanos;

    Shadowed(ShadowCandidate live, ShadowCandidate shadow, Ticker ticker, long startNanos) {
        this.live = live;
        this.shadow = shadow;
        this.ticker = ticker;
        this.startNanos = startNanos;
        live.live().begin();
        shadow.shadow().begin();
    }

    /**
     * The request has ended where it was sent; it is taken to end now in the shadow, too.
     *
     * @param outcome how it ended
     * @param answerNanos from the pick to the first byte of the answer; 0 if there was none
     */
    public void ended(Outcome outcome, long answerNanos) {
        long nanos = ticker.nanos() - startNanos;
        live.live().end(nanos);
        shadow.shadow().end(nanos);
        if (answerNanos > 0) {
            live.responseNanos().add((double) answerNanos);
        }
        if (outcome != Outcome.CANCELLED) {
            live.failures().add(outcome.failed() ? 1 : 0);
        }
    }
}
