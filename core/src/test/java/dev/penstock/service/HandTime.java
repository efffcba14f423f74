package dev.penstock.service;

import dev.penstock.time.Scheduler;
import dev.penstock.time.Ticker;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A clock and scheduler moved by the test's thread, which runs every task as well. Confined to that thread. */
public final class HandTime implements Ticker, Scheduler {
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final List<Due> timers = new ArrayList<>();
    private long nanos;
    private boolean running;

    public HandTime() {}

    private record Due(long atNanos, Runnable task) {}

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        if (!running) {
            running = true;
            while (!tasks.isEmpty()) {
                tasks.remove().run();
            }
            running = false;
        }
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        var due = new Due(nanos + delay.toNanos(), task);
        timers.add(due);
        return () -> timers.remove(due);
    }

    public void advance(Duration by) {
        long end = nanos + by.toNanos();
        while (true) {
            var next = timers.stream().filter(due -> due.atNanos() <= end).min(Comparator.comparingLong(Due::atNanos));
            if (next.isEmpty()) {
                nanos = end;
                return;
            }
            timers.remove(next.get());
            nanos = Math.max(nanos, next.get().atNanos());
            execute(next.get().task());
        }
    }
}
