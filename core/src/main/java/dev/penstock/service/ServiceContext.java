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
 * @param health what they watch over their endpoints with
 */
public record ServiceContext(
        Ticker ticker,
        Scheduler scheduler,
        Randomness randomness,
        HostResolver hosts,
        Observer observer,
        HealthTools health) {
    /** Checks for null. */
    public ServiceContext {
        requireNonNull(ticker, "ticker");
        requireNonNull(scheduler, "scheduler");
        requireNonNull(randomness, "randomness");
        requireNonNull(hosts, "hosts");
        requireNonNull(observer, "observer");
        requireNonNull(health, "health");
    }

    /**
     * A context of services without active checks.
     *
     * @param ticker where time comes from
     * @param scheduler runs their control paths
     * @param randomness where chance comes from
     * @param hosts looks host names up
     * @param observer told of events
     */
    public ServiceContext(
            Ticker ticker, Scheduler scheduler, Randomness randomness, HostResolver hosts, Observer observer) {
        this(ticker, scheduler, randomness, hosts, observer, new HealthTools(null, scheduler));
    }
}
