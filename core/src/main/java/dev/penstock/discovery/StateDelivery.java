package dev.penstock.discovery;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One watch: takes the newest state of its publisher to its observer, one call at a time. Thread-safe.
 *
 * <p>At most one task of it waits or runs in the executor; states that come in meanwhile are conflated because the task
 * reads the newest when it gets its turn.
 */
final class StateDelivery implements Watch {
    private static final Logger LOG = LoggerFactory.getLogger(StateDelivery.class);

    /** How long {@link #close()} waits for the call under way; beyond, the observer is blocked, not late. */
    private static final long CLOSE_WAIT_MILLIS = 1_000;

    private final StatePublisher publisher;
    private final Executor executor;
    private final Consumer<ServiceState> observer;
    private final Runnable closing;
    private final CompletableFuture<ServiceState> first = new CompletableFuture<>();
    private final CompletionStage<ServiceState> firstAnswer = first.minimalCompletionStage();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition callEnded = lock.newCondition();
    private @Nullable ServiceState told;
    private @Nullable Thread caller;
    private boolean scheduled;
    private boolean ended;

    StateDelivery(StatePublisher publisher, Executor executor, Consumer<ServiceState> observer, Runnable closing) {
        this.publisher = publisher;
        this.executor = executor;
        this.observer = observer;
        this.closing = closing;
    }

    @Override
    public ServiceState current() {
        return publisher.current();
    }

    @Override
    public CompletionStage<ServiceState> firstAnswer() {
        return firstAnswer;
    }

    @Override
    public List<String> skipped() {
        return publisher.skipped();
    }

    /** Says that the publisher may have a state that the observer does not know. */
    void offer() {
        lock.lock();
        try {
            if (ended || scheduled || !news(publisher.current())) {
                return;
            }
            scheduled = true;
        } finally {
            lock.unlock();
        }
        submit();
    }

    private boolean news(ServiceState state) {
        return state != told && !(state instanceof ServiceState.Pending);
    }

    private void submit() {
        try {
            executor.execute(this::deliver);
        } catch (RejectedExecutionException e) {
            LOG.debug("a state was not delivered: the executor is closed", e);
            lock.lock();
            try {
                scheduled = false;
            } finally {
                lock.unlock();
            }
        }
    }

    private void deliver() {
        ServiceState state = publisher.current();
        lock.lock();
        try {
            if (ended) {
                return;
            }
            told = state;
            caller = Thread.currentThread();
        } finally {
            lock.unlock();
        }
        try {
            first.complete(state);
            observer.accept(state);
        } catch (Throwable e) {
            LOG.warn("observer {} threw at {}", observer, state.getClass().getSimpleName(), e);
        }
        if (over()) {
            submit();
        }
    }

    /** Ends the call; says whether there is something to tell already. */
    private boolean over() {
        lock.lock();
        try {
            caller = null;
            callEnded.signalAll();
            scheduled = !ended && news(publisher.current());
            return scheduled;
        } finally {
            lock.unlock();
        }
    }

    /** Stops telling, without waiting; false if it was stopped before. */
    boolean end() {
        lock.lock();
        try {
            if (ended) {
                return false;
            }
            ended = true;
        } finally {
            lock.unlock();
        }
        publisher.forget(this);
        first.complete(publisher.current());
        return true;
    }

    @Override
    public void close() {
        if (end()) {
            closing.run();
        }
        awaitCall();
    }

    /** The call under way has been promised to the observer, but need not have entered it: wait, but not for ever. */
    private void awaitCall() {
        lock.lock();
        try {
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
