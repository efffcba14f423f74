package dev.penstock.service;

import dev.penstock.load.Decay;
import java.time.Duration;

/**
 * A latency that rises fast and falls slowly, in one word: the moment of its last sample (upper half, in ticks) and
 * nanoseconds as a {@code float} (lower half). Pure functions.
 *
 * <p>An answer counts with 1 - e<sup>-t/tau</sup>, where t is the time since the last sample, but with an eighth at least if
 * it took longer than what is known, and a 32nd if not; a failure takes its place. Read, it has decayed for the time
 * since the last sample: an endpoint that was slow is asked again after some tau. Seven digits are more than latencies
 * have.
 *
 * <p>That a slow answer takes the place of what is known, as in Finagle, was tried and left: where all answers are late once
 * in some seconds, by a collection of garbage or a processor taken away, all endpoints look as slow as one that always is,
 * and by tau it takes all of them as long to look better.
 *
 * @see <a href="https://twitter.github.io/finagle/guide/Clients.html#power-of-two-choices-p2c-least-loaded">Finagle, peak
 *     EWMA</a>
 */
final class PeakLatency {
    /** As Finagle and linkerd have it: 100 times the median latency of most services, and more. */
    static final Duration TAU = Duration.ofSeconds(10);

    /** What an answer that took longer counts at least. */
    private static final double RISE = 1.0 / 8;

    /** What one that took less counts at least. */
    private static final double FALL = 1.0 / 32;

    private static final Decay DECAY = new Decay(TAU);

    private PeakLatency() {}

    static long of(double nanos, int tick) {
        return ((long) tick << Integer.SIZE) | (Float.floatToRawIntBits((float) nanos) & 0xffff_ffffL);
    }

    /** What is left now, in nanoseconds; 0 if nothing is known. */
    static double nanos(long word, int tick) {
        return last(word) * DECAY.left(tick - tick(word));
    }

    /**
     * What is left now, within 6 %, for a pick: the bits of a {@code float} are its logarithm, nearly, so that what fades by e
     * in tau falls evenly. A quarter of the time that a table takes.
     */
    static float faded(long word, int tick) {
        int passed = Math.max(0, tick - tick(word));
        long left = (word & 0xffff_ffffL) - (long) passed * TypicalLatency.PER_TICK;
        return Float.intBitsToFloat((int) Math.max(0, left));
    }

    /** With an answer more. */
    static long sampled(long word, int tick, double nanos) {
        double last = last(word);
        if (last == 0) {
            return of(nanos, tick);
        }
        double gain = Math.max(nanos > last ? RISE : FALL, 1 - DECAY.left(tick - tick(word)));
        return of(last + gain * (nanos - last), tick);
    }

    /** With a failure more, which takes its place at once. */
    static long failed(long word, int tick, double nanos) {
        return of(Math.max(nanos, last(word)), tick);
    }

    /** With a sample that was given up: it would have taken at least so long. */
    static long atLeast(long word, int tick, double nanos) {
        return nanos >= nanos(word, tick) ? of(nanos, tick) : word;
    }

    private static double last(long word) {
        return Float.intBitsToFloat((int) word);
    }

    /** When it was sampled last. */
    static int tick(long word) {
        return (int) (word >>> Integer.SIZE);
    }
}
