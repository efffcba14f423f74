package dev.penstock.time;

/** A source of random numbers that any thread may draw from. Thread-safe. */
public interface Randomness {
    /**
     * Draws 64 random bits.
     *
     * @return a uniformly distributed value
     */
    long nextLong();

    /**
     * A source that draws the same numbers as this one would next, without advancing it.
     *
     * @return an independent copy; where the numbers cannot be foreseen (as with {@link #system()}), any other source
     */
    Randomness fork();

    /**
     * Draws a number below a bound by multiplication (Lemire 2019); the bias is below {@code bound / 2^32}.
     *
     * @param bound exclusive, {@code >= 1}
     * @return {@code 0..bound-1}
     */
    default int nextInt(int bound) {
        return (int) (((nextLong() >>> 32) * bound) >>> 32);
    }

    /**
     * Draws a fraction.
     *
     * @return {@code 0} (inclusive) to {@code 1} (exclusive), in steps of 2<sup>-53</sup>
     */
    default double nextDouble() {
        return (nextLong() >>> 11) * 0x1.0p-53;
    }

    /**
     * The generators of the calling threads, without a shared state.
     *
     * @return a source that cannot be seeded
     */
    static Randomness system() {
        return SystemRandomness.INSTANCE;
    }
}
