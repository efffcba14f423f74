package dev.penstock.discovery.dns;

import dev.penstock.discovery.UriOptions;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What the URI of a source says of where to ask. Immutable.
 *
 * @param servers unresolved where they are names; empty: those of {@code resolvConf}
 * @param resolvConf the system's resolver file
 * @param timeout for one try
 * @param tries of each server
 * @param emptyGuard how long an empty answer must last
 * @param shrinkGuard how long a much smaller answer must last
 */
record Where(
        List<InetSocketAddress> servers,
        Path resolvConf,
        Duration timeout,
        int tries,
        Duration emptyGuard,
        Duration shrinkGuard) {
    static final Set<String> OPTIONS = Set.of("nameservers", "resolv", "timeout", "tries", "emptyGuard", "shrinkGuard");

    private static final int DNS_PORT = 53;
    private static final Duration HOUR = Duration.ofHours(1);

    /**
     * Reads a URI.
     *
     * @param uri with an authority of zero or more servers, joined by commas
     * @param systemFile the resolver file where the URI names none
     * @throws IllegalArgumentException if it makes no sense
     */
    static Where of(URI uri, Path systemFile) {
        UriOptions options = UriOptions.of(uri, DnsDiscoveryFactory.OPTIONS);
        return new Where(
                servers(authority(uri), options.text("nameservers").orElse("")),
                options.text("resolv").map(Path::of).orElse(systemFile),
                options.duration("timeout", Duration.ofMillis(300), Duration.ofMillis(10), Duration.ofSeconds(30)),
                options.number("tries", 2, 1, 10),
                options.duration("emptyGuard", Duration.ZERO, Duration.ZERO, HOUR),
                options.duration("shrinkGuard", Duration.ZERO, Duration.ZERO, HOUR));
    }

    /** The part of a URI that this is read from, in one form. */
    static URI shared(URI uri) {
        String options = new TreeMap<>(
                        UriOptions.of(uri, DnsDiscoveryFactory.OPTIONS).values())
                .entrySet().stream()
                        .filter(option -> OPTIONS.contains(option.getKey()))
                        .map(option -> option.getKey() + "=" + escaped(option.getValue()))
                        .collect(Collectors.joining("&"));
        return URI.create("dns://" + authority(uri) + "/" + (options.isEmpty() ? "" : "?" + options));
    }

    private static String escaped(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String authority(URI uri) {
        return uri.getRawAuthority() == null ? "" : uri.getRawAuthority();
    }

    /** From either of the two places where they may stand. */
    private static List<InetSocketAddress> servers(String authority, String option) {
        if (!authority.isEmpty() && !option.isEmpty()) {
            throw new IllegalArgumentException(
                    "nameservers: \"" + option + "\" (expected: here or after dns://, not both)");
        }
        List<InetSocketAddress> servers = new ArrayList<>();
        if (!authority.isEmpty() || !option.isEmpty()) {
            for (String server : (authority + option).split(",", -1)) {
                servers.add(server(server));
            }
        }
        return servers;
    }

    private static InetSocketAddress server(String text) {
        boolean bracketed = text.startsWith("[");
        int close = bracketed ? text.indexOf(']') : -1;
        int colon = bracketed ? text.indexOf(':', Math.max(0, close)) : text.lastIndexOf(':');
        String host = bracketed ? text.substring(1, Math.max(1, close)) : colon < 0 ? text : text.substring(0, colon);
        String after = bracketed ? text.substring(close + 1) : colon < 0 ? "" : text.substring(colon);
        int port =
                after.isEmpty() ? DNS_PORT : after.matches(":[0-9]{1,5}") ? Integer.parseInt(after.substring(1)) : -1;
        boolean named = host.matches("[A-Za-z0-9_.-]+");
        if (port < 1 || port > 65_535 || (bracketed ? ResolvConf.literal(host) == null : !named)) {
            throw new IllegalArgumentException("nameserver: \"" + text
                    + "\" (expected: host, host:port or [IPv6]:port, port in 1..65535; several joined by commas)");
        }
        var literal = ResolvConf.literal(host);
        return literal == null ? InetSocketAddress.createUnresolved(host, port) : new InetSocketAddress(literal, port);
    }
}
