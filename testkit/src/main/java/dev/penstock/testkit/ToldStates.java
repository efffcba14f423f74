package dev.penstock.testkit;

import dev.penstock.discovery.ServiceState;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An observer that keeps what it is told, and notices calls that overlap. Thread-safe. */
public final class ToldStates implements Consumer<ServiceState> {
    private static final long GATE_LIMIT_SECONDS = 60;

    private final List<ServiceState> states = new CopyOnWriteArrayList<>();
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger overlaps = new AtomicInteger();
    private volatile @Nullable CountDownLatch gate;

    /** An observer that was told nothing. */
    public ToldStates() {}

    @Override
    public void accept(ServiceState state) {
        if (inside.incrementAndGet() > 1) {
            overlaps.incrementAndGet();
        }
        states.add(state);
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
    public List<ServiceState> states() {
        return List.copyOf(states);
    }

    /**
     * What it was told last.
     *
     * @return pending if nothing was
     */
    public ServiceState last() {
        List<ServiceState> told = states();
        return told.isEmpty() ? new ServiceState.Pending() : told.get(told.size() - 1);
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
