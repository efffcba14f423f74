package dev.penstock.retry;

import dev.penstock.time.Randomness;
import java.util.SplittableRandom;

/** Chance of a seed. Confined to a test's thread. */
final class Seeded implements Randomness {
    private final SplittableRandom random;

    Seeded(long seed) {
        random = new SplittableRandom(seed);
    }

    @Override
    public long nextLong() {
        return random.nextLong();
    }

    @Override
    public Randomness fork() {
        throw new UnsupportedOperationException("not needed");
    }
}
