package dev.penstock.observe;

import dev.penstock.time.Ticker;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The faults of one plug-in: each is counted; one in ten seconds at most is logged and told as an
 * {@link Event.PlugInFailed}. Thread-safe.
 */
public final class PlugInFaults {
    private static final Logger LOG = LoggerFactory.getLogger(PlugInFaults.class);
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final String plugIn;
    private final Ticker ticker;
    private final Observer observer;
    private final LongAdder count = new LongAdder();
    private final AtomicLong nextNanos;

    /**
     * No fault yet.
     *
     * @param plugIn its name, as in {@code balancer mine}
     * @param ticker where time comes from
     * @param observer told of what is logged; must return at once
     */
    public PlugInFaults(String plugIn, Ticker ticker, Observer observer) {
        this.plugIn = plugIn;
        this.ticker = ticker;
        this.observer = observer;
        this.nextNanos = new AtomicLong(ticker.nanos());
    }

    /**
     * Counts a fault, and reports it unless another one was reported just before.
     *
     * @param problem one sentence
     * @param cause what the plug-in threw, if it did
     */
    public void report(String problem, @Nullable Throwable cause) {
        count.increment();
        long now = ticker.nanos();
        long next = nextNanos.get();
        if (now - next >= 0 && nextNanos.compareAndSet(next, now + PAUSE_NANOS)) {
            LOG.warn("{}: {} ({} faults so far)", plugIn, problem, count.sum(), cause);
            observer.on(new Event.PlugInFailed(plugIn, cause == null ? problem : problem + ": " + cause));
        }
    }

    /**
     * Counts the faults.
     *
     * @return since the start
     */
    public long count() {
        return count.sum();
    }
}
