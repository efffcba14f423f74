package dev.penstock.proxy;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Records that wait for observers, so many and no more. Thread-safe, lock-free. */
final class RecordQueue {
    private final int most;
    private final Queue<Consumer<ExchangeObserver>> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger size = new AtomicInteger(); // the queue counts its elements one by one

    RecordQueue(int most) {
        this.most = most;
    }

    /** Adds one; false where too many wait. */
    boolean offer(Consumer<ExchangeObserver> record) {
        if (size.get() >= most) {
            return false;
        }
        size.incrementAndGet();
        waiting.add(record);
        return true;
    }

    /** The one that has waited for the longest; null if none waits. */
    @Nullable
    Consumer<ExchangeObserver> poll() {
        Consumer<ExchangeObserver> record = waiting.poll();
        if (record != null) {
            size.decrementAndGet();
        }
        return record;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** How many wait, about. */
    int size() {
        return size.get();
    }
}
