package dev.penstock.proxy;

import io.netty.util.internal.PlatformDependent;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes that wait in all connections of a gateway, and the most that may. Thread-safe.
 *
 * <p>Each event loop counts for itself ({@link BufferShare}) and tells in steps what has changed, so that loops seldom write
 * to what they have in common. What may be untold is taken for held: while {@link #isSpent()} says no, no more wait than may.
 */
final class BufferBudget {
    /** All that loops have not told is at most this part of the budget. */
    private static final int STEPS = 32;

    private final long most;
    private final long step;
    private final long untold;
    private final AtomicLong told = new AtomicLong();
    private final List<BufferShare> shares = new CopyOnWriteArrayList<>();

    BufferBudget(long most, int loops) {
        this.most = most;
        this.step = most / STEPS / loops;
        this.untold = step * loops;
    }

    /** Half of the memory that direct buffers may take; the other half is for what is just being read and written. */
    static long defaultBytes() {
        return PlatformDependent.maxDirectMemory() / 2;
    }

    /** The part of one loop. */
    BufferShare share(Executor loop) {
        var share = new BufferShare(this, loop);
        shares.add(share);
        return share;
    }

    /** What a loop may keep to itself. */
    long step() {
        return step;
    }

    void tell(long bytes) {
        told.addAndGet(bytes);
    }

    /** Tells whether more than half is used: connections are to stop taking bytes earlier. */
    boolean isTight() {
        return told.get() > most / 2;
    }

    /** Tells whether all is used: somebody has to go. */
    boolean isSpent() {
        return told.get() + untold > most;
    }

    /** Has those who hold the longest cut off, by the loop that holds the most. */
    void relieve() {
        BufferShare largest = null;
        for (BufferShare share : shares) {
            if (largest == null || share.heldBytes() > largest.heldBytes()) {
                largest = share;
            }
        }
        if (largest != null) {
            largest.ask();
        }
    }

    BufferStatus status() {
        long held = 0;
        for (BufferShare share : shares) {
            held += share.heldBytes();
        }
        return new BufferStatus(held, most);
    }
}
