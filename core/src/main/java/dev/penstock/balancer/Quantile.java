package dev.penstock.balancer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A quantile of a row of numbers, learned from one after the other. Thread-safe: a number that meets another may be lost.
 *
 * <p>It stands alone on its cache lines, as the position of a {@link Cursor} does.
 */
@SuppressWarnings({"unused", "UnusedVariable"}) // padding is there to take up room
final class Quantile {
    private static final VarHandle LIMIT;

    static {
        try {
            LIMIT = MethodHandles.lookup().findVarHandle(Quantile.class, "limit", double.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** No number counts as more: learned, it would take long to forget. */
    private static final double MOST = 1e6;

    private final double share;
    private long before1, before2, before3, before4, before5, before6, before7, before8;
    private double limit;
    private long after1, after2, after3, after4, after5, after6, after7, after8;

    /**
     * A quantile of which nothing is known.
     *
     * @param share of the numbers that lie below it, {@code 0..1}
     */
    Quantile(double share) {
        this.share = share;
    }

    /** What it is taken to be now, {@code >= 0}. */
    double limit() {
        return (double) LIMIT.getOpaque(this);
    }

    /** Goes up by a step where a number lies above, down by a smaller one where not: where it stands still is the quantile. */
    void learn(double number) {
        double last = limit();
        double step = Math.max(last, 1) / 16;
        double next = last + step * (number > last ? share : share - 1);
        LIMIT.setOpaque(this, Math.max(0, Math.min(next, MOST)));
    }

    /** An independent copy. */
    Quantile fork() {
        var fork = new Quantile(share);
        fork.limit = limit();
        return fork;
    }
}
