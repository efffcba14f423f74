package dev.penstock.discovery.consul;

import dev.penstock.discovery.UriOptions;
import java.net.URI;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A URI of ours taken apart and checked, or completed from the environment. Immutable. Its text is never shown: a token may
 * stand in it.
 *
 * @param authority {@code host:port}
 * @param tls whether it is asked by HTTPS
 * @param path without slashes at its ends; may be empty
 * @param options those given
 * @param ofEnvironment whether it names the agent that the environment names ({@code CONSUL_HTTP_ADDR}, or 127.0.0.1:8500), and by
 *     HTTPS if that does
 */
record ConsulUri(String authority, boolean tls, String path, UriOptions options, boolean ofEnvironment) {
    /** Options that say how to reach the source; services whose are equal share one. */
    static final Set<String> SOURCE = Set.of(
            "tls",
            "ca",
            "cert",
            "key",
            "serverName",
            "token",
            "tokenFile",
            "tokenEnv",
            "wait",
            "emptyGuard",
            "shrinkGuard",
            "every");

    private static final Set<String> FLAGS = Set.of("tls", "stale", "consistent", "warning", "prepared");
    private static final Set<String> REPEATED = Set.of("tag");
    private static final Pattern AUTHORITY = Pattern.compile("(\\[[0-9A-Fa-f:.%]+]|[A-Za-z0-9.-]+)(?::([0-9]{1,5}))?");

    /**
     * Takes a URI apart.
     *
     * @param known the options that may stand in it besides those of the source
     * @param variables the environment: {@code CONSUL_HTTP_ADDR} and {@code CONSUL_HTTP_SSL} count where the URI says nothing
     */
    static ConsulUri of(URI uri, Set<String> known, Map<String, String> variables) {
        if (uri.isOpaque()) {
            throw new IllegalArgumentException("form: \"" + uri.getScheme() + ":...\" (expected: " + uri.getScheme()
                    + "://host:8500/name, or " + uri.getScheme() + ":///name)");
        }
        Set<String> allowed = new HashSet<>(SOURCE);
        allowed.addAll(known);
        UriOptions options = UriOptions.of(uri, allowed, FLAGS, REPEATED);
        if (options.flag("stale", false) && options.flag("consistent", false)) {
            throw new IllegalArgumentException("option: stale and consistent (expected: one of them)");
        }
        String address = variables.getOrDefault("CONSUL_HTTP_ADDR", "127.0.0.1");
        boolean secure = address.startsWith("https://") || "true".equals(variables.get("CONSUL_HTTP_SSL"));
        boolean tls = options.flag("tls", secure);
        String own = address.replaceFirst("^https?://", "");
        String authority = uri.getRawAuthority() == null ? own : uri.getRawAuthority();
        if (authority.indexOf('@') >= 0) {
            throw new IllegalArgumentException(
                    "user: given (expected: none; a token is given by tokenFile or tokenEnv)");
        }
        String path = uri.getPath() == null ? "" : uri.getPath().replaceAll("^/+|/+$", "");
        boolean ofEnvironment =
                (tls || !secure) && (uri.getRawAuthority() == null || isSame(authority(authority, tls), own, secure));
        return new ConsulUri(authority(authority, tls), tls, path, options, ofEnvironment);
    }

    /** By its spelling: what a name resolves to is not asked. */
    private static boolean isSame(String authority, String own, boolean secure) {
        return AUTHORITY.matcher(own).matches() && authority.equalsIgnoreCase(authority(own, secure));
    }

    private static String authority(String text, boolean tls) {
        Matcher matcher = AUTHORITY.matcher(text);
        int port = -1;
        if (matcher.matches()) {
            port = matcher.group(2) != null ? Integer.parseInt(matcher.group(2)) : tls ? 8501 : 8500;
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException(
                    "address: \"" + text + "\" (expected: host or host:port, port in 1..65535)");
        }
        return matcher.group(1) + ":" + port;
    }

    /** The value of an option; empty if it is not given. */
    String text(String name) {
        return options.text(name).orElse("");
    }

    /** The part that names the source. */
    URI shared(String scheme) {
        return with(scheme, "", SOURCE);
    }

    /** The URI of a service found at this source, with all its options. */
    URI ofService(String name) {
        return with("consul", "/" + UriOptions.escaped(name), options.values().keySet());
    }

    private URI with(String scheme, String rawPath, Set<String> kept) {
        String query = options.query(kept);
        return URI.create(scheme + "://" + authority + rawPath + (query.isEmpty() ? "" : "?" + query));
    }

    /** The options that narrow the search; a flag that is false is none. */
    Map<String, String> queryOptions() {
        Map<String, String> query = new TreeMap<>(options.values());
        query.keySet().removeAll(SOURCE);
        query.entrySet()
                .removeIf(option ->
                        FLAGS.contains(option.getKey()) && option.getValue().equals("false"));
        return query;
    }

    @Override
    public String toString() {
        return authority + "/" + path;
    }
}
