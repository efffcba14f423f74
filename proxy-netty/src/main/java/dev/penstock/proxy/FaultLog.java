package dev.penstock.proxy;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;

/**
 * Logs the 1st, 2nd, 4th, 8th of what should not happen, and so on: one fault is not to fill the log, nor to hide another
 * kind. Thread-safe.
 */
final class FaultLog {
    /** The most kinds that are counted by themselves; all others are one. */
    static final int MAX_KINDS = 64;

    private final Logger log;
    private final ConcurrentMap<String, AtomicLong> counts = new ConcurrentHashMap<>();

    FaultLog(Logger log) {
        this.log = log;
    }

    /**
     * Notes a fault.
     *
     * @param what the part that failed, as in {@code handler dev.example.Hello}
     * @param cause what it failed with; its type and the part are the kind of the fault
     */
    void note(String what, Throwable cause) {
        String kind = what + " " + cause.getClass().getName();
        boolean known = counts.containsKey(kind) || counts.size() < MAX_KINDS;
        long count =
                counts.computeIfAbsent(known ? kind : "", k -> new AtomicLong()).incrementAndGet();
        if (Long.bitCount(count) == 1) {
            log.warn("{} failed, {} faults of this kind so far", what, count, cause);
        }
    }
}
