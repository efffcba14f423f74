package dev.penstock.time;

import static java.util.Objects.requireNonNull;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks over another executor one at a time, in the order given. Thread-safe.
 *
 * <p>Each task sees what the ones before it wrote. A task given to {@link #execute} never runs in the thread that hands
 * it in, as long as the executor below keeps to that. What a task throws is logged; the next one runs. The queue has no bound of its own:
 * whoever hands in faster than tasks run conflates first, as with a flag that says "one is on its way".
 */
public final class SerialExecutor implements Executor {
    private static final Logger LOG = LoggerFactory.getLogger(SerialExecutor.class);

    private final Executor below;
    private final Object lock = new Object();
    private final ArrayDeque<Runnable> queue = new ArrayDeque<>();
    private boolean active;

    /**
     * A queue of its own over shared threads.
     *
     * @param below what runs the tasks; holds one of its threads only while there are any
     */
    public SerialExecutor(Executor below) {
        this.below = requireNonNull(below, "below");
    }

    /**
     * Appends a task.
     *
     * @param task runs after all tasks given before
     * @throws RejectedExecutionException if the executor below refuses; what waits is dropped then
     */
    @Override
    public void execute(Runnable task) {
        if (!begins(task)) {
            return;
        }
        try {
            below.execute(this::drain);
        } catch (RejectedExecutionException e) {
            synchronized (lock) {
                active = false;
                queue.clear();
            }
            throw e;
        } catch (Error e) { // no memory for a thread: what waits runs with the next task
            synchronized (lock) {
                active = false;
            }
            throw e;
        }
    }

    /**
     * Runs a task now if none is under way, else appends it. For tasks of the executor below, which spare it a hand-over.
     *
     * @param task runs after all tasks given before
     */
    public void executeHere(Runnable task) {
        if (begins(task)) {
            drain();
        }
    }

    /** Appends a task; true if the caller is to see that the queue is worked off. */
    private boolean begins(Runnable task) {
        requireNonNull(task, "task");
        synchronized (lock) {
            queue.add(task);
            boolean begins = !active;
            active = true;
            return begins;
        }
    }

    private void drain() {
        Runnable task = next();
        while (task != null) {
            try {
                task.run();
            } catch (Throwable e) {
                LOG.warn("serial task {} threw", task, e);
            }
            task = next();
        }
    }

    private @Nullable Runnable next() {
        synchronized (lock) {
            Runnable task = queue.poll();
            active = task != null;
            return task;
        }
    }
}
