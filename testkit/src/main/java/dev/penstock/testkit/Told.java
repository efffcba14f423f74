package dev.penstock.testkit;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An observer that keeps what it is told, and notices calls that overlap. Thread-safe.
 *
 * @param <T> what it is told
 */
public final class Told<T> implements Consumer<T> {
    private static final long GATE_LIMIT_SECONDS = 60;

    private final List<T> values = new CopyOnWriteArrayList<>();
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger overlaps = new AtomicInteger();
    private volatile @Nullable CountDownLatch gate;

    /** An observer that was told nothing. */
    public Told() {}

    @Override
    public void accept(T value) {
        if (inside.incrementAndGet() > 1) {
            overlaps.incrementAndGet();
        }
        values.add(value);
        awaitGate();
        inside.decrementAndGet();
    }

    private void awaitGate() {
        CountDownLatch closed = gate;
        try {
            if (closed != null && !closed.await(GATE_LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the gate was never opened");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Makes each further call block until {@link #unblock()}. */
    public void block() {
        gate = new CountDownLatch(1);
    }

    /** Lets calls go on. */
    public void unblock() {
        CountDownLatch closed = gate;
        gate = null;
        if (closed != null) {
            closed.countDown();
        }
    }

    /**
     * What it was told.
     *
     * @return in order
     */
    public List<T> all() {
        return List.copyOf(values);
    }

    /**
     * What it was told last.
     *
     * @return empty if nothing was
     */
    public Optional<T> last() {
        List<T> told = all();
        return told.isEmpty() ? Optional.empty() : Optional.of(told.get(told.size() - 1));
    }

    /**
     * Counts the calls that came while another was under way.
     *
     * @return {@code 0} if calls are serial
     */
    public int overlaps() {
        return overlaps.get();
    }
}
