package dev.penstock.discovery;

import dev.penstock.time.Ticker;
import java.time.Duration;

/** Lets a bounded number of log lines through in a stretch of time, which begins with the first. Thread-safe. */
final class LogLimit {
    private final Ticker ticker;
    private final int most;
    private final long windowNanos;
    private long windowStart;
    private int lines;

    /** Ten lines a minute. */
    LogLimit(Ticker ticker) {
        this(ticker, 10, Duration.ofMinutes(1));
    }

    LogLimit(Ticker ticker, int most, Duration window) {
        this.ticker = ticker;
        this.most = most;
        windowNanos = window.toNanos();
    }

    /** Whether one more line may be written now. */
    synchronized boolean allows() {
        long now = ticker.nanos();
        if (lines == 0 || now - windowStart >= windowNanos) {
            windowStart = now;
            lines = 0;
        }
        return ++lines <= most;
    }
}
