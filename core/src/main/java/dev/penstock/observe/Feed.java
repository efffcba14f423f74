package dev.penstock.observe;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
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

    private final Supplier<? extends @Nullable T> newest;
    private final Consumer<? super T> observer;
    private final Executor executor;

    private final CallGate gate = new CallGate();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private volatile @Nullable T told; // written by one task after the other

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
        if (news() && scheduled.compareAndSet(false, true)) {
            submit();
        }
    }

    private boolean news() {
        T value = newest.get();
        return value != null && value != told && !gate.isShut();
    }

    private void submit() {
        try {
            executor.execute(this::deliver);
        } catch (RejectedExecutionException e) {
            LOG.debug("observer {} was not told: the executor refuses", observer, e);
            scheduled.set(false); // else no later value would be told either
        } catch (RuntimeException | Error e) { // as where the system gives no further thread
            scheduled.set(false);
            throw e;
        }
    }

    private void deliver() {
        T value = newest.get();
        if (value != null && value != told && gate.begin()) {
            told = value;
            try {
                observer.accept(value);
            } catch (Throwable e) {
                LOG.warn("observer {} threw", observer, e);
            } finally {
                gate.end();
            }
        }
        scheduled.set(false);
        offer(); // what came in meanwhile
    }

    /**
     * Tells whether it was stopped.
     *
     * @return true from the first {@link #end()} or {@link #close()} on
     */
    public boolean isEnded() {
        return gate.isShut();
    }

    /**
     * Stops telling, without waiting for the call under way.
     *
     * @return false if it was stopped before
     */
    public boolean end() {
        return gate.shut();
    }

    /**
     * Stops telling: no call to the observer starts afterwards. A call under way is waited for, a second at most, unless it
     * is the one that closes.
     */
    @Override
    public void close() {
        gate.shut();
        gate.awaitCall();
    }
}
