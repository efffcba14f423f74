package dev.penstock.limit;

import static java.util.Objects.requireNonNull;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Stops requests while most of them fail: closed, it counts how the last ones ended; above the allowed share of failures
 * it opens and refuses all; after a while it lets exactly one through: success closes it, failure opens it again.
 *
 * <p>Who is let through gets the {@link Pass} of the phase it began in; what ends in a later phase is not counted there:
 * only the trial itself decides about the trial. Cost: O(1), no lock; allocates only when it changes its phase.
 * Thread-safe.
 *
 * @see <a href="https://martinfowler.com/bliki/CircuitBreaker.html">Fowler 2014, CircuitBreaker</a>
 */
public final class CircuitBreaker {
    private static final VarHandle CURRENT;

    static {
        try {
            CURRENT = MethodHandles.lookup().findVarHandle(CircuitBreaker.class, "current", Pass.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** What a breaker does at the moment. */
    public enum Phase {
        /** Lets all through. */
        CLOSED,
        /** Refuses all. */
        OPEN,
        /** Waits how one ends that it let through; refuses the others. */
        TRYING
    }

    private final BreakerSettings settings;
    private volatile Pass current;

    /**
     * A closed breaker.
     *
     * @param settings when it opens, and for how long
     */
    public CircuitBreaker(BreakerSettings settings) {
        this.settings = requireNonNull(settings, "settings");
        this.current = new Pass(settings.requests());
    }

    /**
     * When it opens, and for how long.
     *
     * @return the same object that it was made with
     */
    public BreakerSettings settings() {
        return settings;
    }

    /**
     * Lets a request through, or does not.
     *
     * @param nowNanos a reading of the ticker
     * @return to be given back by {@link #ended} or {@link #cancelled}; null: the request is refused
     */
    public @Nullable Pass tryPass(long nowNanos) {
        Pass pass = current;
        return pass.results != null || (nowNanos - pass.untilNanos >= 0 && pass.trials.compareAndSet(0, 1))
                ? pass
                : null;
    }

    /**
     * Tells whether a request would be let through.
     *
     * @param nowNanos a reading of the ticker
     * @return what {@link #tryPass} would say
     */
    public boolean wouldPass(long nowNanos) {
        Pass pass = current;
        return pass.results != null || (nowNanos - pass.untilNanos >= 0 && pass.trials.get() == 0);
    }

    /**
     * A request ended.
     *
     * @param pass what it was let through with
     * @param failed how it ended
     * @param nowNanos a reading of the ticker
     * @return whether it opened or closed by it
     */
    public boolean ended(Pass pass, boolean failed, long nowNanos) {
        if (pass.results == null) {
            return CURRENT.compareAndSet(this, pass, failed ? open(nowNanos) : new Pass(settings.requests()));
        }
        boolean tooMany = pass.count(failed ? 1 : 0) * 100L > (long) settings.failurePercent() * settings.requests();
        return tooMany && CURRENT.compareAndSet(this, pass, open(nowNanos));
    }

    private Pass open(long nowNanos) {
        return new Pass(nowNanos + settings.open().toNanos());
    }

    /**
     * A request ended without saying anything about what it was sent to; was it the trial, the next one is.
     *
     * @param pass what it was let through with
     */
    public void cancelled(Pass pass) {
        if (pass.results == null) {
            pass.trials.set(0);
        }
    }

    /**
     * What it does now.
     *
     * @return the phase
     */
    public Phase phase() {
        Pass pass = current;
        if (pass.results != null) {
            return Phase.CLOSED;
        }
        return pass.trials.get() == 0 ? Phase.OPEN : Phase.TRYING;
    }

    /**
     * How long it refuses yet.
     *
     * @param nowNanos a reading of the ticker
     * @return {@code 0} where it is closed or tries
     */
    public long openNanos(long nowNanos) {
        Pass pass = current;
        return pass.results != null ? 0 : Math.max(0, pass.untilNanos - nowNanos);
    }

    /** One phase of a breaker, which those that were let through in it carry until they end. Thread-safe. */
    public static final class Pass {
        /** How the last ones ended, 1 for a failure; null while open. */
        private final @Nullable AtomicIntegerArray results;

        private final AtomicLong ended = new AtomicLong();
        private final AtomicInteger failures = new AtomicInteger();
        private final AtomicInteger trials = new AtomicInteger();
        private final long untilNanos;

        private Pass(int requests) {
            results = new AtomicIntegerArray(requests);
            untilNanos = 0;
        }

        private Pass(long untilNanos) {
            results = null;
            this.untilNanos = untilNanos;
        }

        /** Notes how one ended; gives the failures among the last ones, none before there are enough. */
        private int count(int failure) {
            AtomicIntegerArray all = requireNonNull(results, "results");
            long before = ended.getAndIncrement();
            int now = failures.addAndGet(failure - all.getAndSet((int) (before % all.length()), failure));
            return before + 1 >= all.length() ? now : 0;
        }
    }
}
