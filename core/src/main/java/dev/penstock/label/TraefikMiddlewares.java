package dev.penstock.label;

import dev.penstock.label.LabelSet.Label;
import dev.penstock.middleware.Middleware;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The middlewares that the labels of a thing define. Confined to one reading.
 *
 * <p>A route that asks for one that Penstock does not have goes without, and says so; but not if it would then be open to
 * requests that the middleware keeps out: such a route is left out.
 */
final class TraefikMiddlewares {
    private static final int MAX_DEPTH = 8;
    private static final String RETRY = "retry";
    private static final Pattern INTERVAL = Pattern.compile("([0-9]{1,9})(ms|s|m|)");

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
            RETRY,
            "stripprefix",
            "stripprefixregex");

    /** The kinds that keep requests out. */
    private static final Set<String> GUARDING =
            Set.of("basicauth", "digestauth", "forwardauth", "ipallowlist", "ipwhitelist", "plugin");

    private final Map<String, Set<String>> kinds = new HashMap<>();
    private final Map<String, List<String>> chains = new HashMap<>();
    private final Map<String, LabelRetry> retries = new HashMap<>();
    private final Map<String, List<Middleware>> pieces = new HashMap<>();
    private final Map<String, Set<String>> understood = new HashMap<>();

    TraefikMiddlewares(LabelSet labels, SortedMap<String, SortedMap<String, Label>> defined) {
        defined.forEach((name, some) -> {
            Set<String> found = new HashSet<>();
            some.forEach((key, label) -> {
                int dot = key.indexOf('.');
                String kind = dot < 0 ? key : key.substring(0, dot);
                if (key.equals("chain.middlewares")) {
                    chains.put(name, names(label.value()));
                } else if (found.add(kind) && !kind.equals(RETRY) && !TraefikPieces.KINDS.contains(kind)) {
                    report(labels, label, kind);
                }
            });
            kinds.put(name, found);
            found.stream()
                    .filter(TraefikPieces.KINDS::contains)
                    .sorted()
                    .forEach(kind -> make(labels, name, kind, some));
            if (found.contains(RETRY)) {
                retry(labels, name, LabelSet.below(some, RETRY + "."));
            }
        });
    }

    private void make(LabelSet labels, String name, String kind, SortedMap<String, Label> some) {
        SortedMap<String, Label> own = new TreeMap<>(some);
        own.keySet().removeIf(key -> !key.equals(kind) && !key.startsWith(kind + "."));
        List<Middleware> made = TraefikPieces.of(labels, kind, own);
        if (!made.isEmpty()) {
            pieces.computeIfAbsent(name, any -> new ArrayList<>()).addAll(made);
            understood.computeIfAbsent(name, any -> new HashSet<>()).add(kind);
        }
    }

    // The value is not shown: it may hold users and their passwords.
    private static void report(LabelSet labels, Label label, String kind) {
        boolean known = CHANGING.contains(kind) || GUARDING.contains(kind);
        labels.problem(
                label.key(),
                "middleware \"" + LabelSet.shown(kind) + "\" is "
                        + (known ? "not supported yet" : "unknown (expected: one that Traefik has)"));
    }

    private void retry(LabelSet labels, String name, SortedMap<String, Label> some) {
        var entry = new LabelEntry(labels, some);
        int attempts = entry.integer("attempts", 0, 1, LabelRetry.MAX_ATTEMPTS);
        Duration wait = entry.read(
                "initialinterval", Duration.ZERO, "a duration as in 100ms, up to 60m", TraefikMiddlewares::interval);
        if (entry.end() && entry.has("attempts")) {
            retries.put(name, new LabelRetry(attempts, wait));
            understood.computeIfAbsent(name, any -> new HashSet<>()).add(RETRY);
        }
    }

    /** A number without a unit is of seconds. */
    private static Duration interval(String text) {
        Matcher matcher = INTERVAL.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException(text);
        }
        long number = Long.parseLong(matcher.group(1));
        Duration interval = switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofSeconds(number);
        };
        return new LabelRetry(0, interval).firstWait();
    }

    /** The retries that a route asks for by one of these names; those of the first, if there are several. */
    @Nullable
    LabelRetry retry(List<String> asked) {
        for (String name : asked) {
            LabelRetry retry = retries.get(TraefikNames.bare(name));
            if (retry != null) {
                return retry;
            }
        }
        return null;
    }

    /** Of those that a route asks for, the ones that it goes without. */
    List<String> missing(List<String> asked) {
        return asked.stream().filter(name -> isMissing(name, 0)).toList();
    }

    private boolean isMissing(String name, int depth) {
        String bare = TraefikNames.bare(name);
        Set<String> own = bare == null ? null : kinds.get(bare);
        return depth >= MAX_DEPTH
                || own == null
                || !understood.getOrDefault(bare, Set.of()).containsAll(own)
                || chains.getOrDefault(bare, List.of()).stream().anyMatch(next -> isMissing(next, depth + 1));
    }

    /** What a route asks for by these names, as far as there is such a thing. */
    List<Middleware> pieces(List<String> asked) {
        List<Middleware> found = new ArrayList<>();
        gather(asked, 0, found);
        return found;
    }

    private void gather(List<String> asked, int depth, List<Middleware> found) {
        for (String name : asked) {
            String bare = TraefikNames.bare(name);
            if (bare != null && depth < MAX_DEPTH) {
                found.addAll(pieces.getOrDefault(bare, List.of()));
                gather(chains.getOrDefault(bare, List.of()), depth + 1, found);
            }
        }
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
            boolean safe = depth < MAX_DEPTH && own != null && own.stream().allMatch(kind -> isSafe(bare, kind));
            if (!safe || guard(chains.getOrDefault(bare, List.of()), depth + 1) != null) {
                return name;
            }
        }
        return null;
    }

    private boolean isSafe(@Nullable String name, String kind) {
        return CHANGING.contains(kind)
                || understood.getOrDefault(name, Set.of()).contains(kind);
    }

    /** The names as people see them. */
    static String shown(List<String> asked) {
        return LabelSet.shown(String.join(", ", asked));
    }
}
