package dev.penstock.retry;

import dev.penstock.time.Ticker;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * What retries may still add to the traffic: each request puts a share of a retry in, each retry takes one out, and both
 * are forgotten after ten seconds; so many per second are there anyway. Thread-safe, lock-free.
 *
 * <p>Cost: a request adds to a counter and reads the clock. Once a second one caller makes a new window, the only
 * allocation. Bound: in the ten seconds up to any retry, the second under way included, never more retries than {@code
 * share x requests + 10 x perSecond}.
 *
 * @see <a href="https://twitter.github.io/finagle/docs/com/twitter/finagle/service/RetryBudget$.html">Finagle,
 *     RetryBudget</a>
 */
public final class RetryBudget {
    /** How many seconds are remembered, the present one included. */
    static final int SECONDS = 10;

    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final VarHandle WINDOW;

    static {
        try {
            WINDOW = MethodHandles.lookup().findVarHandle(RetryBudget.class, "window", Window.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Ticker ticker;
    private final long originNanos;
    private final LongAdder requests = new LongAdder();
    private final AtomicLong taken = new AtomicLong();
    private final LongAdder denied = new LongAdder();
    private volatile Window window = new Window(0, new long[SECONDS], new long[SECONDS]);

    /**
     * A budget of which nothing was taken.
     *
     * @param ticker where time comes from
     */
    public RetryBudget(Ticker ticker) {
        this.ticker = ticker;
        this.originNanos = ticker.nanos();
    }

    /**
     * What was counted when each of the remembered seconds began; {@code second % SECONDS} is the place. The arrays are never
     * changed.
     */
    private static final class Window {
        private final long second;
        private final long[] requests;
        private final long[] taken;

        Window(long second, long[] requests, long[] taken) {
            this.second = second;
            this.requests = requests;
            this.taken = taken;
        }

        /** Where the oldest second that is remembered began. */
        int oldest() {
            return (int) ((second + 1) % SECONDS);
        }
    }

    /** Notes a request, at its first attempt. */
    public void request() {
        current();
        requests.increment();
    }

    /**
     * Takes a retry out, if there is one.
     *
     * @param spec what is allowed
     * @return whether the retry may be made
     */
    public boolean take(BudgetSpec spec) {
        Window now = current();
        double most = most(spec, now);
        int oldest = now.oldest();
        while (true) {
            long before = taken.get();
            if (before - now.taken[oldest] + 1 > most) {
                denied.increment();
                return false;
            }
            if (taken.compareAndSet(before, before + 1)) {
                return true;
            }
        }
    }

    /**
     * Tells whether a retry could be taken out now; if not, it counts as denied.
     *
     * @param spec what is allowed
     * @return false if {@link #take} would give none
     */
    public boolean has(BudgetSpec spec) {
        boolean has = left(spec) > 0;
        if (!has) {
            denied.increment();
        }
        return has;
    }

    /**
     * What could be taken now.
     *
     * @param spec what is allowed
     * @return retries, {@code >= 0}
     */
    public long left(BudgetSpec spec) {
        Window now = current();
        return Math.max(0, (long) (most(spec, now) - (taken.get() - now.taken[now.oldest()])));
    }

    private double most(BudgetSpec spec, Window now) {
        return spec.share() * (requests.sum() - now.requests[now.oldest()]) + (double) spec.perSecond() * SECONDS;
    }

    /**
     * Retries that were taken out.
     *
     * @return since the start
     */
    public long taken() {
        return taken.get();
    }

    /**
     * Retries that were not to be had.
     *
     * @return since the start
     */
    public long denied() {
        return denied.sum();
    }

    /**
     * Requests that were noted.
     *
     * @return since the start
     */
    public long requests() {
        return requests.sum();
    }

    private Window current() {
        long second = (ticker.nanos() - originNanos) / SECOND_NANOS;
        Window seen = window;
        if (second <= seen.second) {
            return seen;
        }
        // Seconds in which nobody came began with what is counted now: nothing happened in between.
        long[] requestsThen = seen.requests.clone();
        long[] takenThen = seen.taken.clone();
        long requestsNow = requests.sum();
        long takenNow = taken.get();
        for (long s = Math.max(seen.second + 1, second - SECONDS + 1); s <= second; s++) {
            requestsThen[(int) (s % SECONDS)] = requestsNow;
            takenThen[(int) (s % SECONDS)] = takenNow;
        }
        var next = new Window(second, requestsThen, takenThen);
        return WINDOW.compareAndSet(this, seen, next) ? next : window;
    }
}
