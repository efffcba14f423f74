package dev.penstock.gateway;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/**
 * The end of the program as the system wishes it: the first signal asks, the second insists. SIGTERM leaves the time to
 * drain; whoever presses Ctrl-C (SIGINT) wants it to end now. Thread-safe.
 */
final class Termination {
    private static final int BY_SIGNAL = 128;
    private static final int SIGINT = 2;

    private final CountDownLatch asked = new CountDownLatch(1);
    private final Surroundings surroundings;
    private volatile int first;

    private Termination(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    static Termination watch(Surroundings surroundings) {
        var termination = new Termination(surroundings);
        surroundings.signals().watch("TERM", termination::signalled);
        surroundings.signals().watch("INT", termination::signalled);
        return termination;
    }

    private synchronized void signalled(int number) {
        if (asked.getCount() == 0) {
            surroundings.halt().accept(BY_SIGNAL + number);
        }
        first = number;
        asked.countDown();
    }

    void await() throws InterruptedException {
        asked.await();
    }

    /** How long to go on serving, of the time that there is to drain. */
    Duration serving(Duration drain) {
        return first == SIGINT ? Duration.ZERO : drain;
    }
}
