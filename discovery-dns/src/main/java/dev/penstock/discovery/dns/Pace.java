package dev.penstock.discovery.dns;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.xbill.DNS.Name;

/** Spaces questions so that no name is asked for more than twice in any second, whatever is lost or shared. Thread-safe. */
final class Pace {
    private static final long SECOND_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long SWEEP_NANOS = Duration.ofSeconds(10).toNanos();

    private final Map<Name, Turns> turns = new ConcurrentHashMap<>();
    private final AtomicLong sweptNanos;

    Pace(long now) {
        sweptNanos = new AtomicLong(now);
    }

    /** When a name was asked for last, and the time before that; they may lie ahead. */
    private record Turns(long beforeNanos, long lastNanos) {}

    /** Takes the next turn of a name: how long to wait for it, in nanoseconds. */
    long take(Name name, long now) {
        sweep(now);
        Turns taken = turns.compute(name, (key, before) -> {
            if (before == null) {
                return new Turns(now - SECOND_NANOS, now);
            }
            long earliest = before.beforeNanos + SECOND_NANOS;
            return new Turns(before.lastNanos, earliest - now > 0 ? earliest : now);
        });
        return taken.lastNanos - now;
    }

    private void sweep(long now) {
        long before = sweptNanos.get();
        if (now - before > SWEEP_NANOS && sweptNanos.compareAndSet(before, now)) {
            turns.values().removeIf(entry -> now - entry.lastNanos > SECOND_NANOS);
        }
    }
}
