package dev.penstock.shadow;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What one rule gives one endpoint: its picks, and how long they held it. Thread-safe, without locks and allocation. */
final class Book {
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final LongAdder picks = new LongAdder();
    private final LongAdder heldNanos = new LongAdder();

    void begin() {
        picks.increment();
        int now = inFlight.incrementAndGet();
        if (now > most.get()) {
            most.accumulateAndGet(now, Math::max);
        }
    }

    void end(long nanos) {
        inFlight.decrementAndGet();
        heldNanos.add(nanos);
    }

    int inFlight() {
        return inFlight.get();
    }

    long picks() {
        return picks.sum();
    }

    /** By Little's law: the requests in flight in the mean are the time that they took by the time that passed. */
    ShadowReport.Side side(long watchedNanos) {
        double mean = watchedNanos <= 0 ? 0 : (double) heldNanos.sum() / watchedNanos;
        return new ShadowReport.Side(picks.sum(), inFlight.get(), most.get(), mean);
    }
}
