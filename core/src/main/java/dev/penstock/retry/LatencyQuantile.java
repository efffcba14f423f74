package dev.penstock.retry;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The time within which a given share of requests is answered, from those seen lately. Thread-safe, lock-free.
 *
 * <p>Counts times in buckets, eight to each doubling, and says the upper end of the one where the share is reached, so that
 * at most the rest takes longer. Old times count half after each 2,048 new ones. Cost: two additions, and a pass over 512
 * counters with each 64th time.
 */
final class LatencyQuantile {
    /** Fewer times than this say nothing. */
    static final int LEAST = 128;

    private static final int STEPS_BITS = 3;
    private static final int STEPS = 1 << STEPS_BITS;
    private static final int EACH = 64;
    private static final long MOST = 4_096;

    private final AtomicLongArray buckets = new AtomicLongArray(Long.SIZE * STEPS);
    private final AtomicLong seen = new AtomicLong();
    private volatile double quantile;
    private volatile long nanos = -1;

    /** What is told is of this share from now on. */
    LatencyQuantile(double quantile) {
        this.quantile = quantile;
    }

    void quantile(double quantile) {
        this.quantile = quantile;
    }

    /** Notes the time that a request took; of one that was given up, the time until then. */
    void add(long nanos) {
        buckets.incrementAndGet(bucket(Math.max(1, nanos)));
        if (seen.incrementAndGet() % EACH == 0) {
            look();
        }
    }

    /** The time; -1 as long as too little is known. */
    long nanos() {
        return nanos;
    }

    private void look() {
        long total = 0;
        for (int i = 0; i < buckets.length(); i++) {
            total += buckets.get(i);
        }
        if (total < LEAST) {
            return;
        }
        double wanted = quantile * total;
        long sum = 0;
        for (int i = 0; i < buckets.length(); i++) {
            sum += buckets.get(i);
            if (sum >= wanted) {
                nanos = end(i);
                break;
            }
        }
        if (total >= MOST) {
            for (int i = 0; i < buckets.length(); i++) {
                buckets.addAndGet(i, -(buckets.get(i) >> 1));
            }
        }
    }

    private static int bucket(long nanos) {
        int exponent = Long.SIZE - 1 - Long.numberOfLeadingZeros(nanos);
        long step = exponent < STEPS_BITS ? 0 : nanos >>> (exponent - STEPS_BITS) & (STEPS - 1);
        return exponent * STEPS + (int) step;
    }

    private static long end(int bucket) {
        int exponent = bucket / STEPS;
        long step = bucket % STEPS;
        return exponent < STEPS_BITS ? 2L << exponent : (STEPS + step + 1) << (exponent - STEPS_BITS);
    }
}
