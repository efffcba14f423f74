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
 * @param shared what sources of one application use together
 */
public record DiscoveryContext(Ticker ticker, Scheduler scheduler, Randomness randomness, SharedParts shared) {
    /** Checks for null. */
    public DiscoveryContext {
        requireNonNull(ticker, "ticker");
        requireNonNull(scheduler, "scheduler");
        requireNonNull(randomness, "randomness");
        requireNonNull(shared, "shared");
    }

    /**
     * A context whose sources share nothing with those of another one.
     *
     * @param ticker the clock
     * @param scheduler runs what may block, and what is to run later
     * @param randomness spreads retries
     */
    public DiscoveryContext(Ticker ticker, Scheduler scheduler, Randomness randomness) {
        this(ticker, scheduler, randomness, new SharedParts());
    }
}
