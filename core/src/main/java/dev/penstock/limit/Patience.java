package dev.penstock.limit;

import dev.penstock.time.Scheduler;
import dev.penstock.time.Ticker;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

/**
 * Sends those away who have waited in a line as long as anybody may. The first has waited longest: one timer does for all.
 * Thread-safe.
 */
final class Patience {
    /** How far ahead is looked at most: who waits goes by a shorter time after this. */
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Line line;
    private final Predicate<Place> cancel;
    private final Ticker ticker;
    private final Scheduler scheduler;
    private final AtomicBoolean watched = new AtomicBoolean();
    private volatile long mostNanos;

    /** The given test takes one out of the line for good; false if it is on its way in. */
    Patience(Line line, Predicate<Place> cancel, Ticker ticker, Scheduler scheduler) {
        this.line = line;
        this.cancel = cancel;
        this.ticker = ticker;
        this.scheduler = scheduler;
    }

    /** Sets how long anybody may wait. */
    void set(long nanos) {
        mostNanos = nanos;
    }

    /** Somebody has lined up. */
    void watch(Place place) {
        if (watched.compareAndSet(false, true)) {
            later(leftNanos(place));
        }
    }

    private long leftNanos(Place place) {
        return place.sinceNanos + mostNanos - ticker.nanos();
    }

    private void later(long nanos) {
        try {
            scheduler.schedule(Duration.ofNanos(Math.max(0, Math.min(nanos, LOOK_NANOS))), this::sendAway);
        } catch (RejectedExecutionException e) {
            watched.set(false); // all is about to end; who waits is let in then, and told
        }
    }

    private void sendAway() {
        while (true) {
            Place first = line.first();
            if (first == null) {
                watched.set(false);
                if (line.isEmpty() || !watched.compareAndSet(false, true)) {
                    return;
                }
                continue;
            }
            long left = leftNanos(first);
            if (left > 0) {
                later(left);
                return;
            }
            if (cancel.test(first)) {
                first.waiter.sentAway(false);
            } else if (line.holds(first)) {
                later(Shedding.INTERVAL_NANOS); // it is on its way in
                return;
            }
        }
    }
}
