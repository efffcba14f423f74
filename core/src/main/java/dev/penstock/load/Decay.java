package dev.penstock.load;

import java.time.Duration;

/**
 * How much of a value is left after a time: e<sup>-t/tau</sup>, from a table, since a pick has no time for {@link Math#exp}.
 * Immutable.
 *
 * <p>Time is counted in ticks of 2<sup>20</sup> ns, about a millisecond. Error: below 4 x 10<sup>-5</sup>; after 16 tau
 * nothing is left. Cost: O(1), one look into a table of 8 KiB.
 */
public final class Decay {
    /** Nanoseconds of a tick, as a shift. */
    public static final int TICK_SHIFT = 20;

    private static final int STEPS_PER_TAU = 64;
    private static final int TAUS = 16;

    private static final double[] LEFT = table();

    private static final long END = ((long) TAUS * STEPS_PER_TAU) << Integer.SIZE;

    /** In whole steps and 2<sup>32</sup>ths: arithmetic of doubles would take twice as long. */
    private final long stepsPerTick;

    /**
     * A decay.
     *
     * @param tau time after which 1/e is left; 1 s or more, so that a tick is short beside it
     * @throws IllegalArgumentException if tau is shorter
     */
    public Decay(Duration tau) {
        if (tau.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("tau: " + tau + " (expected: 1 s or more)");
        }
        stepsPerTick = (long) (0x1p32 * STEPS_PER_TAU * (1 << TICK_SHIFT) / tau.toNanos());
    }

    private static double[] table() {
        var left = new double[TAUS * STEPS_PER_TAU + 2]; // the last two are 0
        for (int i = 0; i < TAUS * STEPS_PER_TAU; i++) {
            left[i] = StrictMath.exp(-(double) i / STEPS_PER_TAU); // the same on every machine
        }
        return left;
    }

    /**
     * Turns a reading of the clock into ticks.
     *
     * @param nanos since any origin
     * @return ticks, which wrap after 52 days: only differences mean something
     */
    public static int ticks(long nanos) {
        return (int) (nanos >> TICK_SHIFT);
    }

    /**
     * What is left of 1.
     *
     * @param ticks that have passed; below 0 counts as 0
     * @return {@code 0..1}
     */
    public double left(int ticks) {
        if (ticks <= 0) {
            return 1;
        }
        long steps = ticks * stepsPerTick;
        if (steps >= END) {
            return 0;
        }
        int whole = (int) (steps >>> Integer.SIZE);
        double before = LEFT[whole];
        return before + (steps & 0xffff_ffffL) * 0x1p-32 * (LEFT[whole + 1] - before);
    }
}
