package dev.penstock.simulator;

import dev.penstock.time.Randomness;

/**
 * Chance that is the same on every machine and in every run of one seed. Confined to the thread that runs the simulation.
 *
 * @see <a href="https://doi.org/10.1145/2660193.2660195">Steele, Lea, Flood 2014, Fast Splittable Pseudorandom Number
 *     Generators</a>
 */
final class SeededChance implements Randomness {
    private static final long STEP = 0x9e3779b97f4a7c15L;

    private long state;

    SeededChance(long seed) {
        state = seed;
    }

    /** Independent chance, told apart by a number: what one part of a model draws does not change what another draws. */
    SeededChance split(long number) {
        return new SeededChance(mixed(state ^ mixed(number + STEP)));
    }

    @Override
    public long nextLong() {
        state += STEP;
        return mixed(state);
    }

    @Override
    public Randomness fork() {
        return new SeededChance(state);
    }

    /** A time with an exponential distribution; StrictMath, since Math.log may differ between machines. */
    long exponential(double meanNanos) {
        return (long) (-StrictMath.log1p(-nextDouble()) * meanNanos);
    }

    private static long mixed(long bits) {
        long z = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
