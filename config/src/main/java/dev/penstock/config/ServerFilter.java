package dev.penstock.config;

import static java.util.Objects.requireNonNull;

import dev.penstock.route.HostMatch;
import dev.penstock.route.Match;
import dev.penstock.route.PathMatch;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which requests a {@link Server} takes: those that meet all of it. Immutable.
 *
 * @param hosts one of these, as {@link HostMatch#parse} takes them; empty: any
 * @param schemes one of these, {@code http} or {@code https}; empty: any
 * @param pathPrefix what the raw path begins with, as a text: {@code /api} also takes {@code /apix}; empty: any
 */
public record ServerFilter(List<String> hosts, Set<String> schemes, String pathPrefix) {
    /** The filter that every request meets. */
    public static final ServerFilter NONE = new ServerFilter(List.of(), Set.of(), "");

    private static final String REST = "*/**";

    /** Checks every component, and copies the collections. */
    public ServerFilter {
        requireNonNull(pathPrefix, "pathPrefix");
        hosts = List.copyOf(hosts);
        schemes = Set.copyOf(schemes);
        hosts.forEach(HostMatch::parse);
        Match.ALL.withSchemes(schemes);
        path(pathPrefix);
    }

    /** The condition on the path that a prefix makes. */
    static PathMatch path(String prefix) {
        if (prefix.isEmpty()) {
            return new PathMatch.Any();
        }
        if (prefix.matches(".*[*{}].*")) {
            throw new IllegalArgumentException("PathPrefix: \"" + prefix + "\" (expected: no *, { and })");
        }
        return prefix.equals("/") ? new PathMatch.Prefix("/") : new PathMatch.Pattern(prefix + REST);
    }

    /** The prefix that makes a condition; null if none does. */
    static @Nullable String prefix(PathMatch path) {
        if (path instanceof PathMatch.Any) {
            return "";
        }
        if (path instanceof PathMatch.Prefix whole && whole.path().equals("/")) {
            return "/";
        }
        if (path instanceof PathMatch.Pattern pattern && pattern.pattern().endsWith(REST)) {
            String prefix = pattern.pattern().substring(0, pattern.pattern().length() - REST.length());
            return prefix.matches(".*[*{}].*") ? null : prefix;
        }
        return null;
    }
}
