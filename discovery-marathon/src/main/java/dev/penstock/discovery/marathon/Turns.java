package dev.penstock.discovery.marathon;

import dev.penstock.time.Scheduler;
import dev.penstock.time.SerialExecutor;
import java.util.concurrent.RejectedExecutionException;

/** Runs tasks one after the other until it is closed. Thread-safe. */
final class Turns {
    private final SerialExecutor serial;
    private volatile boolean closed;

    Turns(Scheduler scheduler) {
        serial = new SerialExecutor(scheduler);
    }

    /** Runs a task after all others, or not at all. */
    void run(Runnable task) {
        if (!closed) {
            try {
                serial.execute(task);
            } catch (RejectedExecutionException e) {
                closed = true; // the threads are gone: nobody listens
            }
        }
    }

    boolean isClosed() {
        return closed;
    }

    /** Takes no more tasks; those that wait still run. */
    void close() {
        closed = true;
    }
}
