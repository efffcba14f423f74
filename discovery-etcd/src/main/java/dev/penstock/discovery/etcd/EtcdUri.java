package dev.penstock.discovery.etcd;

import dev.penstock.discovery.UriOptions;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A URI of ours taken apart and checked. Immutable. Its text is never shown: a password may stand in it.
 *
 * @param members each {@code host:port}
 * @param rawUser {@code name} or {@code name:password}, escaped as in the URI; may be empty
 * @param path without slashes at its ends; may be empty
 * @param options those given
 */
record EtcdUri(List<String> members, String rawUser, String path, UriOptions options) {
    static final String SCHEME = "etcd";

    /** Options that say how to reach the source; services whose are equal share one. */
    static final Set<String> SOURCE = Set.of("api", "passwordFile", "passwordEnv", "wait", "emptyGuard", "shrinkGuard");

    private static final Set<String> FLAGS = Set.of("udp");
    private static final String DEFAULT_MEMBER = "127.0.0.1:2379";
    private static final Pattern MEMBER = Pattern.compile("(\\[[0-9A-Fa-f:.%]+]|[A-Za-z0-9._-]+)(?::([0-9]{1,5}))?");

    /**
     * Takes a URI apart.
     *
     * @param known the options that may stand in it besides those of the source
     */
    static EtcdUri of(URI uri, Set<String> known) {
        if (uri.isOpaque()) {
            throw new IllegalArgumentException(
                    "form: \"" + uri.getScheme() + ":...\" (expected: etcd://host:2379/services/name)");
        }
        Set<String> allowed = new HashSet<>(SOURCE);
        allowed.addAll(known);
        UriOptions options = UriOptions.of(uri, allowed, FLAGS, Set.of());
        String authority = uri.getRawAuthority() == null ? "" : uri.getRawAuthority();
        int at = authority.lastIndexOf('@');
        String user = at < 0 ? "" : authority.substring(0, at);
        if (at == 0 || user.startsWith(":")) {
            throw new IllegalArgumentException("user: none (expected: a name before the @)");
        }
        String path = uri.getPath() == null ? "" : uri.getPath();
        boolean shown = path.indexOf('@') < 0; // else a password with a slash in it stands in what looks like a member
        return new EtcdUri(members(authority.substring(at + 1), shown), user, path.replaceAll("^/+|/+$", ""), options);
    }

    private static List<String> members(String text, boolean shown) {
        List<String> members = new ArrayList<>();
        for (String member : (text.isEmpty() ? DEFAULT_MEMBER : text).split(",", -1)) {
            Matcher matcher = MEMBER.matcher(member);
            int port = -1;
            if (matcher.matches()) {
                port = matcher.group(2) == null ? 2379 : Integer.parseInt(matcher.group(2));
            }
            if (port < 1 || port > 65_535) {
                throw new IllegalArgumentException("member: " + (shown ? "\"" + member + "\"" : "not shown")
                        + " (expected: host or host:port, port in 1..65535; several joined by commas)");
            }
            members.add(matcher.group(1) + ":" + port);
        }
        return List.copyOf(members);
    }

    /** The name of the user; empty if there is none. */
    String user() {
        int colon = rawUser.indexOf(':');
        return decoded(colon < 0 ? rawUser : rawUser.substring(0, colon));
    }

    /** The password that stands in the URI; empty if there is none. */
    String password() {
        int colon = rawUser.indexOf(':');
        return colon < 0 ? "" : decoded(rawUser.substring(colon + 1));
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** The value of an option; empty if it is not given. */
    String text(String name) {
        return options.text(name).orElse("");
    }

    /** The part that names the source. */
    URI shared() {
        String query = options.query(SOURCE);
        return URI.create(SCHEME + "://" + (rawUser.isEmpty() ? "" : rawUser + "@") + String.join(",", members)
                + (query.isEmpty() ? "" : "?" + query));
    }

    /** The options that narrow the search; a flag that is false is none. */
    Map<String, String> queryOptions() {
        Map<String, String> query = new TreeMap<>(options.values());
        query.keySet().removeAll(SOURCE);
        query.entrySet().removeIf(option -> option.getValue().equals("false"));
        return query;
    }

    @Override
    public String toString() {
        return String.join(",", members) + "/" + path;
    }
}
