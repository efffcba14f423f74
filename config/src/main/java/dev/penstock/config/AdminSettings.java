package dev.penstock.config;

import static java.util.Objects.requireNonNull;

import dev.penstock.catalog.ListenerSpec;
import dev.penstock.resolve.IpLiteral;
import java.net.InetAddress;
import java.time.Duration;

/**
 * Where status, state and metrics are told. Immutable.
 *
 * @param enabled whether they are told at all
 * @param address {@code host:port}; loopback unless said otherwise, for it tells addresses of endpoints
 * @param startTimeout how long {@code /status} waits for the first answer of every service before it says OK anyway
 * @param series the most that {@code /metrics} tells, {@code 2..1,000,000}
 * @param api who may use the API of servers
 */
public record AdminSettings(boolean enabled, String address, Duration startTimeout, int series, ApiSettings api) {
    /** The most series that can be asked for. */
    public static final int MAX_SERIES = 1_000_000;

    /** The address unless said otherwise. */
    public static final String DEFAULT_ADDRESS = "127.0.0.1:9123";

    private static final int DEFAULT_SERIES = 100_000; // of 1,000 services with 10 endpoints

    /** Checks address and series. */
    public AdminSettings {
        requireNonNull(startTimeout, "startTimeout");
        requireNonNull(api, "api");
        ListenerSpec.of("admin", address);
        if (series < 2 || series > MAX_SERIES) {
            throw new IllegalArgumentException("series: " + series + " (expected: 2.." + MAX_SERIES + ")");
        }
    }

    /**
     * Settings with the defaults of the API.
     *
     * @param enabled see {@link #enabled()}
     * @param address see {@link #address()}
     * @param startTimeout see {@link #startTimeout()}
     * @param series see {@link #series()}
     */
    public AdminSettings(boolean enabled, String address, Duration startTimeout, int series) {
        this(enabled, address, startTimeout, series, ApiSettings.defaults());
    }

    /**
     * The documented defaults.
     *
     * @return on 127.0.0.1:9123, 10 s to start, 100,000 series
     */
    public static AdminSettings defaults() {
        return new AdminSettings(true, DEFAULT_ADDRESS, Duration.ofSeconds(10), DEFAULT_SERIES);
    }

    /**
     * Tells whether whoever reaches the address might use the API: there is no token, the address is not a loopback one, and
     * nobody said that it is meant to be open. The API is closed then.
     *
     * @return true if so
     */
    public boolean isUnguarded() {
        return enabled && api.token().isEmpty() && !api.open() && !isLoopback();
    }

    private boolean isLoopback() {
        String host = ListenerSpec.of(address).host();
        return host.equalsIgnoreCase("localhost")
                || IpLiteral.parse(host).map(InetAddress::isLoopbackAddress).orElse(false);
    }

    /**
     * The same at another address, enabled.
     *
     * @param address see {@link #address()}
     * @return a copy
     */
    public AdminSettings withAddress(String address) {
        return new AdminSettings(true, address, startTimeout, series, api);
    }

    /**
     * The same, told nowhere.
     *
     * @return a copy
     */
    public AdminSettings off() {
        return new AdminSettings(false, address, startTimeout, series, api);
    }

    /**
     * The same with another time to start.
     *
     * @param startTimeout see {@link #startTimeout()}
     * @return a copy
     */
    public AdminSettings withStartTimeout(Duration startTimeout) {
        return new AdminSettings(enabled, address, startTimeout, series, api);
    }

    /**
     * The same with another bound of series.
     *
     * @param series see {@link #series()}
     * @return a copy
     */
    public AdminSettings withSeries(int series) {
        return new AdminSettings(enabled, address, startTimeout, series, api);
    }

    /**
     * The same with other settings of the API.
     *
     * @param api see {@link #api()}
     * @return a copy
     */
    public AdminSettings withApi(ApiSettings api) {
        return new AdminSettings(enabled, address, startTimeout, series, api);
    }
}
