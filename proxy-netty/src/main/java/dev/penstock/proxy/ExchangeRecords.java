package dev.penstock.proxy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries records from the event loops to the observers, on another thread; the loops never wait. Thread-safe, lock-free.
 *
 * <p>What no endpoint was given anything of waits by itself and is told in turn with the rest: whoever is refused has no work
 * with it, and can be so often that nothing else would find room.
 */
final class ExchangeRecords {
    /** The most records that wait, of exchanges that endpoints had a part in and of the others. */
    static final int MAX_WAITING = 8_192;

    private static final Logger LOG = LoggerFactory.getLogger(ExchangeRecords.class);

    private final List<ExchangeObserver> observers;
    private final Executor executor;
    private final RecordQueue given = new RecordQueue(MAX_WAITING);
    private final RecordQueue others = new RecordQueue(MAX_WAITING);
    private final AtomicBoolean delivering = new AtomicBoolean();
    private final AtomicLong dropped = new AtomicLong();
    private final FaultLog faults = new FaultLog(LOG);
    private final AtomicBoolean overflowing = new AtomicBoolean();
    private volatile @Nullable CountDownLatch finished;

    ExchangeRecords(List<ExchangeObserver> observers, Executor executor) {
        this.observers = List.copyOf(observers);
        this.executor = executor;
    }

    boolean isObserved() {
        return !observers.isEmpty();
    }

    /** Records that nobody was told of because too many waited. */
    long dropped() {
        return dropped.get();
    }

    void offer(ExchangeRecord record) {
        offer(queue(record), observer -> observer.completed(record));
    }

    void offer(RefusalRecord record) {
        offer(others, observer -> observer.refused(record));
    }

    /** Of what was passed on as it is. */
    void offerPassed(ExchangeRecord record) {
        offer(queue(record), observer -> observer.passed(record));
    }

    private RecordQueue queue(ExchangeRecord record) {
        return record.attempts() > 0 ? given : others;
    }

    /** Has what waits told before observers are left alone, unless they are too slow for it. No more is to be offered. */
    void finish(Duration limit) {
        if (observers.isEmpty()) {
            return;
        }
        var told = new CountDownLatch(1);
        finished = told;
        deliverSoon();
        try {
            if (!told.await(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                LOG.warn(
                        "observers of exchanges are too slow: {} records are not told, at the end",
                        given.size() + others.size());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (ExchangeObserver observer : observers) {
            tell(observer, ExchangeObserver::closed);
        }
    }

    private void offer(RecordQueue queue, Consumer<ExchangeObserver> record) {
        if (!queue.offer(record)) {
            dropped.incrementAndGet();
            if (overflowing.compareAndSet(false, true)) {
                LOG.warn("observers of exchanges are too slow: {} records wait, further ones are dropped", MAX_WAITING);
            }
            return;
        }
        deliverSoon();
    }

    private void deliverSoon() {
        if (delivering.compareAndSet(false, true)) {
            executor.execute(this::deliver);
        }
    }

    private void deliver() {
        boolean some = true;
        while (some) {
            boolean ofGiven = tellNext(given); // each has its turn
            boolean ofOthers = tellNext(others);
            some = ofGiven || ofOthers;
        }
        for (ExchangeObserver observer : observers) {
            tell(observer, ExchangeObserver::caughtUp);
        }
        if (overflowing.compareAndSet(true, false)) {
            LOG.info("observers of exchanges have caught up; {} records were dropped in all", dropped);
        }
        delivering.set(false);
        if (!given.isEmpty() || !others.isEmpty()) {
            deliverSoon(); // one that came between the last look and the line above
        } else {
            CountDownLatch told = finished;
            if (told != null) {
                told.countDown();
            }
        }
    }

    private boolean tellNext(RecordQueue queue) {
        Consumer<ExchangeObserver> record = queue.poll();
        if (record == null) {
            return false;
        }
        for (ExchangeObserver observer : observers) {
            tell(observer, record);
        }
        return true;
    }

    private void tell(ExchangeObserver observer, Consumer<ExchangeObserver> record) {
        try {
            record.accept(observer);
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            faults.note("observer " + observer.getClass().getName(), e);
        }
    }
}
