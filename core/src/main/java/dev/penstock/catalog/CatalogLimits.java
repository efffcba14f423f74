package dev.penstock.catalog;

import dev.penstock.route.HostMatch;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a catalog may claim. Immutable.
 *
 * @param allowHosts the hosts that its routes may match; empty: none. A route without a condition on the host needs
 *     {@link HostMatch.Any}, but for one of a listener of the catalog's own that takes no HTTP
 * @param allowPorts the ports that its listeners may have, those of the machine's choice aside; empty: none
 */
public record CatalogLimits(List<HostMatch> allowHosts, List<PortRange> allowPorts) {
    private static final CatalogLimits NONE = new CatalogLimits(List.of(new HostMatch.Any()), List.of(PortRange.ALL));

    /** Copies the lists. */
    public CatalogLimits {
        allowHosts = List.copyOf(allowHosts);
        allowPorts = List.copyOf(allowPorts);
    }

    /**
     * No limits.
     *
     * @return any host, and none, and any port may be claimed
     */
    public static CatalogLimits none() {
        return NONE;
    }

    /**
     * Limits on hosts.
     *
     * @param patterns as in {@code www.example.com} or {@code *.example.com}, see {@link HostMatch#parse(String)}
     * @return the limits, with any port
     * @throws IllegalArgumentException if a pattern is malformed
     */
    public static CatalogLimits allowHosts(String... patterns) {
        return NONE.withAllowHosts(Stream.of(patterns).map(HostMatch::parse).toList());
    }

    /**
     * Limits on ports.
     *
     * @param ranges as in {@code 53} or {@code 1024-65535}, see {@link PortRange#parse(String)}
     * @return the limits, with any host
     * @throws IllegalArgumentException if a range is malformed
     */
    public static CatalogLimits allowPorts(String... ranges) {
        return NONE.withAllowPorts(Stream.of(ranges).map(PortRange::parse).toList());
    }

    /**
     * The same with other hosts.
     *
     * @param hosts see {@link #allowHosts()}
     * @return a copy
     */
    public CatalogLimits withAllowHosts(List<HostMatch> hosts) {
        return new CatalogLimits(hosts, allowPorts);
    }

    /**
     * The same with other ports.
     *
     * @param ports see {@link #allowPorts()}
     * @return a copy
     */
    public CatalogLimits withAllowPorts(List<PortRange> ports) {
        return new CatalogLimits(allowHosts, ports);
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

    /**
     * Tells whether a listener may have a port.
     *
     * @param port {@code 0..65535}; {@code 0}: one that is free, which is nobody's
     * @return true if it is allowed
     */
    public boolean allow(int port) {
        return allowPorts.stream().anyMatch(allowed -> port == 0 || allowed.contains(port));
    }

    /** The allowed hosts as people write them. */
    String hosts() {
        return text(allowHosts.stream().map(HostMatch::text));
    }

    /** The allowed ports as people write them. */
    String ports() {
        return text(allowPorts.stream().map(PortRange::text));
    }

    private static String text(Stream<String> items) {
        String text = items.collect(Collectors.joining(", "));
        return text.isEmpty() ? "none" : text;
    }
}
