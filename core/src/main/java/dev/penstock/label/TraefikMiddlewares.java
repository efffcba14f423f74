package dev.penstock.label;

import dev.penstock.label.LabelSet.Label;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * The middlewares that the labels of a thing define. Confined to one reading.
 *
 * <p>Penstock has none of them yet. A route that asks for one goes without, and says so; but not if it would then be open
 * to requests that the middleware keeps out: such a route is left out.
 */
final class TraefikMiddlewares {
    private static final int MAX_DEPTH = 8;

    /** The kinds that change requests and answers, or their pace; a route is safe without. */
    private static final Set<String> CHANGING = Set.of(
            "addprefix",
            "buffering",
            "circuitbreaker",
            "compress",
            "contenttype",
            "errors",
            "grpcweb",
            "headers",
            "inflightreq",
            "passtlsclientcert",
            "ratelimit",
            "redirectregex",
            "redirectscheme",
            "replacepath",
            "replacepathregex",
            "retry",
            "stripprefix",
            "stripprefixregex");

    /** The kinds that keep requests out. */
    private static final Set<String> GUARDING =
            Set.of("basicauth", "digestauth", "forwardauth", "ipallowlist", "ipwhitelist", "plugin");

    private final Map<String, Set<String>> kinds = new HashMap<>();
    private final Map<String, List<String>> chains = new HashMap<>();

    TraefikMiddlewares(LabelSet labels, SortedMap<String, SortedMap<String, Label>> defined) {
        defined.forEach((name, some) -> {
            Set<String> found = new HashSet<>();
            some.forEach((key, label) -> {
                int dot = key.indexOf('.');
                String kind = dot < 0 ? key : key.substring(0, dot);
                if (key.equals("chain.middlewares")) {
                    chains.put(name, names(label.value()));
                } else if (found.add(kind)) {
                    report(labels, label, kind);
                }
            });
            kinds.put(name, found);
        });
    }

    // The value is not shown: it may hold users and their passwords.
    private static void report(LabelSet labels, Label label, String kind) {
        boolean known = CHANGING.contains(kind) || GUARDING.contains(kind);
        labels.problem(
                label.key(),
                "middleware \"" + LabelSet.shown(kind) + "\" is "
                        + (known ? "not supported yet" : "unknown (expected: one that Traefik has)"));
    }

    static List<String> names(String value) {
        return LabelEntry.items(value, name -> name.toLowerCase(Locale.ROOT));
    }

    /** Of those that a route asks for, the first that it must not go without; null if there is none. */
    @Nullable
    String guard(List<String> asked) {
        return guard(asked, 0);
    }

    private @Nullable String guard(List<String> asked, int depth) {
        for (String name : asked) {
            String bare = TraefikNames.bare(name);
            Set<String> own = bare == null ? null : kinds.get(bare);
            boolean safe = depth < MAX_DEPTH && own != null && CHANGING.containsAll(own);
            if (!safe || guard(chains.getOrDefault(bare, List.of()), depth + 1) != null) {
                return name;
            }
        }
        return null;
    }

    /** The names as people see them. */
    static String shown(List<String> asked) {
        return LabelSet.shown(String.join(", ", asked));
    }
}
