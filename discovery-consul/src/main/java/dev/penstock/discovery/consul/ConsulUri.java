package dev.penstock.discovery.consul;

import dev.penstock.text.Suggestion;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A URI of ours taken apart and checked. Immutable. Its text is never shown: a token may stand in it.
 *
 * @param authority {@code host:port}
 * @param path without slashes at its ends; may be empty
 * @param options by name; of an option that stands several times, the values with commas between
 */
record ConsulUri(String authority, String path, Map<String, String> options) {
    static final String DEFAULT_ADDRESS = "127.0.0.1:8500";

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
    private static final Pattern AUTHORITY = Pattern.compile("(\\[[0-9A-Fa-f:.%]+]|[A-Za-z0-9.-]+)(?::([0-9]{1,5}))?");
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");

    /**
     * Takes a URI apart.
     *
     * @param known the options that may stand in it besides those of the source
     * @param address {@code host[:port]} where the URI has none
     */
    static ConsulUri of(URI uri, Set<String> known, String address) {
        if (uri.isOpaque()) {
            throw new IllegalArgumentException("form: \"" + uri.getScheme() + ":...\" (expected: " + uri.getScheme()
                    + "://host:8500/name, or " + uri.getScheme() + ":///name)");
        }
        Set<String> allowed = new TreeSet<>(SOURCE);
        allowed.addAll(known);
        Map<String, String> options = options(uri.getRawQuery(), allowed);
        String authority = uri.getRawAuthority() == null ? address : uri.getRawAuthority();
        if (authority.indexOf('@') >= 0) {
            throw new IllegalArgumentException(
                    "user: given (expected: none; a token is given by tokenFile or tokenEnv)");
        }
        String path = uri.getPath() == null ? "" : uri.getPath().replaceAll("^/+|/+$", "");
        return new ConsulUri(authority(authority, options.containsKey("tls")), path, options);
    }

    /** An address with its port, checked. */
    static String authority(String text, boolean tls) {
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

    private static Map<String, String> options(String query, Set<String> allowed) {
        Map<String, String> options = new TreeMap<>();
        for (String option : query == null || query.isEmpty() ? new String[0] : query.split("&", -1)) {
            int equals = option.indexOf('=');
            String name = decode(equals < 0 ? option : option.substring(0, equals));
            String value = equals < 0 ? "" : decode(option.substring(equals + 1));
            if (!allowed.contains(name)) {
                throw new IllegalArgumentException("option: " + Suggestion.unknown(name, allowed));
            }
            put(options, name, value, equals >= 0);
        }
        if (options.containsKey("stale") && options.containsKey("consistent")) {
            throw new IllegalArgumentException("option: stale and consistent (expected: one of them)");
        }
        return options;
    }

    private static void put(Map<String, String> options, String name, String value, boolean given) {
        if (FLAGS.contains(name)) {
            if (given && !value.equals("true") && !value.equals("false")) {
                throw new IllegalArgumentException("option " + name + ": \"" + value + "\" (expected: true or false)");
            }
            if (!value.equals("false")) {
                options.put(name, "true");
            }
        } else if (value.isEmpty()) {
            throw new IllegalArgumentException("option " + name + ": \"\" (expected: a value, as in " + name + "=x)");
        } else if (name.equals("tag")) {
            options.merge(name, value, (a, b) -> a + "," + b);
        } else if (options.put(name, value) != null) {
            throw new IllegalArgumentException("option " + name + ": given twice (expected: once)");
        }
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    static String encodePath(String text) {
        return encode(text).replace("%2F", "/");
    }

    /** A flag that is set. */
    boolean is(String flag) {
        return options.containsKey(flag);
    }

    /** The value of an option, or another one. */
    String or(String name, String otherwise) {
        return options.getOrDefault(name, otherwise);
    }

    /** The value of an option as a time within bounds. */
    Duration duration(String name, Duration otherwise, Duration least, Duration most) {
        String text = options.get(name);
        if (text == null) {
            return otherwise;
        }
        Matcher matcher = DURATION.matcher(text);
        if (matcher.matches()) {
            long amount = Long.parseLong(matcher.group(1));
            Duration value = switch (matcher.group(2)) {
                case "ms" -> Duration.ofMillis(amount);
                case "s" -> Duration.ofSeconds(amount);
                case "m" -> Duration.ofMinutes(amount);
                default -> Duration.ofHours(amount);
            };
            if (value.compareTo(least) >= 0 && value.compareTo(most) <= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("option " + name + ": \"" + text + "\" (expected: a time from "
                + least.toMillis() + "ms to " + most.toMinutes() + "m, as in 500ms, 10s or 5m)");
    }

    /** The part that names the source. */
    URI shared(String scheme) {
        var text = new StringBuilder(scheme + "://" + authority);
        char before = '?';
        for (Map.Entry<String, String> option : options.entrySet()) {
            if (SOURCE.contains(option.getKey())) {
                text.append(before).append(option.getKey()).append('=').append(encode(option.getValue()));
                before = '&';
            }
        }
        return URI.create(text.toString());
    }

    /** The options that narrow the search. */
    Map<String, String> queryOptions() {
        Map<String, String> query = new TreeMap<>(options);
        query.keySet().removeAll(SOURCE);
        return query;
    }

    @Override
    public String toString() {
        return authority + "/" + path;
    }
}
