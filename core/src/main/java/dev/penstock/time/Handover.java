package dev.penstock.time;

import java.util.AbstractQueue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Tasks that wait for a worker, in the order given, and workers that wait for a task, of which the last to come gets the
 * next: the others may end. Thread-safe.
 *
 * <p>A {@code LinkedTransferQueue} has this, too, but on JDK 17 its timed {@code poll} may spin until the next task comes,
 * a whole core for nothing (JDK-8301341).
 */
final class Handover extends AbstractQueue<Runnable> implements BlockingQueue<Runnable> {
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final BooleanSupplier queues;
    private final Runnable queued;

    /** One for each worker that waits and has no task yet. */
    private final ArrayDeque<Condition> waiting = new ArrayDeque<>();

    /**
     * An empty one.
     *
     * @param queues whether a task that no worker waits for is to be queued; else it is refused, and a worker started
     * @param queued told when that was done
     */
    Handover(BooleanSupplier queues, Runnable queued) {
        this.queues = queues;
        this.queued = queued;
    }

    @Override
    public boolean offer(Runnable task) {
        if (handOver(task)) {
            return true;
        }
        if (!queues.getAsBoolean()) {
            return false;
        }
        put(task);
        queued.run();
        return true;
    }

    /** To a worker that waits; false if none does. */
    private boolean handOver(Runnable task) {
        lock.lock();
        try {
            if (waiting.isEmpty()) {
                return false;
            }
            put(task);
            return true;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void put(Runnable task) {
        lock.lock();
        try {
            tasks.add(task);
            wakeOne();
        } finally {
            lock.unlock();
        }
    }

    private void wakeOne() {
        Condition last = waiting.poll();
        if (last != null) {
            last.signal();
        }
    }

    @Override
    public boolean offer(Runnable task, long timeout, TimeUnit unit) {
        return offer(task);
    }

    @Override
    public Runnable take() throws InterruptedException {
        Runnable task = null;
        while (task == null) {
            task = poll(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
        }
        return task;
    }

    @Override
    public @Nullable Runnable poll(long timeout, TimeUnit unit) throws InterruptedException {
        long left = unit.toNanos(timeout);
        lock.lockInterruptibly();
        Condition woken = lock.newCondition();
        try {
            while (tasks.isEmpty() && left > 0) {
                waiting.push(woken);
                try {
                    left = woken.awaitNanos(left);
                } catch (InterruptedException e) {
                    if (!waiting.contains(woken)) {
                        wakeOne(); // a task came at the same moment, for which another is needed now
                    }
                    throw e;
                } finally {
                    waiting.remove(woken);
                }
            }
            return tasks.poll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public @Nullable Runnable poll() {
        lock.lock();
        try {
            return tasks.poll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public @Nullable Runnable peek() {
        lock.lock();
        try {
            return tasks.peek();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean remove(Object task) {
        lock.lock();
        try {
            return tasks.remove(task);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int size() {
        lock.lock();
        try {
            return tasks.size();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int remainingCapacity() {
        return Integer.MAX_VALUE;
    }

    @Override
    public int drainTo(Collection<? super Runnable> others) {
        return drainTo(others, Integer.MAX_VALUE);
    }

    @Override
    public int drainTo(Collection<? super Runnable> others, int most) {
        lock.lock();
        try {
            int count = 0;
            for (; count < most && !tasks.isEmpty(); count++) {
                others.add(tasks.remove());
            }
            return count;
        } finally {
            lock.unlock();
        }
    }

    /** Over a copy. */
    @Override
    public Iterator<Runnable> iterator() {
        lock.lock();
        try {
            return new ArrayList<>(tasks).iterator();
        } finally {
            lock.unlock();
        }
    }
}
