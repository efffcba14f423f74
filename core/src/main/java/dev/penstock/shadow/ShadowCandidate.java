package dev.penstock.shadow;

import dev.penstock.balancer.Candidate;
import dev.penstock.balancer.Mirrored;

/**
 * A candidate as a shadow sees it: in flight there is what the shadow picked; all else is as the live requests found it.
 * Thread-safe; changes nothing of the live one.
 */
final class ShadowCandidate implements Mirrored {
    private final Candidate real;
    private final Book shadow = new Book();
    private final Book live = new Book();
    private final Recent responseNanos = new Recent();
    private final Recent failures = new Recent();

    ShadowCandidate(Candidate real) {
        this.real = real;
    }

    @Override
    public Candidate real() {
        return real;
    }

    /** What the shadow gives it. */
    Book shadow() {
        return shadow;
    }

    /** What the live rule gives it, of the requests that the shadow is asked for. */
    Book live() {
        return live;
    }

    /** From pick to first byte. */
    Recent responseNanos() {
        return responseNanos;
    }

    /** 1 for each request that failed there, 0 for one that did not. */
    Recent failures() {
        return failures;
    }

    @Override
    public int inFlight() {
        return shadow.inFlight();
    }

    @Override
    public long started() {
        return shadow.picks();
    }

    @Override
    public String toString() {
        return endpoint().id() + " x" + weight() + ", " + inFlight() + " in flight in the shadow";
    }
}
