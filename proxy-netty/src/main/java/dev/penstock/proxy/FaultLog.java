package dev.penstock.proxy;

import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;

/** Logs the 1st, 2nd, 4th, 8th of what should not happen, and so on: one fault is not to fill the log. Thread-safe. */
final class FaultLog {
    private final Logger log;
    private final AtomicLong faults = new AtomicLong();

    FaultLog(Logger log) {
        this.log = log;
    }

    /**
     * Notes a fault.
     *
     * @param what the part that failed, as in {@code handler dev.example.Hello}
     * @param cause what it failed with
     */
    void note(String what, Throwable cause) {
        long count = faults.incrementAndGet();
        if (Long.bitCount(count) == 1) {
            log.warn("{} failed, {} faults so far", what, count, cause);
        }
    }
}
