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
    private volatile Map<Integer, Cursor> parts = Map.of();
    private final long seed;
    private final Quantile hot;
    private final boolean copied;

    /**
     * A cursor at a position.
     *
     * @param start the first number given out; any value, it wraps
     */
    public Cursor(long start) {
        this(start, Mix.of(start), new Quantile(HotCold.QUANTILE), false);
    }

    private Cursor(long start, long seed, Quantile hot, boolean copied) {
        this.position = start;
        this.seed = seed;
        this.hot = hot;
        this.copied = copied;
    }

    /** How many requests make an endpoint hot, as {@link HotCold} has learned: the same object for all snapshots. */
    Quantile hot() {
        return hot;
    }

    /** Whether it is a copy, for what shall change nothing. */
    boolean copied() {
        return copied;
    }

    /** A number that this service, or tier, has for itself and keeps. */
    long seed() {
        return seed;
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
        var begun = begun(priority);
        tiers = with(tiers, priority, begun);
        return begun;
    }

    /** The cursor of a part of the candidates, as a zone. On the control path only; parts are few. */
    Cursor part(int number) {
        Cursor known = parts.get(number);
        if (known != null) {
            return known;
        }
        var begun = begun(~number);
        parts = with(parts, number, begun);
        return begun;
    }

    /** Its seed is that of its number, so that one that was forgotten comes back as it was, but for its turn; of a copy it is one. */
    private Cursor begun(int number) {
        return new Cursor(next(), Mix.of(seed + number), new Quantile(HotCold.QUANTILE), copied);
    }

    private static Map<Integer, Cursor> with(Map<Integer, Cursor> some, int key, Cursor cursor) {
        Map<Integer, Cursor> more = new HashMap<>(some);
        more.put(key, cursor);
        return more;
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
        var fork = new Cursor(position, seed, hot.fork(), true);
        fork.rotation = rotation;
        fork.tiers = forks(tiers);
        fork.parts = forks(parts);
        return fork;
    }

    private static Map<Integer, Cursor> forks(Map<Integer, Cursor> cursors) {
        Map<Integer, Cursor> forks = new HashMap<>();
        cursors.forEach((key, cursor) -> forks.put(key, cursor.fork()));
        return forks;
    }
}
