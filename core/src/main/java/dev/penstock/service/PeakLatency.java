package dev.penstock.service;

import dev.penstock.load.Decay;
import java.time.Duration;

/**
 * A latency that rises at once and falls slowly, in one word: the moment of its last sample (upper half, in ticks) and
 * nanoseconds as a {@code float} (lower half). Pure functions.
 *
 * <p>A sample above what is known takes its place; one below it counts with 1 - e<sup>-t/tau</sup>, where t is the time
 * since the last sample. Read, it has decayed for the time since then: an endpoint that was slow is asked again after some
 * tau. Seven digits are more than latencies have.
 *
 * @see <a href="https://twitter.github.io/finagle/guide/Clients.html#power-of-two-choices-p2c-least-loaded">Finagle, peak
 *     EWMA</a>
 */
final class PeakLatency {
    /** As Finagle and linkerd have it: 100 times the median latency of most services, and more. */
    static final Duration TAU = Duration.ofSeconds(10);

    private static final Decay DECAY = new Decay(TAU);

    private PeakLatency() {}

    static long of(double nanos, int tick) {
        return ((long) tick << Integer.SIZE) | (Float.floatToRawIntBits((float) nanos) & 0xffff_ffffL);
    }

    /** What is left now, in nanoseconds; 0 if nothing is known. */
    static double nanos(long word, int tick) {
        return last(word) * DECAY.left(tick - tick(word));
    }

    /** With a sample more. */
    static long sampled(long word, int tick, double nanos) {
        double last = last(word);
        if (nanos >= last) {
            return of(nanos, tick);
        }
        double left = DECAY.left(tick - tick(word));
        return left == 1 ? word : of(last * left + nanos * (1 - left), tick);
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
