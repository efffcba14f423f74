package dev.penstock.balancer;

import dev.penstock.time.Randomness;

/**
 * Gives the numbers that a picker drew when it was made, and after {@link #goOn} those that it would draw next. Confined
 * to one thread.
 */
final class ReplayedRandomness implements Randomness {
    private Randomness source;

    ReplayedRandomness(Randomness atMaking) {
        source = atMaking.fork();
    }

    void goOn(Randomness now) {
        source = now.fork();
    }

    @Override
    public long nextLong() {
        return source.nextLong();
    }

    @Override
    public Randomness fork() {
        return source.fork();
    }
}
