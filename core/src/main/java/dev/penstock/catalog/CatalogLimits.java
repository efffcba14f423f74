package dev.penstock.catalog;

import dev.penstock.route.HostMatch;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a catalog may claim. Immutable.
 *
 * @param allowHosts the hosts that its routes may match; empty: none. A route without a condition on the host needs
 *     {@link HostMatch.Any}
 */
public record CatalogLimits(List<HostMatch> allowHosts) {
    private static final CatalogLimits NONE = new CatalogLimits(List.of(new HostMatch.Any()));

    /** Copies the list. */
    public CatalogLimits {
        allowHosts = List.copyOf(allowHosts);
    }

    /**
     * No limits.
     *
     * @return any host, and none, may be claimed
     */
    public static CatalogLimits none() {
        return NONE;
    }

    /**
     * Limits on hosts.
     *
     * @param patterns as in {@code www.example.com} or {@code *.example.com}, see {@link HostMatch#parse(String)}
     * @return the limits
     * @throws IllegalArgumentException if a pattern is malformed
     */
    public static CatalogLimits allowHosts(String... patterns) {
        return new CatalogLimits(
                List.of(patterns).stream().map(HostMatch::parse).toList());
    }

    /**
     * Tells whether a route may claim a host.
     *
     * @param claim the condition of the route
     * @return true if one of the allowed hosts takes in all that the condition matches
     */
    public boolean allow(HostMatch claim) {
        return allowHosts.stream().anyMatch(allowed -> allowed.covers(claim));
    }

    /** The allowed hosts as people write them. */
    String text() {
        return allowHosts.isEmpty()
                ? "none"
                : allowHosts.stream().map(HostMatch::text).collect(Collectors.joining(", "));
    }
}
