package dev.penstock.time;

import static java.util.Objects.requireNonNull;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs tasks over another executor, a few at the same time; the others wait for their turn and hold no thread. Thread-safe.
 *
 * <p>They begin in the order given. The queue has no bound of its own: whoever hands in bounds what waits.
 */
public final class NarrowExecutor implements Executor {
    private final Executor below;
    private final int most;
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger running = new AtomicInteger();

    /**
     * A queue of its own over shared threads.
     *
     * @param below what runs the tasks
     * @param most tasks that run at the same time, {@code >= 1}
     */
    public NarrowExecutor(Executor below, int most) {
        if (most < 1) {
            throw new IllegalArgumentException("most: " + most + " (expected: 1 or more)");
        }
        this.below = requireNonNull(below, "below");
        this.most = most;
    }

    /**
     * Appends a task.
     *
     * @param task begins after all tasks given before
     * @throws RejectedExecutionException if the executor below refuses; the task may be left waiting then
     */
    @Override
    public void execute(Runnable task) {
        waiting.add(requireNonNull(task, "task"));
        begin();
    }

    private void begin() {
        int now = running.get();
        while (now < most && !running.compareAndSet(now, now + 1)) {
            now = running.get();
        }
        if (now >= most) {
            return;
        }
        boolean handed = false;
        try {
            below.execute(this::runOne);
            handed = true;
        } finally {
            if (!handed) {
                running.decrementAndGet();
            }
        }
    }

    /** One at a time, so that other tasks of the executor below get their turn in between. */
    private void runOne() {
        Runnable task = waiting.poll();
        try {
            if (task != null) {
                task.run();
            }
        } finally {
            running.decrementAndGet();
            if (!waiting.isEmpty()) {
                begin();
            }
        }
    }
}
