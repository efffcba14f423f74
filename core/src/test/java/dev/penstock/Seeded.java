package dev.penstock;

import dev.penstock.time.Randomness;
import java.util.concurrent.atomic.AtomicLong;

/** SplitMix64 from a seed. Thread-safe. */
public final class Seeded implements Randomness {
    private static final long STEP = 0x9e3779b97f4a7c15L;

    private final AtomicLong state;

    public Seeded(long seed) {
        state = new AtomicLong(seed);
    }

    @Override
    public long nextLong() {
        long z = state.addAndGet(STEP);
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    @Override
    public Randomness fork() {
        return new Seeded(state.get());
    }
}
