package dev.penstock.middleware;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * Bounds the requests of each client by time; beyond: 429. Immutable.
 *
 * @param requests so many, {@code 1..1000000} ...
 * @param period ... in this time on average, 1 ms to 1 day
 * @param burst so many at once, {@code 1..1000000}; an account that was emptied is full again within 365 days
 * @param header the request header that tells clients apart; empty: their addresses, of IPv6 the first 64 bits. Requests
 *     without the header share one account
 * @param clients the most that are known at once, {@code 1..1048576}; with more, those that asked for the least are forgotten
 */
public record RateLimit(int requests, Duration period, int burst, String header, int clients) implements Middleware {
    /** How many clients are known unless said otherwise. */
    public static final int DEFAULT_CLIENTS = 16_384;

    /** So that no sum of times overflows. */
    private static final Duration LONGEST_REFILL = Duration.ofDays(365);

    /** Checks every component against its range. */
    public RateLimit {
        requireNonNull(header, "header");
        check("requests", requests, 1_000_000);
        check("burst", burst, 1_000_000);
        check("clients", clients, 1 << 20);
        if (period.compareTo(Duration.ofMillis(1)) < 0 || period.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("period: " + period + " (expected: 1 ms to 1 day)");
        }
        if (period.dividedBy(requests).multipliedBy(burst).compareTo(LONGEST_REFILL) > 0) {
            throw new IllegalArgumentException("burst: " + burst + " (expected: what " + requests + " in "
                    + period.toMillis() + " ms give back within 365 days)");
        }
        if (!header.isEmpty()) {
            HeaderEdits.checkName(header);
        }
    }

    private static void check(String what, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(what + ": " + value + " (expected: 1.." + most + ")");
        }
    }

    /**
     * A limit for each address with the documented defaults.
     *
     * @param requests see {@link #requests()}; as many may come at once
     * @param period see {@link #period()}
     * @return the limit
     */
    public static RateLimit of(int requests, Duration period) {
        return new RateLimit(requests, period, requests, "", DEFAULT_CLIENTS);
    }

    @Override
    public String text() {
        return "rate " + requests + " in " + period.toMillis() + " ms, " + burst + " at once, by "
                + (header.isEmpty() ? "address" : "header " + header);
    }

    @Override
    public boolean isStrict() {
        return false;
    }

    @Override
    public boolean isForConnections() {
        return true;
    }
}
