package dev.penstock.proxy;

import dev.penstock.time.Scheduler;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * One thread of its own, which times itself: while records keep coming it is woken once for all that came since, and by
 * nobody else. It is started with the first of them. Thread-safe.
 */
final class RecordThread implements Scheduler, AutoCloseable {
    private final ScheduledThreadPoolExecutor thread =
            new ScheduledThreadPoolExecutor(1, RecordThread::daemon, (task, closed) -> {});

    private static Thread daemon(Runnable task) {
        var made = new Thread(task, "penstock-records");
        made.setDaemon(true);
        return made;
    }

    @Override
    public void execute(Runnable task) {
        thread.execute(task);
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        ScheduledFuture<?> timer = thread.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> timer.cancel(false);
    }

    /** Ends it; tasks that come later are dropped. */
    @Override
    public void close() {
        thread.shutdownNow();
    }
}
