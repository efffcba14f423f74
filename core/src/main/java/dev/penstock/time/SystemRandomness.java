package dev.penstock.time;

import java.util.concurrent.ThreadLocalRandom;

/** The one place that draws from the calling thread's generator. Immutable. */
enum SystemRandomness implements Randomness {
    INSTANCE;

    @Override
    public long nextLong() {
        return ThreadLocalRandom.current().nextLong();
    }

    @Override
    public Randomness fork() {
        return this;
    }
}
