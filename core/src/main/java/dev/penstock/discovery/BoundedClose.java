package dev.penstock.discovery;

import dev.penstock.time.Scheduler;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Closes plug-ins side by side and waits for them, but not for ever. Stateless. */
public final class BoundedClose {
    private static final long START_LIMIT_MILLIS = 100;
    private static final long END_LIMIT_MILLIS = 900;

    private BoundedClose() {}

    /**
     * Runs the tasks on the scheduler and waits a second at most; those that no thread was free for run here.
     *
     * @param tasks must not throw
     * @param scheduler runs them
     * @return how many have not ended
     */
    public static long run(List<Runnable> tasks, Scheduler scheduler) {
        var ended = new CountDownLatch(tasks.size());
        List<Runnable> once =
                tasks.stream().<Runnable>map(task -> new Once(task, ended)).toList();
        once.forEach(scheduler::execute);
        if (!await(ended, START_LIMIT_MILLIS)) {
            once.forEach(Runnable::run);
            await(ended, END_LIMIT_MILLIS);
        }
        return ended.getCount();
    }

    private static boolean await(CountDownLatch latch, long millis) {
        try {
            return latch.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** A task that two threads may try to run and one does. */
    private record Once(Runnable task, CountDownLatch ended, AtomicBoolean taken) implements Runnable {
        private Once(Runnable task, CountDownLatch ended) {
            this(task, ended, new AtomicBoolean());
        }

        @Override
        public void run() {
            if (taken.compareAndSet(false, true)) {
                try {
                    task.run();
                } finally {
                    ended.countDown();
                }
            }
        }
    }
}
