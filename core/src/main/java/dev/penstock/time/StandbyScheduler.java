package dev.penstock.time;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A scheduler of somebody else with another that stands by for what it refuses, as when its executor was shut down or
 * its queue is full. It never refuses itself. Thread-safe.
 *
 * <p>When a task is refused, those that wait go to the standby too, since whoever shuts an executor down may have dropped
 * them; each runs once, whoever gets to it first. A timer then begins anew, so that it may be late.
 */
public final class StandbyScheduler implements Scheduler {
    private static final Logger LOG = LoggerFactory.getLogger(StandbyScheduler.class);

    private final Scheduler given;
    private final Scheduler standby;
    private final Set<Once> waiting = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean told = new AtomicBoolean();

    /**
     * A scheduler over two.
     *
     * @param given asked first, each time
     * @param standby never refuses
     */
    public StandbyScheduler(Scheduler given, Scheduler standby) {
        this.given = requireNonNull(given, "given");
        this.standby = requireNonNull(standby, "standby");
    }

    @Override
    public void execute(Runnable task) {
        var once = new Once(task, Duration.ZERO);
        waiting.add(once);
        try {
            given.execute(once);
        } catch (RuntimeException e) {
            refused(e);
        }
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        var once = new Once(task, delay);
        waiting.add(once);
        try {
            Timer timer = given.schedule(delay, once);
            return () -> {
                once.take();
                timer.cancel();
            };
        } catch (RuntimeException e) {
            refused(e);
            return once::take;
        }
    }

    private void refused(RuntimeException refusal) {
        if (told.compareAndSet(false, true)) {
            LOG.warn("scheduler {} refuses tasks; threads of its own run them for it", given, refusal);
        }
        for (Once once : List.copyOf(waiting)) {
            if (waiting.remove(once)) {
                once.standBy();
            }
        }
    }

    /** A task that two schedulers may try to run and one does. */
    private final class Once implements Runnable {
        private final Runnable task;
        private final Duration delay;
        private final AtomicBoolean taken = new AtomicBoolean();

        private Once(Runnable task, Duration delay) {
            this.task = requireNonNull(task, "task");
            this.delay = requireNonNull(delay, "delay");
        }

        private boolean take() {
            waiting.remove(this);
            return taken.compareAndSet(false, true);
        }

        private void standBy() {
            if (delay.isZero()) {
                standby.execute(this);
            } else {
                standby.schedule(delay, this);
            }
        }

        @Override
        public void run() {
            if (take()) {
                task.run();
            }
        }
    }
}
