package dev.penstock.discovery;

import static java.util.Objects.requireNonNull;

import dev.penstock.time.Randomness;
import dev.penstock.time.Scheduler;
import dev.penstock.time.Ticker;

/**
 * What a source may use: it reads no other clock, starts no threads and draws no other numbers. Thread-safe.
 *
 * @param ticker the clock
 * @param scheduler runs what may block, and what is to run later
 * @param randomness spreads retries
 */
public record DiscoveryContext(Ticker ticker, Scheduler scheduler, Randomness randomness) {
    /** Checks for null. */
    public DiscoveryContext {
        requireNonNull(ticker, "ticker");
        requireNonNull(scheduler, "scheduler");
        requireNonNull(randomness, "randomness");
    }
}
