package dev.penstock.config;

import static java.util.Objects.requireNonNull;

import dev.penstock.catalog.ListenerSpec;
import java.time.Duration;

/**
 * Where status and state are told. Immutable.
 *
 * @param enabled whether they are told at all
 * @param address {@code host:port}; loopback unless said otherwise, for it tells addresses of endpoints
 * @param startTimeout how long {@code /status} waits for the first answer of every service before it says OK anyway
 */
public record AdminSettings(boolean enabled, String address, Duration startTimeout) {
    /** The address unless said otherwise. */
    public static final String DEFAULT_ADDRESS = "127.0.0.1:9123";

    /** Checks the address. */
    public AdminSettings {
        requireNonNull(startTimeout, "startTimeout");
        ListenerSpec.of("admin", address);
    }

    /**
     * The documented defaults.
     *
     * @return on 127.0.0.1:9123, 10 s to start
     */
    public static AdminSettings defaults() {
        return new AdminSettings(true, DEFAULT_ADDRESS, Duration.ofSeconds(10));
    }

    /**
     * The same at another address, enabled.
     *
     * @param address see {@link #address()}
     * @return a copy
     */
    public AdminSettings withAddress(String address) {
        return new AdminSettings(true, address, startTimeout);
    }

    /**
     * The same, told nowhere.
     *
     * @return a copy
     */
    public AdminSettings off() {
        return new AdminSettings(false, address, startTimeout);
    }
}
