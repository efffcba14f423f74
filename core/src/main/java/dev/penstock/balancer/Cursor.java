package dev.penstock.balancer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The position of a rule that goes round. Thread-safe: every call to {@link #next()} gets a number of its own.
 *
 * <p>The number stands alone on its cache lines, so that its writers do not slow down readers of what lies beside it.
 */
@SuppressWarnings({"unused", "UnusedVariable"}) // padding is there to take up room
public final class Cursor {
    private static final VarHandle POSITION;

    static {
        try {
            POSITION = MethodHandles.lookup().findVarHandle(Cursor.class, "position", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private long before1, before2, before3, before4, before5, before6, before7, before8;
    private volatile long position;
    private long after1, after2, after3, after4, after5, after6, after7, after8;

    private volatile @Nullable Rotation rotation;

    /**
     * A cursor at a position.
     *
     * @param start the first number given out; any value, it wraps
     */
    public Cursor(long start) {
        position = start;
    }

    /**
     * Takes the next number.
     *
     * @return one more than the call before got; wraps at {@link Long#MAX_VALUE}
     */
    public long next() {
        return (long) POSITION.getAndAdd(this, 1L);
    }

    /**
     * Reads the position and leaves it as it is.
     *
     * @return the number that {@link #next()} gives out next, unless another thread takes it first
     */
    public long position() {
        return position;
    }

    /** How the positions were read by the picker made last; null before the first. */
    @Nullable
    Rotation rotation() {
        return rotation;
    }

    void rotation(Rotation rotation) {
        this.rotation = rotation;
    }

    /**
     * A cursor at the same position.
     *
     * @return an independent copy
     */
    public Cursor fork() {
        var fork = new Cursor(position);
        fork.rotation = rotation;
        return fork;
    }
}
