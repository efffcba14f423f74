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

    /** When a name was asked for last, and the time before that; they may lie ahead. Thread-safe. */
    static final class Turns {
        private long beforeNanos;
        private long lastNanos;
        private boolean taken;
        private boolean forgotten;

        /** Takes the next turn: how long to wait for it, in nanoseconds; negative if others count by now. */
        synchronized long take(long now) {
            if (forgotten) {
                return -1;
            }
            long earliest = beforeNanos + SECOND_NANOS;
            beforeNanos = taken ? lastNanos : now - SECOND_NANOS;
            lastNanos = taken && earliest - now > 0 ? earliest : now;
            taken = true;
            return lastNanos - now;
        }

        private synchronized boolean forget(long now) {
            forgotten = taken && now - lastNanos > SECOND_NANOS;
            return forgotten;
        }
    }

    /** The turns of a name, to be kept by whoever asks for it. */
    Turns turns(Name name) {
        return turns.computeIfAbsent(name, key -> new Turns());
    }

    /** Takes the next turn of a name: how long to wait for it, in nanoseconds. */
    long take(Name name, long now) {
        sweep(now);
        long wait = turns(name).take(now);
        while (wait < 0) {
            wait = turns(name).take(now);
        }
        return wait;
    }

    /** Forgets, now and then, names that were not asked for lately. */
    void sweep(long now) {
        long before = sweptNanos.get();
        if (now - before > SWEEP_NANOS && sweptNanos.compareAndSet(before, now)) {
            turns.values().removeIf(entry -> entry.forget(now));
        }
    }
}
