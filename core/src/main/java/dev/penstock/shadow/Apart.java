package dev.penstock.shadow;

import dev.penstock.time.Randomness;

/**
 * Other numbers than those of a source: with a seed, a copy of the live rule's numbers would have the shadow agree by chance
 * alone. Thread-safe if the source is.
 */
record Apart(Randomness source) implements Randomness {
    private static final long SALT = 0x5bd1e9955bd1e995L; // any number: what is drawn is well mixed already

    @Override
    public long nextLong() {
        long z = (source.nextLong() ^ SALT) * 0xbf58476d1ce4e5b9L; // as SplitMix64 ends
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    @Override
    public Randomness fork() {
        return new Apart(source.fork());
    }
}
