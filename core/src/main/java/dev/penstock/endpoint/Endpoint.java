package dev.penstock.endpoint;

import static java.util.Objects.requireNonNull;

import java.util.Map;

/**
 * One address that serves a Service. Immutable.
 *
 * @param id what the endpoint is known by across updates; unique within its service, not blank, neither {@code .} nor {@code ..}
 * @param host IP literal (IPv6 without brackets) or resolvable name; not blank
 * @param port {@code 1..65535}
 * @param weight relative share of traffic, {@code 0..1000000}; {@code 0} receives none
 * @param priority tier, {@code >= 0}; a lower number is preferred
 * @param zone where it runs
 * @param phase where it stands in its life
 * @param metadata facts of its source
 */
public record Endpoint(
        String id,
        String host,
        int port,
        int weight,
        int priority,
        Zone zone,
        Phase phase,
        Map<String, String> metadata) {
    /** The largest weight; a thousand endpoints of it still sum up without overflow. */
    public static final int MAX_WEIGHT = 1_000_000;

    /** Checks every component against its range. */
    public Endpoint {
        requireNonNull(id, "id");
        requireNonNull(host, "host");
        requireNonNull(zone, "zone");
        requireNonNull(phase, "phase");
        if (id.isBlank()) {
            throw new IllegalArgumentException("endpoint id: \"" + id + "\" (expected: not blank)");
        }
        if (id.equals(".") || id.equals("..")) {
            throw new IllegalArgumentException(
                    "endpoint id: \"" + id + "\" (expected: another one; in URLs it means a folder)");
        }
        if (host.isBlank() || host.indexOf(' ') >= 0 || host.indexOf('/') >= 0) {
            throw new IllegalArgumentException("host: \"" + host + "\" (expected: an IP address or a host name)");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port: " + port + " (expected: 1..65535)");
        }
        if (weight < 0 || weight > MAX_WEIGHT) {
            throw new IllegalArgumentException("weight: " + weight + " (expected: 0.." + MAX_WEIGHT + ")");
        }
        if (priority < 0) {
            throw new IllegalArgumentException("priority: " + priority + " (expected: 0 or more)");
        }
        metadata = Map.copyOf(metadata);
    }

    /**
     * An active endpoint of weight 1 whose id is its address.
     *
     * @param host see {@link #host()}
     * @param port see {@link #port()}
     * @return the endpoint
     */
    public static Endpoint of(String host, int port) {
        return new Endpoint(address(host, port), host, port, 1, 0, Zone.UNKNOWN, Phase.ACTIVE, Map.of());
    }

    /**
     * An endpoint from {@code host:port} or {@code [IPv6]:port}.
     *
     * @param address the text
     * @return an active endpoint of weight 1
     * @throws IllegalArgumentException if the text has no host, or no port in {@code 1..65535}
     */
    public static Endpoint parse(String address) {
        int colon = address.lastIndexOf(':');
        String host = colon < 0 ? "" : address.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
            host = "";
        }
        int port = digits(address, colon + 1);
        if (host.isBlank() || port < 1 || port > 65_535) {
            throw new IllegalArgumentException(
                    "endpoint: \"" + address + "\" (expected: host:port or [IPv6]:port, port in 1..65535)");
        }
        return of(host, port);
    }

    private static int digits(String text, int from) {
        int value = 0;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9' || i - from > 4) {
                return -1;
            }
            value = value * 10 + (c - '0');
        }
        return value;
    }

    /**
     * The address in one piece, as it stands in a URL.
     *
     * @return {@code host:port}, an IPv6 host in brackets
     */
    public String address() {
        return address(host, port);
    }

    private static String address(String host, int port) {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }

    /**
     * The same endpoint with another weight.
     *
     * @param weight see {@link #weight()}
     * @return a copy
     */
    public Endpoint withWeight(int weight) {
        return new Endpoint(id, host, port, weight, priority, zone, phase, metadata);
    }

    /**
     * The same endpoint in another tier.
     *
     * @param priority see {@link #priority()}
     * @return a copy
     */
    public Endpoint withPriority(int priority) {
        return new Endpoint(id, host, port, weight, priority, zone, phase, metadata);
    }

    /**
     * The same endpoint in another failure domain.
     *
     * @param zone see {@link #zone()}
     * @return a copy
     */
    public Endpoint withZone(Zone zone) {
        return new Endpoint(id, host, port, weight, priority, zone, phase, metadata);
    }

    /**
     * The same endpoint in another phase.
     *
     * @param phase see {@link #phase()}
     * @return a copy
     */
    public Endpoint withPhase(Phase phase) {
        return new Endpoint(id, host, port, weight, priority, zone, phase, metadata);
    }

    /**
     * The same endpoint with other metadata.
     *
     * @param metadata see {@link #metadata()}
     * @return a copy
     */
    public Endpoint withMetadata(Map<String, String> metadata) {
        return new Endpoint(id, host, port, weight, priority, zone, phase, metadata);
    }
}
