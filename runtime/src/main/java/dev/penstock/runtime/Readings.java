package dev.penstock.runtime;

import dev.penstock.admin.FileFacts;
import java.util.List;

/** How the readings of a running program's file went. Thread-safe; written by whoever follows the file. */
final class Readings {
    private final Object lock = new Object();
    private long refused; // guarded by lock
    private List<String> faults = List.of(); // guarded by lock

    /** What was read is in effect. */
    void used() {
        synchronized (lock) {
            faults = List.of();
        }
    }

    /** What was read changed nothing. */
    void refused(List<String> why) {
        synchronized (lock) {
            refused++;
            faults = List.copyOf(why);
        }
    }

    long refused() {
        synchronized (lock) {
            return refused;
        }
    }

    /** What is wrong with what was read last; empty if it is in effect. */
    List<String> faults() {
        synchronized (lock) {
            return faults;
        }
    }

    /** For people. */
    FileFacts facts() {
        synchronized (lock) {
            return new FileFacts(refused, faults);
        }
    }
}
