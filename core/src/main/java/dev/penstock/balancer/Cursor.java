package dev.penstock.balancer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
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
    private volatile Map<Integer, Cursor> tiers = Map.of();

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

    /** Forgets the cursors of other tiers. On the control path only. */
    void retainTiers(Set<Integer> priorities) {
        Map<Integer, Cursor> retained = new HashMap<>(tiers);
        retained.keySet().retainAll(priorities);
        tiers = retained;
    }

    /** The cursor of a tier; a new one begins at a turn that no other tier began at. On the control path only. */
    Cursor tier(int priority) {
        Cursor known = tiers.get(priority);
        if (known != null) {
            return known;
        }
        var begun = new Cursor(next());
        Map<Integer, Cursor> more = new HashMap<>(tiers);
        more.put(priority, begun);
        tiers = more;
        return begun;
    }

    /** How many tiers have a cursor of their own. */
    int tiers() {
        return tiers.size();
    }

    /**
     * A cursor at the same position.
     *
     * @return an independent copy
     */
    public Cursor fork() {
        var fork = new Cursor(position);
        fork.rotation = rotation;
        Map<Integer, Cursor> forks = new HashMap<>();
        tiers.forEach((priority, tier) -> forks.put(priority, tier.fork()));
        fork.tiers = forks;
        return fork;
    }
}
