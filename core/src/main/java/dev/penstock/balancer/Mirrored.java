package dev.penstock.balancer;

import static java.util.Objects.requireNonNull;

import dev.penstock.endpoint.Endpoint;
import dev.penstock.load.Load;
import dev.penstock.load.Reported;
import org.jspecify.annotations.Nullable;

/** A candidate, and its load, that is as another one in all that a subclass does not say otherwise. Thread-safe if that is. */
public abstract class Mirrored implements Candidate, Load {
    private final Candidate real;
    private final Load load;

    /**
     * A mirror.
     *
     * @param real the other one
     */
    protected Mirrored(Candidate real) {
        this.real = requireNonNull(real, "real");
        this.load = requireNonNull(real.load(), "load");
    }

    /**
     * Whom it mirrors.
     *
     * @return what was given
     */
    public final Candidate real() {
        return real;
    }

    /**
     * What it takes its load from, asked for each time.
     *
     * @return the load of the other one
     */
    protected Load mirrored() {
        return load;
    }

    @Override
    public final Endpoint endpoint() {
        return real.endpoint();
    }

    @Override
    public final int weight() {
        return real.weight();
    }

    @Override
    public final int growth() {
        return real.growth();
    }

    @Override
    public final Load load() {
        return this;
    }

    @Override
    public int inFlight() {
        return mirrored().inFlight();
    }

    @Override
    public long started() {
        return mirrored().started();
    }

    @Override
    public final long failed() {
        return mirrored().failed();
    }

    @Override
    public final long answered() {
        return mirrored().answered();
    }

    @Override
    public final long waitedNanos() {
        return mirrored().waitedNanos();
    }

    @Override
    public final int handicap() {
        return mirrored().handicap();
    }

    @Override
    public final double costNanos(long nowNanos) {
        return mirrored().costNanos(nowNanos);
    }

    @Override
    public final double costNanos() {
        return mirrored().costNanos();
    }

    @Override
    public final double failureShare(long nowNanos) {
        return mirrored().failureShare(nowNanos);
    }

    @Override
    public final @Nullable Reported reported() {
        return mirrored().reported();
    }

    @Override
    public String toString() {
        return endpoint().id() + " x" + weight() + ", " + inFlight() + " in flight";
    }
}
