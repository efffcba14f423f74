package dev.penstock.retry;

import dev.penstock.time.Randomness;
import dev.penstock.time.Ticker;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The retries of one service at run time: its budget, how long its endpoints take, and what was counted. Whoever sends
 * requests tells it of each and asks it after each failure. Thread-safe, lock-free; outlives changes of the settings.
 */
public final class Retries {
    private static final long CALM_NANOS = TimeUnit.SECONDS.toNanos(RetryBudget.SECONDS);

    private final Ticker ticker;
    private final Randomness randomness;
    private final Observer observer;
    private final RetryBudget budget;
    private final LongAdder retries = new LongAdder();
    private final LongAdder hedges = new LongAdder();
    private final AtomicBoolean spent = new AtomicBoolean();
    private volatile long deniedNanos;
    private volatile @Nullable LatencyQuantile latency;

    /**
     * Retries of which none was made yet.
     *
     * @param ticker where time comes from
     * @param randomness where chance comes from
     * @param observer told when the budget is spent and when it is not any more; must return at once
     */
    public Retries(Ticker ticker, Randomness randomness, Observer observer) {
        this.ticker = ticker;
        this.randomness = randomness;
        this.observer = observer;
        this.budget = new RetryBudget(ticker);
    }

    /** Is told when a budget is spent. */
    @FunctionalInterface
    public interface Observer {
        /**
         * Is told of a change.
         *
         * @param spent true at the first retry that is not made; false when none was missed for ten seconds
         */
        void budget(boolean spent);
    }

    /** Notes a request, at its first attempt. */
    public void request() {
        budget.request();
        if (spent.get()) {
            calm();
        }
    }

    /**
     * Judges a failed request, and takes the retry that it gets out of the budget. A request of which nothing was sent takes
     * none out: no endpoint has more to do for it.
     *
     * @param spec the settings
     * @param failed what is known of the request
     * @return {@link Verdict#RETRY}, or why not
     */
    public Verdict judge(RetrySpec spec, Failed failed) {
        Verdict verdict = RetryRules.judge(spec, failed);
        if (verdict == Verdict.RETRY && failed.failure().mayHaveArrived() && !take(spec)) {
            return Verdict.BUDGET;
        }
        if (verdict == Verdict.RETRY) {
            retries.increment();
        }
        return verdict;
    }

    /**
     * The wait before the retry that was just granted.
     *
     * @param spec the settings
     * @param failed what is known of the request
     * @return nanoseconds, {@code >= 0}
     */
    public long waitNanos(RetrySpec spec, Failed failed) {
        return RetryRules.waitNanos(spec, failed, randomness);
    }

    /**
     * Tells whether there is a hedge in the budget, before an endpoint is held for it; one that is not there was denied.
     *
     * @param spec the settings
     * @return whether {@link #hedge} would take one out now
     */
    public boolean hasHedge(RetrySpec spec) {
        return budget.has(spec.budget()) || denied();
    }

    /**
     * Takes a hedge out of the budget, if there is one.
     *
     * @param spec the settings
     * @return whether the hedge may be made
     */
    public boolean hedge(RetrySpec spec) {
        if (!take(spec)) {
            return false;
        }
        hedges.increment();
        return true;
    }

    /**
     * How long an attempt may take until a hedge is made.
     *
     * @param spec the settings
     * @return nanoseconds; -1 if there is to be none, or too little is known
     */
    public long hedgeNanos(RetrySpec spec) {
        HedgeSpec hedge = spec.hedge();
        if (!hedge.isOn() || spec.attempts() < 2) {
            return -1;
        }
        if (!hedge.delay().isZero()) {
            return hedge.delay().toNanos();
        }
        LatencyQuantile known = latency;
        return known == null ? -1 : known.nanos();
    }

    /**
     * Notes how long the first attempt at a request took until its answer began, or until another was faster.
     *
     * @param spec the settings
     * @param nanos {@code >= 0}
     */
    public void took(RetrySpec spec, long nanos) {
        HedgeSpec hedge = spec.hedge();
        if (!hedge.isOn() || !hedge.delay().isZero()) {
            return;
        }
        LatencyQuantile known = latency;
        if (known == null) {
            known = new LatencyQuantile(hedge.quantile()); // of two made at once one is lost, with its first time
            latency = known;
        }
        known.quantile(hedge.quantile());
        known.add(nanos);
    }

    private boolean take(RetrySpec spec) {
        return budget.take(spec.budget()) || denied();
    }

    private boolean denied() {
        deniedNanos = ticker.nanos();
        if (spent.compareAndSet(false, true)) {
            observer.budget(true);
        }
        return false;
    }

    private void calm() {
        if (ticker.nanos() - deniedNanos > CALM_NANOS && spent.compareAndSet(true, false)) {
            observer.budget(false);
        }
    }

    /**
     * What may be added to the traffic.
     *
     * @return the budget that retries and hedges share
     */
    public RetryBudget budget() {
        return budget;
    }

    /**
     * Retries granted, those of requests of which nothing was sent included.
     *
     * @return since the start
     */
    public long retries() {
        return retries.sum();
    }

    /**
     * Hedges granted.
     *
     * @return since the start
     */
    public long hedges() {
        return hedges.sum();
    }
}
