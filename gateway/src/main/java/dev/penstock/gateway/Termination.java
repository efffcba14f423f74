package dev.penstock.gateway;

import java.util.concurrent.CountDownLatch;

/** The end of the program as the system wishes it: the first signal asks, the second insists. Thread-safe. */
final class Termination {
    private static final int BY_SIGNAL = 128;

    private final CountDownLatch asked = new CountDownLatch(1);
    private final Surroundings surroundings;

    private Termination(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    static Termination watch(Surroundings surroundings) {
        var termination = new Termination(surroundings);
        surroundings.signals().watch(termination::signalled);
        return termination;
    }

    private synchronized void signalled(int number) {
        if (asked.getCount() == 0) {
            surroundings.halt().accept(BY_SIGNAL + number);
        }
        asked.countDown();
    }

    void await() throws InterruptedException {
        asked.await();
    }
}
