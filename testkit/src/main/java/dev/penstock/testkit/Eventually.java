package dev.penstock.testkit;

import dev.penstock.time.Ticker;
import java.time.Duration;

/** The waiting of tests for what other threads do: an assertion is tried until it holds. */
public final class Eventually {
    private static final long PAUSE_MILLIS = 5;

    private Eventually() {}

    /**
     * Tries an assertion every few milliseconds until it holds.
     *
     * @param limit how long at most; be generous, it costs time only in a test that fails
     * @param assertion throws as long as it does not hold
     * @throws AssertionError the last failure, once the limit is over
     */
    public static void eventually(Duration limit, ThrowingRunnable assertion) {
        long start = Ticker.system().nanos();
        while (true) {
            try {
                assertion.run();
                return;
            } catch (Throwable e) {
                if (Ticker.system().nanos() - start > limit.toNanos()) {
                    throw new AssertionError("not within " + limit + ": " + e.getMessage(), e);
                }
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting", e);
        }
    }

    /** A piece of a test that may throw anything. */
    @FunctionalInterface
    public interface ThrowingRunnable {
        /**
         * Runs it.
         *
         * @throws Exception if it fails
         */
        void run() throws Exception;
    }
}
