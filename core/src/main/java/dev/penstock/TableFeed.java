package dev.penstock;

import dev.penstock.catalog.Catalog;
import dev.penstock.time.SerialExecutor;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells one observer the newest table, one call at a time; one that is slow misses those between. Thread-safe. */
final class TableFeed implements Catalog.Subscription {
    private static final Logger LOG = LoggerFactory.getLogger(TableFeed.class);

    /** How long {@link #close()} waits for the call under way; beyond, the observer is blocked, not late. */
    private static final long CLOSE_WAIT_MILLIS = 1_000;

    private final Consumer<Table> observer;
    private final SerialExecutor serial;
    private final AtomicReference<@Nullable Table> newest = new AtomicReference<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition callEnded = lock.newCondition();
    private @Nullable Thread caller;
    private boolean closed;

    TableFeed(Consumer<Table> observer, Executor threads) {
        this.observer = observer;
        this.serial = new SerialExecutor(threads);
    }

    void tell(Table table) {
        if (newest.getAndSet(table) != null) {
            return; // a delivery is on its way
        }
        try {
            serial.execute(this::deliver);
        } catch (RejectedExecutionException e) {
            newest.set(null); // else no later table would be told either
            LOG.warn("observer {} of tables was not told of version {}", observer, table.version(), e);
        }
    }

    private void deliver() {
        Table table = newest.getAndSet(null);
        if (table == null || !begin()) {
            return;
        }
        try {
            observer.accept(table);
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            LOG.warn("observer {} of tables threw", observer, e);
        } finally {
            over();
        }
    }

    private boolean begin() {
        lock.lock();
        try {
            caller = closed ? null : Thread.currentThread();
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    private void over() {
        lock.lock();
        try {
            caller = null;
            callEnded.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Stops telling, without waiting for the call under way. */
    void end() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            // The call under way has been promised to the observer, but need not have entered it.
            long left = TimeUnit.MILLISECONDS.toNanos(CLOSE_WAIT_MILLIS);
            while (caller != null && caller != Thread.currentThread() && left > 0) {
                left = callEnded.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }
}
