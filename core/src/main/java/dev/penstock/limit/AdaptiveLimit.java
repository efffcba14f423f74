package dev.penstock.limit;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/**
 * A limit that follows what is behind it: it falls in proportion as answers take longer than they do without a queue, and
 * grows while they do not.
 *
 * <p>It looks at windows of 250 ms and 100 answers at least. How long an answer takes without a queue is measured while the
 * limit is hardly used, and on purpose when it has stopped doubling, some times soon and then every 120 windows, at half the
 * limit, and at half of that as long as answers come sooner for it: with a limit that has crept up, both the answers and what
 * they are compared with would take ever longer. With c requests worked on at the same time it settles between 1.3 c and 2 c,
 * for any c from 1, where the time of an answer varies as much as its mean; where it varies far more, a small c is met less
 * exactly. Windows in which less than half of the limit was used change nothing.
 *
 * <p>It begins at 1, where there cannot be a queue: at a limit above c the first times measured would have one in them.
 *
 * <p>Cost: O(1) per answer, no lock, no allocation. Thread-safe.
 *
 * @see <a href="https://netflixtechblog.medium.com/performance-under-load-3e6fa9a60581">Netflix 2018, Performance Under
 *     Load (gradient)</a>
 */
public final class AdaptiveLimit {
    static final long WINDOW_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    static final int WINDOW_ANSWERS = 100;
    static final int INITIAL = 1;

    /** Answers per request under way that are enough of a window while the limit is small and doubles. */
    private static final int FIRST_ANSWERS = 25;

    /** How much longer answers may take before the limit falls. */
    private static final double TOLERANCE = 1.35;

    /** No more than this many times what is worked on at once: with one or two, the addend would lead beyond 2 c. */
    private static final double MOST_OF_CAPACITY = 1.8;

    /** An answer that comes in less than this share of the shortest time was not measured well then. */
    private static final double FASTER = 0.8;

    /** What one measurement counts among those that differ by chance: the first as much as the others, up to eight. */
    private static final double SMOOTHING = 1.0 / 8;

    private static final int PROBE_SOON = 4;
    private static final int PROBE_EVERY = 120;

    /** Measurements that agree, before it is enough to measure now and then. */
    private static final int FIRST_PROBES = 4;

    private enum Stage {
        STEADY,
        /** What was begun before the limit was lowered still ends. */
        LOWERED,
        MEASURING
    }

    private final int most;
    private final LongAdder answers = new LongAdder();
    private final LongAdder nanos = new LongAdder();
    private final LongAccumulator used = new LongAccumulator(Math::max, 0);
    private final AtomicBoolean closing = new AtomicBoolean();
    private volatile long windowNanos;
    private volatile int limit;

    // Written by whoever closes a window, one at a time.
    private double settled;
    private double unqueuedNanos;
    private volatile boolean doubling = true;
    private volatile Stage stage = Stage.STEADY;
    private int untilProbe = PROBE_SOON;
    private int probes;

    /**
     * A limit that begins at 1.
     *
     * @param most what it never exceeds, {@code >= 1}
     * @param nowNanos a reading of the ticker
     */
    public AdaptiveLimit(int most, long nowNanos) {
        this.most = most;
        this.settled = Math.min(INITIAL, most);
        this.limit = (int) settled;
        this.windowNanos = nowNanos;
    }

    /**
     * The limit now.
     *
     * @return {@code >= 1}
     */
    public int limit() {
        return limit;
    }

    /**
     * What it never exceeds.
     *
     * @return {@code >= 1}
     */
    public int most() {
        return most;
    }

    /**
     * An answer has come.
     *
     * @param tookNanos from sending to its first byte
     * @param inside requests under way at that moment, this one included
     * @param nowNanos a reading of the ticker
     * @return whether the limit has changed by it
     */
    public boolean answered(long tookNanos, int inside, long nowNanos) {
        answers.increment();
        nanos.add(tookNanos);
        used.accumulate(inside);
        if (nowNanos - windowNanos < WINDOW_NANOS || answers.sum() < enough() || !closing.compareAndSet(false, true)) {
            return false;
        }
        try {
            long count = answers.sumThenReset();
            long sum = nanos.sumThenReset();
            long highest = used.getThenReset();
            windowNanos = nowNanos;
            int before = limit;
            if (count > 0) {
                window((double) sum / count, highest);
            }
            return limit != before;
        } finally {
            closing.set(false);
        }
    }

    /** How many answers make a window. */
    private int enough() {
        return switch (stage) {
            case STEADY -> doubling ? Math.min(WINDOW_ANSWERS, FIRST_ANSWERS * limit) : WINDOW_ANSWERS;
            case LOWERED -> 4 * limit; // twice as many as were under way
            case MEASURING -> 4 * WINDOW_ANSWERS;
        };
    }

    private void window(double meanNanos, long highest) {
        switch (stage) {
            case LOWERED -> stage = Stage.MEASURING;
            case MEASURING -> measured(meanNanos);
            case STEADY -> {
                if (highest * 2 < limit) {
                    unqueuedNanos = meanNanos;
                    untilProbe = PROBE_EVERY;
                } else {
                    adapt(meanNanos);
                    probe();
                }
            }
        }
    }

    private void adapt(double meanNanos) {
        if (unqueuedNanos == 0 || meanNanos < FASTER * unqueuedNanos) {
            unqueuedNanos = meanNanos;
        } else if (limit == 1) {
            unqueuedNanos +=
                    SMOOTHING * (meanNanos - unqueuedNanos); // there is no queue: else it would never grow again
        }
        double relation = unqueuedNanos / meanNanos;
        double gradient = Math.max(0.5, Math.min(1, TOLERANCE * relation));
        if (doubling && gradient < 1) {
            doubling = false;
            untilProbe = 0;
        }
        // The addend finds out whether there is room for more: with the gradient at 1 nothing else would.
        double next = doubling
                ? 2 * settled
                : Math.min(gradient * settled + Math.sqrt(settled) / 2, MOST_OF_CAPACITY * relation * settled);
        settled = Math.max(1, Math.min(most, next));
        limit = (int) settled;
    }

    private void probe() {
        if (--untilProbe <= 0 && limit > 1) {
            stage = Stage.LOWERED;
            limit = (int) (settled / 2);
        }
    }

    private void measured(double meanNanos) {
        double change = meanNanos / unqueuedNanos;
        if (change <= FASTER
                && limit > 1) { // at half of a limit far too high there is a queue as well: down until it is gone
            unqueuedNanos = meanNanos;
            probes = 0;
            settled = limit;
            limit = limit / 2;
            stage = Stage.LOWERED;
            return;
        }
        boolean chance = change > FASTER && change < 1 / FASTER; // a mean of some hundred answers is off by so much
        probes = chance ? probes + 1 : 1;
        untilProbe = probes < FIRST_PROBES ? PROBE_SOON : PROBE_EVERY;
        unqueuedNanos += Math.max(SMOOTHING, 1.0 / probes) * (meanNanos - unqueuedNanos);
        stage = Stage.STEADY;
        limit = (int) settled;
    }
}
