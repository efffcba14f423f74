package dev.penstock.observe;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What the calls to one receiver pass, one at a time, so that none starts once it is shut. Thread-safe.
 *
 * <p>A call that has begun has been promised, but need not have entered the receiver: who shuts the gate for good waits for
 * it, see {@link #awaitCall()}.
 */
final class CallGate {
    /** How long a call under way is waited for; beyond, the receiver is blocked, not late. */
    private static final long WAIT_MILLIS = 1_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition callEnded = lock.newCondition();
    private @Nullable Thread caller;
    private boolean shut;

    /** Begins a call of the current thread; false if there is to be none. */
    boolean begin() {
        lock.lock();
        try {
            caller = shut ? null : Thread.currentThread();
            return !shut;
        } finally {
            lock.unlock();
        }
    }

    void end() {
        lock.lock();
        try {
            caller = null;
            callEnded.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean isShut() {
        lock.lock();
        try {
            return shut;
        } finally {
            lock.unlock();
        }
    }

    /** Lets no further call begin; false if it was shut before. */
    boolean shut() {
        lock.lock();
        try {
            boolean first = !shut;
            shut = true;
            return first;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the call under way, a second at most, unless the current thread is in it. */
    void awaitCall() {
        lock.lock();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(WAIT_MILLIS);
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
