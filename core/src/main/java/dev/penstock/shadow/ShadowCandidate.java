package dev.penstock.shadow;

import dev.penstock.balancer.Candidate;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.load.Load;
import dev.penstock.load.Reported;
import org.jspecify.annotations.Nullable;

/**
 * A candidate as a shadow sees it: in flight there is what the shadow picked; all else is as the live requests found it.
 * Thread-safe; changes nothing of the live one.
 */
final class ShadowCandidate implements Candidate, Load {
    private final Candidate real;
    private final Load load;
    private final Book shadow = new Book();
    private final Book live = new Book();
    private final Recent responseNanos = new Recent();
    private final Recent failures = new Recent();

    ShadowCandidate(Candidate real) {
        this.real = real;
        this.load = real.load();
    }

    Candidate real() {
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
    public Endpoint endpoint() {
        return real.endpoint();
    }

    @Override
    public int weight() {
        return real.weight();
    }

    @Override
    public int growth() {
        return real.growth();
    }

    @Override
    public Load load() {
        return this;
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
    public long failed() {
        return load.failed();
    }

    @Override
    public long answered() {
        return load.answered();
    }

    @Override
    public long waitedNanos() {
        return load.waitedNanos();
    }

    @Override
    public int handicap() {
        return load.handicap();
    }

    @Override
    public double costNanos(long nowNanos) {
        return load.costNanos(nowNanos);
    }

    @Override
    public double costNanos() {
        return load.costNanos();
    }

    @Override
    public double failureShare(long nowNanos) {
        return load.failureShare(nowNanos);
    }

    @Override
    public @Nullable Reported reported() {
        return load.reported();
    }

    @Override
    public String toString() {
        return endpoint().id() + " x" + weight() + ", " + inFlight() + " in flight in the shadow";
    }
}
