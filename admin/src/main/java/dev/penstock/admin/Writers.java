package dev.penstock.admin;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Has changes made one after the other, in the order in which they came in. Thread-safe. A change may wait for listeners, and
 * those behind it for that: so few may wait that there are always threads left for readers.
 */
final class Writers {
    /** Of the 64 threads that answer requests. */
    static final int MOST = 56;

    private final ReentrantLock lock = new ReentrantLock(true);
    private final Places places = new Places("changes", MOST);

    /** Makes a change; throws a 503 where too many wait. */
    <T> T change(Supplier<T> change) {
        return places.in(() -> {
            lock.lock();
            try {
                return change.get();
            } finally {
                lock.unlock();
            }
        });
    }

    /** Changes under way, and those that wait. */
    int waiting() {
        return places.taken();
    }

    void change(Runnable change) {
        change(() -> {
            change.run();
            return true;
        });
    }
}
