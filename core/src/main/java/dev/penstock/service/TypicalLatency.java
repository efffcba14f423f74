package dev.penstock.service;

import dev.penstock.load.Decay;
import java.time.Duration;

/**
 * How long answers mostly take, in one word: the moment of the last sample (upper half, in ticks) and the logarithm of
 * nanoseconds (lower half). Pure functions.
 *
 * <p>A mean of logarithms: one answer that takes a hundred times as long moves it by a third, so that a few long requests do
 * not make an endpoint look slow; ten times as long each make it four times as long after 15. Logarithms are the bits of a
 * {@code float}, which are that, to base 2, within 9 %, and cost nothing.
 *
 * @see <a href="https://doi.org/10.1109/TEC.1962.5219391">Mitchell 1962, Computer Multiplication and Division Using Binary
 *     Logarithms</a>
 */
final class TypicalLatency {
    /** One part of so many each sample counts. */
    static final int SAMPLES = 16;

    /** Twice as long. */
    static final int OCTAVE = 1 << 23;

    private static final int ONE = Float.floatToRawIntBits(1);
    private static final Duration TAU = PeakLatency.TAU;
    private static final Decay DECAY = new Decay(TAU);

    /** What a tick takes from the logarithm, so that a value falls by e in tau. */
    static final int PER_TICK = (int) (OCTAVE / Math.log(2) * (1 << Decay.TICK_SHIFT) / TAU.toNanos());

    /** After so many ticks nothing of a value is left; before, nothing overflows. */
    private static final int FORGOTTEN = Integer.MAX_VALUE / 2 / PER_TICK;

    private TypicalLatency() {}

    /** Of one that is taken to be as another. */
    static long of(int logarithm, int tick) {
        return ((long) tick << Integer.SIZE) | (logarithm & 0xffff_ffffL);
    }

    /** With a sample more; the first one of all is all there is. */
    static long sampled(long word, int tick, double nanos) {
        int sample = logarithm(nanos);
        if (word == 0) {
            return of(sample, tick);
        }
        int last = (int) word;
        double gain = Math.max(1.0 / SAMPLES, 1 - DECAY.left(tick - tick(word)));
        return of(last + (int) (gain * (sample - last)), tick);
    }

    /** The logarithm of nanoseconds, of less than one as of one. */
    static int logarithm(double nanos) {
        return Float.floatToRawIntBits(Math.max(1, (float) nanos)) - ONE;
    }

    /** By how much it lies above a logarithm now; fades with the time since the last sample. */
    static int above(long word, int tick, int usual) {
        int passed = tick - tick(word);
        int faded = passed <= 0 ? 0 : Math.min(passed, FORGOTTEN) * PER_TICK;
        return (int) word - usual - faded;
    }

    /** How many times as long a difference of logarithms is, {@code >= 1} if it is not below 0. */
    static int times(int above) {
        return (int) Float.intBitsToFloat(ONE + above);
    }

    private static int tick(long word) {
        return (int) (word >>> Integer.SIZE);
    }
}
