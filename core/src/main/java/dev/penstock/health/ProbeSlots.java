package dev.penstock.health;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** How many checks are under way at the same time; the others wait in line, one per endpoint at most. Thread-safe. */
public final class ProbeSlots {
    /** The checks of one process that are under way at most, unless said otherwise. */
    public static final int DEFAULT_LIMIT = 256;

    private final Object lock = new Object();
    private final ArrayDeque<Runnable> line = new ArrayDeque<>();
    private int free;

    /**
     * All free.
     *
     * @param limit how many there are, {@code >= 1}
     */
    public ProbeSlots(int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit: " + limit + " (expected: 1 or more)");
        }
        free = limit;
    }

    /** Runs a check now, or when it is its turn; it returns soon, and its end is told to {@link #release}. */
    void take(Runnable check) {
        synchronized (lock) {
            if (free == 0) {
                line.add(check);
                return;
            }
            free--;
        }
        check.run();
    }

    /** A check that was run has ended. */
    void release() {
        Runnable next = next();
        if (next != null) {
            next.run();
        }
    }

    private @Nullable Runnable next() {
        synchronized (lock) {
            Runnable next = line.poll();
            if (next == null) {
                free++;
            }
            return next;
        }
    }
}
