package dev.penstock.discovery;

import dev.penstock.time.Ticker;
import java.time.Duration;

/** Lets a bounded number of log lines through per minute. Thread-safe. */
final class LogLimit {
    private static final int LINES = 10;
    private static final long WINDOW_NANOS = Duration.ofMinutes(1).toNanos();

    private final Ticker ticker;
    private long windowStart;
    private int lines;

    LogLimit(Ticker ticker) {
        this.ticker = ticker;
        windowStart = ticker.nanos();
    }

    /** Whether one more line may be written now. */
    synchronized boolean allows() {
        long now = ticker.nanos();
        if (now - windowStart >= WINDOW_NANOS) {
            windowStart = now;
            lines = 0;
        }
        return ++lines <= LINES;
    }
}
