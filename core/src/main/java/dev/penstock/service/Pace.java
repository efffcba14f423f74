package dev.penstock.service;

import dev.penstock.load.Decay;
import dev.penstock.time.Ticker;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;

/**
 * How fast a service answers as a whole, and a clock that costs a pick nothing: that of the request begun last. Thread-safe.
 *
 * <p>The mean is one over time, of the last {@value #SAMPLES} samples at least; an endpoint gives one in a millisecond at
 * most, so that event loops seldom meet here. A sample that meets another is dropped.
 */
final class Pace {
    /** Nanoseconds of a moment, as a shift: about a microsecond. */
    static final int MOMENT_SHIFT = 10;

    /** What a failed request counts as, in mean latencies, if it did not take longer. */
    private static final int FAILURE = 100;

    /** What it counts as while no mean is known. */
    private static final double FAILURE_NANOS = 1e9;

    /** A request is overdue after so many mean latencies; 5 in 100,000 get there where times are exponential. */
    private static final int OVERDUE = 10;

    /** Below that the machine is to blame. */
    private static final long LEAST_OVERDUE_NANOS = Duration.ofMillis(1).toNanos();

    /** Moments in a tick, as a shift. */
    private static final int TICK_MOMENTS_SHIFT = Decay.TICK_SHIFT - MOMENT_SHIFT;

    private static final int SAMPLES = 64;
    private static final Decay DECAY = new Decay(PeakLatency.TAU);

    /** More than any logarithm. */
    private static final int UNKNOWN = Integer.MAX_VALUE / 2;

    /** What is usual at least: 4 times as long is 1 ms, and below that the machine is to blame. */
    private static final int LEAST_USUAL = TypicalLatency.logarithm(LEAST_OVERDUE_NANOS / 4.0);

    private static final VarHandle MEAN;
    private static final VarHandle MOMENT;

    static {
        try {
            MEAN = MethodHandles.lookup().findVarHandle(Pace.class, "mean", long.class);
            MOMENT = MethodHandles.lookup().findVarHandle(Pace.class, "moment", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Ticker ticker;
    private final long originNanos;

    /** As {@link PeakLatency} keeps it: a moment and a latency. */
    private volatile long mean;

    @SuppressWarnings({"unused", "UnusedVariable"}) // by its handle
    private volatile long moment;

    /** The logarithm of what answers mostly take, and no less than a quarter of a millisecond, see {@link TypicalLatency}; more than any while none has come. */
    private volatile int usual = UNKNOWN;

    private volatile long overdueMoments = Long.MAX_VALUE;

    Pace(Ticker ticker) {
        this.ticker = ticker;
        this.originNanos = ticker.nanos();
    }

    Ticker ticker() {
        return ticker;
    }

    /** A reading of the clock as a moment, counted since this began; {@code >= 0}. */
    long moment(long nanos) {
        return Math.max(0, nanos - originNanos) >>> MOMENT_SHIFT;
    }

    int tick(long nanos) {
        return Decay.ticks(nanos - originNanos);
    }

    /** When the request before this one began, to a millisecond. */
    long lastMoment() {
        return (long) MOMENT.getOpaque(this);
    }

    /** The same as a reading of the clock. */
    long lastNanos() {
        return originNanos + (lastMoment() << MOMENT_SHIFT);
    }

    int lastTick() {
        return tickOf(lastMoment());
    }

    int tickOf(long aMoment) {
        return (int) (aMoment >> TICK_MOMENTS_SHIFT);
    }

    /** A request begins. */
    void began(long atMoment) {
        if (atMoment >> TICK_MOMENTS_SHIFT != lastMoment() >> TICK_MOMENTS_SHIFT) {
            MOMENT.setOpaque(this, atMoment);
        }
    }

    /** How long a request may wait before something seems to be wrong, in moments. */
    long overdueMoments() {
        return overdueMoments;
    }

    /** The mean latency of all endpoints; 0 if none has answered yet. */
    double meanNanos() {
        return Float.intBitsToFloat((int) mean);
    }

    /** What answers mostly take, as a logarithm of {@link TypicalLatency}; far above any if none has come yet. */
    int usual() {
        return usual;
    }

    /** What is known of one that has not answered yet, as a word of {@link TypicalLatency}: that it is like the others. */
    long typical() {
        int known = usual;
        return known == UNKNOWN ? 0 : TypicalLatency.of(known, lastTick());
    }

    /** What a failure counts as if it came at once. */
    double failureNanos() {
        double nanos = meanNanos();
        return nanos == 0 ? FAILURE_NANOS : FAILURE * nanos;
    }

    void answered(int tick, double nanos) {
        long before = mean;
        double last = Float.intBitsToFloat((int) before);
        double gain = Math.max(1.0 / SAMPLES, 1 - DECAY.left(tick - (int) (before >>> Integer.SIZE)));
        double next = last == 0 ? nanos : last + gain * (nanos - last);
        if (MEAN.compareAndSet(this, before, PeakLatency.of(next, tick))) {
            int logarithm = TypicalLatency.logarithm(nanos);
            int mean = usual == UNKNOWN ? logarithm : usual + (int) (gain * (logarithm - usual));
            usual = Math.max(LEAST_USUAL, mean);
            overdueMoments = Math.max(LEAST_OVERDUE_NANOS, (long) (OVERDUE * next)) >> MOMENT_SHIFT;
        }
    }
}
