package dev.penstock.observe;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One subscription to a value that changes: takes the newest to its observer, one call at a time. Thread-safe.
 *
 * <p>At most one task of it waits or runs in the executor; values that come in meanwhile are conflated because the task
 * reads the newest when it gets its turn. What the observer throws is logged.
 *
 * @param <T> the kind of the value; told apart by identity
 */
public final class Feed<T> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Feed.class);

    /** How long {@link #close()} waits for the call under way; beyond, the observer is blocked, not late. */
    private static final long CLOSE_WAIT_MILLIS = 1_000;

    private final Supplier<? extends @Nullable T> newest;
    private final Consumer<? super T> observer;
    private final Executor executor;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition callEnded = lock.newCondition();
    private @Nullable T told;
    private @Nullable Thread caller;
    private boolean scheduled;
    private boolean ended;

    /**
     * A subscription that has told nothing.
     *
     * @param newest the value now; null if there is nothing to tell; returns at once
     * @param observer told on the executor
     * @param executor runs the calls
     */
    public Feed(Supplier<? extends @Nullable T> newest, Consumer<? super T> observer, Executor executor) {
        this.newest = requireNonNull(newest, "newest");
        this.observer = requireNonNull(observer, "observer");
        this.executor = requireNonNull(executor, "executor");
    }

    /** Says that there may be a value that the observer does not know. Returns at once. */
    public void offer() {
        lock.lock();
        try {
            if (ended || scheduled || !news()) {
                return;
            }
            scheduled = true;
        } finally {
            lock.unlock();
        }
        submit();
    }

    private boolean news() {
        T value = newest.get();
        return value != null && value != told;
    }

    private void submit() {
        try {
            executor.execute(this::deliver);
        } catch (RejectedExecutionException e) {
            LOG.debug("observer {} was not told: the executor refuses", observer, e);
            lock.lock();
            try {
                scheduled = false; // else no later value would be told either
            } finally {
                lock.unlock();
            }
        }
    }

    private void deliver() {
        T value = newest.get();
        if (value == null || !begin(value)) {
            return;
        }
        try {
            observer.accept(value);
        } catch (Throwable e) {
            LOG.warn("observer {} threw", observer, e);
        }
        if (over()) {
            submit();
        }
    }

    private boolean begin(T value) {
        lock.lock();
        try {
            if (!ended) {
                told = value;
                caller = Thread.currentThread();
            }
            return !ended;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the call; says whether there is something to tell already. */
    private boolean over() {
        lock.lock();
        try {
            caller = null;
            callEnded.signalAll();
            scheduled = !ended && news();
            return scheduled;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Tells whether it was stopped.
     *
     * @return true from the first {@link #end()} or {@link #close()} on
     */
    public boolean isEnded() {
        lock.lock();
        try {
            return ended;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Stops telling, without waiting for the call under way.
     *
     * @return false if it was stopped before
     */
    public boolean end() {
        lock.lock();
        try {
            boolean first = !ended;
            ended = true;
            return first;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Stops telling: no call to the observer starts afterwards. A call under way is waited for, a second at most, unless it
     * is the one that closes.
     */
    @Override
    public void close() {
        lock.lock();
        try {
            ended = true;
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
