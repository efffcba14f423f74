package dev.penstock.testkit;

import dev.penstock.time.Randomness;
import java.util.SplittableRandom;

/** Numbers of a seed, for the jitter of sources. Thread-safe. */
final class SeededChance implements Randomness {
    private final long seed;
    private final SplittableRandom random;

    SeededChance(long seed) {
        this.seed = seed;
        random = new SplittableRandom(seed);
    }

    @Override
    public synchronized long nextLong() {
        return random.nextLong();
    }

    @Override
    public Randomness fork() {
        return new SeededChance(seed);
    }
}
