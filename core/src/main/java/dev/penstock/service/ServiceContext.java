package dev.penstock.service;

import static java.util.Objects.requireNonNull;

import dev.penstock.observe.Observer;
import dev.penstock.resolve.HostResolver;
import dev.penstock.time.Randomness;
import dev.penstock.time.Scheduler;
import dev.penstock.time.Ticker;

/**
 * What services share.
 *
 * @param ticker where time comes from
 * @param scheduler runs their control paths
 * @param randomness where chance comes from
 * @param hosts looks host names up
 * @param observer told of events on the control path of the service; must return at once
 */
public record ServiceContext(
        Ticker ticker, Scheduler scheduler, Randomness randomness, HostResolver hosts, Observer observer) {
    /** Checks for null. */
    public ServiceContext {
        requireNonNull(ticker, "ticker");
        requireNonNull(scheduler, "scheduler");
        requireNonNull(randomness, "randomness");
        requireNonNull(hosts, "hosts");
        requireNonNull(observer, "observer");
    }
}
