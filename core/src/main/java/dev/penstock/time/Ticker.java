package dev.penstock.time;

/** The clock by which durations are measured; its origin means nothing. Thread-safe. */
@FunctionalInterface
public interface Ticker {
    /**
     * Reads the clock.
     *
     * @return nanoseconds since an arbitrary origin; never goes back, may wrap, so compare differences
     */
    long nanos();

    /**
     * The clock of the machine.
     *
     * @return a ticker over {@link System#nanoTime()}
     */
    static Ticker system() {
        return SystemTicker.INSTANCE;
    }
}
