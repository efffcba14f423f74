package dev.penstock.proxy;

import dev.penstock.time.Scheduler;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries records from the event loops to the observers, on another thread; the loops never wait. Thread-safe, lock-free.
 *
 * <p>They are told by the hundred: to wake a thread costs more than all else that is done for one. So that thread is woken
 * some time after the first record, or as soon as many wait.
 *
 * <p>What no endpoint was given anything of waits by itself and is told in turn with the rest: whoever is refused has no work
 * with it, and can be so often that nothing else would find room.
 */
final class ExchangeRecords {
    /** The most records that wait, of exchanges that endpoints had a part in and of the others. */
    static final int MAX_WAITING = 8_192;

    /** So many wake the other thread at once; by the time it runs there is still room. */
    static final int MANY_WAITING = MAX_WAITING / 8;

    /** So long a record waits for others to be told with it. */
    static final Duration DELAY = Duration.ofMillis(10);

    private static final Logger LOG = LoggerFactory.getLogger(ExchangeRecords.class);

    private final List<ExchangeObserver> observers;
    private final Scheduler scheduler;
    private final RecordQueue given = new RecordQueue(MAX_WAITING);
    private final RecordQueue others = new RecordQueue(MAX_WAITING);
    private final AtomicReference<Delivery> delivery = new AtomicReference<>(Delivery.NONE);
    private final AtomicLong dropped = new AtomicLong();
    private final FaultLog faults = new FaultLog(LOG);
    private final AtomicBoolean overflowing = new AtomicBoolean();
    private volatile @Nullable CountDownLatch finished;

    /** What is to be done about records that wait. */
    private enum Delivery {
        /** Nothing: none waits, or somebody who offered one is about to see to it. */
        NONE,
        /** They are told once the delay is over. */
        LATER,
        /** They are being told, or a thread is to begin with it. */
        NOW
    }

    ExchangeRecords(List<ExchangeObserver> observers, Scheduler scheduler) {
        this.observers = List.copyOf(observers);
        this.scheduler = scheduler;
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
        deliverNow();
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
        if (queue.size() >= MANY_WAITING) {
            deliverNow();
        } else {
            deliverLater();
        }
    }

    private void deliverLater() {
        if (delivery.get() == Delivery.NONE && delivery.compareAndSet(Delivery.NONE, Delivery.LATER)) {
            begin(Delivery.LATER, () -> scheduler.schedule(DELAY, this::delayIsOver));
        }
    }

    /** Also of a delay whose records are told already since many had come; then those that have come since are told early. */
    private void delayIsOver() {
        if (delivery.compareAndSet(Delivery.LATER, Delivery.NOW)) {
            deliver();
        }
    }

    private void deliverNow() {
        if (delivery.get() != Delivery.NOW && delivery.getAndSet(Delivery.NOW) != Delivery.NOW) {
            begin(Delivery.NOW, () -> scheduler.execute(this::deliver));
        }
    }

    private void begin(Delivery how, Runnable handOver) {
        try {
            handOver.run();
        } catch (RuntimeException | Error e) { // as for want of memory: the next record tries again
            delivery.compareAndSet(how, Delivery.NONE);
            throw e;
        }
    }

    private void deliver() {
        boolean some = true;
        try {
            some = tellAll();
        } finally {
            delivery.set(Delivery.NONE);
            afterwards(some);
        }
    }

    /** Tells whether there were any. */
    private boolean tellAll() {
        boolean some = tellNext();
        if (!some) {
            return false;
        }
        while (some) {
            some = tellNext();
        }
        for (ExchangeObserver observer : observers) {
            tell(observer, ExchangeObserver::caughtUp);
        }
        if (overflowing.compareAndSet(true, false)) {
            LOG.info("observers of exchanges have caught up; {} records were dropped in all", dropped);
        }
        return true;
    }

    /** The oldest of each kind: each has its turn. */
    private boolean tellNext() {
        boolean ofGiven = tellNext(given);
        boolean ofOthers = tellNext(others);
        return ofGiven || ofOthers;
    }

    /** Sees to records that came between the last look and the end; where some came, more may: no loop has to tell of them. */
    private void afterwards(boolean some) {
        CountDownLatch told = finished;
        boolean allTold = given.isEmpty() && others.isEmpty();
        if (told == null && (some || !allTold)) {
            deliverLater();
        } else if (!allTold) {
            deliverNow();
        } else if (told != null && delivery.get() == Delivery.NONE) { // else who tells the last ones says so
            told.countDown();
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
        } catch (Throwable e) { // what it throws is its own, and the others are told all the same
            faults.note("observer " + observer.getClass().getName(), e);
        }
    }
}
