package dev.penstock.time;

import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * Runs control-path work, now or later, on threads of its own. Thread-safe.
 *
 * <p>Tasks may block: one that does delays no other. What a task throws is logged and goes no further.
 */
public interface Scheduler extends Executor {
    /**
     * Runs a task as soon as a thread is free.
     *
     * @param task what to run
     */
    @Override
    void execute(Runnable task);

    /**
     * Runs a task once after a delay.
     *
     * @param delay {@code >= 0}
     * @param task what to run
     * @return the way to call it off
     */
    Timer schedule(Duration delay, Runnable task);

    /** A task that is to run later. */
    @FunctionalInterface
    interface Timer {
        /** Calls the task off; does nothing if it has started already. */
        void cancel();
    }
}
