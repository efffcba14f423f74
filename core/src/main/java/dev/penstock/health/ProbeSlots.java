package dev.penstock.health;

import java.util.ArrayDeque;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** How many checks are under way at the same time; the others wait in line, one per endpoint at most. Thread-safe. */
public final class ProbeSlots {
    /** The checks of one process that are under way at most, unless said otherwise. */
    public static final int DEFAULT_LIMIT = 256;

    private final Object lock = new Object();
    private final ArrayDeque<BooleanSupplier> line = new ArrayDeque<>();
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

    /**
     * Begins a check now, or when it is its turn.
     *
     * @param check returns soon: true, and its end is told to {@link #release}, or false if nobody wants it any more
     */
    void take(BooleanSupplier check) {
        synchronized (lock) {
            if (free == 0) {
                line.add(check);
                return;
            }
            free--;
        }
        if (!check.getAsBoolean()) {
            release();
        }
    }

    /** A check that was begun has ended. */
    void release() {
        BooleanSupplier next = next();
        while (next != null
                && !next.getAsBoolean()) { // not one within the other: a whole service may have been given up
            next = next();
        }
    }

    private @Nullable BooleanSupplier next() {
        synchronized (lock) {
            BooleanSupplier next = line.poll();
            if (next == null) {
                free++;
            }
            return next;
        }
    }
}
