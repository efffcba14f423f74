package dev.penstock.testkit;

import dev.penstock.time.Randomness;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Random numbers that are the same for the same seed (SplitMix64). Thread-safe; which thread gets which number is up to
 * the threads.
 *
 * @see <a href="https://doi.org/10.1145/2714064.2660195">Steele, Lea, Flood 2014, Fast splittable pseudorandom number
 *     generators</a>
 */
public final class SeededRandomness implements Randomness {
    private static final long GAMMA = 0x9e3779b97f4a7c15L;

    private final AtomicLong state;

    /**
     * The numbers of a seed.
     *
     * @param seed any value
     */
    public SeededRandomness(long seed) {
        state = new AtomicLong(seed);
    }

    @Override
    public long nextLong() {
        long z = state.addAndGet(GAMMA);
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    @Override
    public Randomness fork() {
        return new SeededRandomness(state.get());
    }
}
