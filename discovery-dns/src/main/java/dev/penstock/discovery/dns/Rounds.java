package dev.penstock.discovery.dns;

import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.time.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Looks again for what is due: all names of one moment in one go, on the wire's own thread. Thread-safe.
 *
 * <p>So that a thousand unchanged answers a second are handed from thread to thread once for each beat, not several times
 * for each name.
 */
final class Rounds implements AutoCloseable {
    private static final Scheduler.Timer NONE = () -> {};

    private final Servers servers;
    private final Wire wire;
    private final DiscoveryContext context;
    private final Object lock = new Object();
    private final NavigableMap<Long, List<Recheck>> waiting =
            new TreeMap<>((a, b) -> Long.signum(a - b)); // those of one beat are due at once
    private List<Recheck> beat =
            new ArrayList<>(); // where the last one was added; empty ones are not among those waiting
    private Scheduler.Timer timer = NONE;
    private boolean armed;
    private long armedNanos;
    private boolean closed;

    Rounds(Servers servers, Wire wire, DiscoveryContext context) {
        this.servers = servers;
        this.wire = wire;
        this.context = context;
    }

    /** Has it look at that time. */
    void add(Recheck recheck, long dueNanos) {
        synchronized (lock) {
            recheck.setDue(dueNanos);
            if (beat.isEmpty() || beat.get(0).dueNanos() != dueNanos) {
                beat = waiting.computeIfAbsent(dueNanos, key -> new ArrayList<>());
            }
            beat.add(recheck);
            arm();
        }
    }

    void remove(Recheck recheck) {
        synchronized (lock) {
            List<Recheck> due = waiting.get(recheck.dueNanos());
            if (due != null && due.remove(recheck) && due.isEmpty()) {
                waiting.remove(recheck.dueNanos());
            }
        }
    }

    private void arm() {
        if (waiting.isEmpty() || closed) {
            return;
        }
        long due = waiting.firstKey();
        if (!armed || due - armedNanos < 0) {
            timer.cancel();
            armed = true;
            armedNanos = due;
            long wait = Math.max(0, due - context.ticker().nanos());
            timer = context.scheduler().schedule(Duration.ofNanos(wait), this::round);
        }
    }

    private void round() {
        List<Recheck> due = new ArrayList<>();
        synchronized (lock) {
            armed = false;
            long now = context.ticker().nanos();
            while (!waiting.isEmpty() && waiting.firstKey() - now <= 0) {
                List<Recheck> polled = waiting.pollFirstEntry().getValue();
                due.addAll(polled);
                polled.clear(); // nobody adds to it any more
            }
            arm();
        }
        if (due.isEmpty()) {
            return;
        }
        try {
            ResolvConf conf = servers.current(); // may block; so not on the wire's thread
            wire.run(() -> due.forEach(recheck -> recheck.look(conf)));
        } catch (RuntimeException e) {
            due.forEach(recheck -> recheck.fail(e));
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            timer.cancel();
            waiting.clear();
        }
    }
}
