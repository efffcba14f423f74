package dev.penstock.discovery.consul;

import dev.penstock.discovery.DiscoveryContext;
import java.time.Duration;

/** Runs a task soon after it was asked for, but not more often than its period. Thread-safe. */
final class Sweeps {
    private final DiscoveryContext context;
    private final long periodNanos;
    private final Runnable task;
    private final Object lock = new Object();
    private boolean due;
    private boolean ran;
    private long lastNanos;

    Sweeps(Duration period, Runnable task, DiscoveryContext context) {
        periodNanos = period.toNanos();
        this.task = task;
        this.context = context;
    }

    void ask() {
        long wait;
        synchronized (lock) {
            if (due) {
                return;
            }
            due = true;
            long since = context.ticker().nanos() - lastNanos;
            wait = ran ? Math.max(0, periodNanos - since) : 0;
        }
        context.scheduler().schedule(Duration.ofNanos(wait), this::run);
    }

    private void run() {
        synchronized (lock) {
            due = false;
            ran = true;
            lastNanos = context.ticker().nanos();
        }
        task.run();
    }
}
