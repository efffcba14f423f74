package dev.penstock.simulator;

import static java.util.Objects.requireNonNull;

import dev.penstock.time.Scheduler;
import dev.penstock.time.Ticker;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * The clock of a simulation: it stands still while something happens and then jumps to what happens next. Confined to the
 * thread that runs the simulation.
 *
 * <p>What is due at one moment happens in the order in which it was asked for, so that a run can be repeated exactly. Cost:
 * O(log n) per event, by a heap of four children a node in flat arrays.
 */
final class VirtualTime implements Ticker, Scheduler {
    private static final int CHILDREN = 4;

    private long nanos;
    private long asked;
    private long happened;

    private long[] at = new long[1 << 10];
    private long[] order = new long[1 << 10];
    private Runnable[] what = new Runnable[1 << 10];
    private int size;

    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private boolean running;

    @Override
    public long nanos() {
        return nanos;
    }

    /** Events so far. */
    long happened() {
        return happened;
    }

    /** Has something happen after a delay. */
    void after(long delayNanos, Runnable event) {
        if (size == at.length) {
            at = Arrays.copyOf(at, 2 * size);
            order = Arrays.copyOf(order, 2 * size);
            what = Arrays.copyOf(what, 2 * size);
        }
        rise(size++, nanos + delayNanos, asked++, event);
    }

    /** Lets everything happen that is due until a moment, which is the time afterwards. */
    void runUntil(long endNanos) {
        while (size > 0 && at[0] <= endNanos) {
            nanos = at[0];
            Runnable event = what[0];
            removeFirst();
            happened++;
            event.run();
        }
        nanos = Math.max(nanos, endNanos);
    }

    /** At once, in the caller's thread; what a task asks for comes right after it. */
    @Override
    public void execute(Runnable task) {
        tasks.add(requireNonNull(task, "task"));
        if (running) {
            return;
        }
        running = true;
        try {
            for (Runnable next = tasks.poll(); next != null; next = tasks.poll()) {
                next.run();
            }
        } finally {
            running = false;
        }
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        var timer = new Cancellable(requireNonNull(task, "task"));
        after(delay.toNanos(), timer);
        return timer;
    }

    private void removeFirst() {
        size--;
        long lastAt = at[size];
        long lastOrder = order[size];
        Runnable last = what[size];
        int hole = 0;
        for (int child = leastChild(0); child > 0 && before(child, lastAt, lastOrder); child = leastChild(hole)) {
            put(hole, at[child], order[child], what[child]);
            hole = child;
        }
        put(hole, lastAt, lastOrder, last);
        what[size] = VirtualTime::done; // lets go of the last one
    }

    private static void done() {}

    private void rise(int from, long atNanos, long number, Runnable event) {
        int hole = from;
        while (hole > 0) {
            int parent = (hole - 1) / CHILDREN;
            if (before(parent, atNanos, number)) {
                break;
            }
            put(hole, at[parent], order[parent], what[parent]);
            hole = parent;
        }
        put(hole, atNanos, number, event);
    }

    private boolean before(int index, long atNanos, long number) {
        return at[index] < atNanos || (at[index] == atNanos && order[index] < number);
    }

    private int leastChild(int parent) {
        int first = parent * CHILDREN + 1;
        if (first >= size) {
            return -1;
        }
        int least = first;
        for (int child = first + 1; child < Math.min(first + CHILDREN, size); child++) {
            if (before(child, at[least], order[least])) {
                least = child;
            }
        }
        return least;
    }

    private void put(int index, long atNanos, long number, Runnable event) {
        at[index] = atNanos;
        order[index] = number;
        what[index] = event;
    }

    private static final class Cancellable implements Runnable, Timer {
        private final Runnable task;
        private boolean cancelled;

        Cancellable(Runnable task) {
            this.task = task;
        }

        @Override
        public void run() {
            if (!cancelled) {
                task.run();
            }
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }
}
