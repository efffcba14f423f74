package dev.penstock.testkit;

import static java.util.Objects.requireNonNull;

import dev.penstock.time.Scheduler;
import dev.penstock.time.Ticker;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * A clock and a scheduler that a test moves by hand. Thread-safe; tasks run on the thread that moves it.
 *
 * <p>Timers of one moment run in the order in which they were set; tasks given to {@link #execute(Runnable)} run
 * before the clock moves on. What a task throws is kept in {@link #failures()} and goes no further, as with every
 * {@link Scheduler}.
 */
public final class ManualTime implements Ticker, Scheduler {
    private static final int MAX_TASKS_PER_MOMENT = 1_000_000;

    private final boolean eager;
    private final Object lock = new Object();
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final PriorityQueue<Due> timers = new PriorityQueue<>(
            Comparator.comparingLong((Due due) -> due.atNanos).thenComparingLong(due -> due.sequence));
    private final List<Throwable> failures = new ArrayList<>();
    private long nanos;
    private long sequence;
    private boolean draining;

    private ManualTime(boolean eager) {
        this.eager = eager;
    }

    /** Stands at 0; tasks wait for {@link #advance(Duration)} or {@link #runPending()}. */
    public ManualTime() {
        this(false);
    }

    /**
     * A manual time whose {@link #execute(Runnable)} runs the task at once, in the calling thread; a task given by a
     * task runs right after it. Timers wait for {@link #advance(Duration)} as ever.
     *
     * @return standing at 0
     */
    public static ManualTime eager() {
        return new ManualTime(true);
    }

    @Override
    public long nanos() {
        synchronized (lock) {
            return nanos;
        }
    }

    @Override
    public void execute(Runnable task) {
        requireNonNull(task, "task");
        synchronized (lock) {
            tasks.add(task);
        }
        if (eager) {
            runPending();
        }
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        requireNonNull(task, "task");
        if (delay.isNegative()) {
            throw new IllegalArgumentException("delay: " + delay + " (expected: 0 or more)");
        }
        synchronized (lock) {
            var due = new Due(nanos + delay.toNanos(), sequence++, task);
            timers.add(due);
            return () -> {
                synchronized (lock) {
                    timers.remove(due);
                }
            };
        }
    }

    /** Runs the tasks that wait, and those they give, without moving the clock. */
    public void runPending() {
        synchronized (lock) {
            if (draining) {
                return; // called from a task: the run under way gets to the rest
            }
            draining = true;
        }
        int count = 0;
        for (Runnable task = next(); task != null; task = next()) {
            run(task);
            if (++count > MAX_TASKS_PER_MOMENT) {
                throw new IllegalStateException("tasks at one moment: " + count + " (expected: an end to them)");
            }
        }
    }

    private @Nullable Runnable next() {
        synchronized (lock) {
            Runnable task = tasks.poll();
            draining = task != null;
            return task;
        }
    }

    /**
     * Moves the clock, stopping at each timer on the way to run what is due then.
     *
     * @param step how far, {@code >= 0}
     */
    public void advance(Duration step) {
        long end;
        synchronized (lock) {
            end = nanos + step.toNanos();
        }
        runPending();
        for (Due due = due(end); due != null; due = due(end)) {
            run(due.task);
            runPending();
        }
        synchronized (lock) {
            nanos = end;
        }
    }

    private @Nullable Due due(long end) {
        synchronized (lock) {
            Due first = timers.peek();
            if (first == null || first.atNanos > end) {
                return null;
            }
            timers.poll();
            nanos = Math.max(nanos, first.atNanos);
            return first;
        }
    }

    /**
     * How long until the next timer is due.
     *
     * @return empty if none is set
     */
    public Optional<Duration> untilNextTimer() {
        synchronized (lock) {
            return Optional.ofNullable(timers.peek()).map(due -> Duration.ofNanos(due.atNanos - nanos));
        }
    }

    /**
     * Counts the timers that are set.
     *
     * @return {@code >= 0}
     */
    public int timers() {
        synchronized (lock) {
            return timers.size();
        }
    }

    /**
     * What tasks threw.
     *
     * @return in the order thrown
     */
    public List<Throwable> failures() {
        synchronized (lock) {
            return List.copyOf(failures);
        }
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            synchronized (lock) {
                failures.add(e);
            }
        }
    }

    /** A task and its moment; compared by identity. */
    private static final class Due {
        private final long atNanos;
        private final long sequence;
        private final Runnable task;

        private Due(long atNanos, long sequence, Runnable task) {
            this.atNanos = atNanos;
            this.sequence = sequence;
            this.task = task;
        }
    }
}
