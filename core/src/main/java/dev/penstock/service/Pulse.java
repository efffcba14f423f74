package dev.penstock.service;

import dev.penstock.time.Scheduler;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One timer for all services: every 100 ms each looks whether its requests have left something to see to, by a read of one
 * field. So requests write counters only, and a thousand idle services cost ten wake-ups per second. Thread-safe.
 */
final class Pulse {
    private static final Logger LOG = LoggerFactory.getLogger(Pulse.class);
    private static final Duration BEAT = Duration.ofMillis(100);

    private final Scheduler scheduler;
    private final List<Runnable> members = new CopyOnWriteArrayList<>();
    private final Object lock = new Object();
    private Scheduler.@Nullable Timer timer;

    Pulse(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /** Calls this one at each beat from now on; it returns at once. */
    void join(Runnable member) {
        synchronized (lock) {
            members.add(member);
            if (timer == null) {
                timer = scheduler.schedule(BEAT, this::beat);
            }
        }
    }

    void leave(Runnable member) {
        synchronized (lock) {
            members.remove(member);
            if (members.isEmpty() && timer != null) {
                timer.cancel();
                timer = null;
            }
        }
    }

    private void beat() {
        for (Runnable member : members) {
            try {
                member.run();
            } catch (RejectedExecutionException e) {
                LOG.debug("service {} was not looked at: its scheduler refuses", member, e);
            }
        }
        synchronized (lock) {
            if (timer != null) {
                timer = scheduler.schedule(BEAT, this::beat);
            }
        }
    }
}
