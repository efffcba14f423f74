package dev.penstock.label;

import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.label.LabelSet.Label;
import dev.penstock.middleware.Middleware;
import dev.penstock.route.HostMatch;
import dev.penstock.route.Match;
import dev.penstock.route.PathMatch;
import dev.penstock.route.ValueMatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** Reads {@code penstock.*}. Confined to one reading. */
final class OwnLabels {
    private static final int MAX_PRIORITY = 1_000_000;
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final Set<String> CONDITIONS = Set.of("host", "path", "methods", "headers", "query");

    private final LabelSet labels;
    private final LabelDraft draft;

    OwnLabels(LabelSet labels, LabelDraft draft) {
        this.labels = labels;
        this.draft = draft;
    }

    void read() {
        SortedMap<String, Label> all = labels.below(LabelSet.OWN);
        SortedMap<String, Label> plain = new TreeMap<>(all);
        plain.keySet()
                .removeIf(key -> key.equals("enable") || key.startsWith("routes.") || key.startsWith("services."));
        String own = plain.isEmpty() ? draft.ownService() : plain(plain);
        LabelSet.byName(LabelSet.below(all, "services.")).forEach(this::service);
        LabelSet.byName(LabelSet.below(all, "routes."))
                .forEach((name, some) -> route(LabelSet.OWN + "routes." + name, name, entry(some), own));
    }

    private LabelEntry entry(SortedMap<String, Label> some) {
        return new LabelEntry(labels, some);
    }

    /** The keys of a thing with one service and one route; gives the name of that service. */
    private String plain(SortedMap<String, Label> some) {
        LabelEntry entry = entry(some);
        String service = serviceName(entry, draft.ownService());
        List<LabelService> read = List.of(settings(entry, service));
        boolean routed = conditioned(some) || entry.has("priority") || entry.has("listeners");
        Match match = match(entry);
        List<HostMatch> hosts = hosts(entry);
        int priority = priority(entry);
        List<Middleware> middleware = OwnPieces.read(entry);
        if (!entry.end()) {
            draft.brokenService(service);
            return service;
        }
        draft.service(read.get(0));
        if (routed || !middleware.isEmpty()) {
            var claim =
                    new Claim(LabelSet.OWN + "host", service, conditioned(some), hosts, match, priority, middleware);
            claim(claim, service);
        }
        return service;
    }

    private void route(String key, String name, LabelEntry entry, String ownService) {
        String service = serviceName(entry, ownService);
        Match match = match(entry);
        List<HostMatch> hosts = hosts(entry);
        int priority = priority(entry);
        List<Middleware> middleware = OwnPieces.read(entry);
        boolean conditioned = !match.withListeners(Set.of()).equals(Match.ALL) || !hosts.isEmpty();
        if (entry.end()) {
            claim(new Claim(key, name, conditioned, hosts, match, priority, middleware), service);
        }
    }

    /** A route as it was read; the key is what messages call it. */
    private record Claim(
            String key,
            String name,
            boolean conditioned,
            List<HostMatch> hosts,
            Match match,
            int priority,
            List<Middleware> middleware) {}

    private void claim(Claim claim, String service) {
        if (!claim.conditioned) {
            labels.problem(claim.key, "missing (expected: a condition: host, path, methods, headers or query)");
            return;
        }
        List<Match> matches = new ArrayList<>();
        Match match = claim.match;
        for (HostMatch host : claim.hosts.isEmpty() ? List.of(match.host()) : claim.hosts) {
            matches.add(match.withHost(host));
        }
        draft.route(claim.key, claim.name, matches, claim.priority, service, claim.middleware);
    }

    private void service(String name, SortedMap<String, Label> some) {
        LabelEntry entry = entry(some);
        LabelService service = settings(entry, name);
        if (entry.end()) {
            draft.service(service);
        } else {
            draft.brokenService(name);
        }
    }

    private static boolean conditioned(SortedMap<String, Label> some) {
        return some.keySet().stream()
                .anyMatch(key -> CONDITIONS.contains(key.indexOf('.') < 0 ? key : key.substring(0, key.indexOf('.'))));
    }

    private static String serviceName(LabelEntry entry, String absent) {
        return entry.read(
                "service",
                absent,
                "1 to 255 letters, digits or punctuation, no blank",
                text -> ServiceName.of(text).value());
    }

    private static LabelService settings(LabelEntry entry, String name) {
        return new LabelService(
                name,
                entry.integer("port", 0, 1, 65_535),
                entry.integer("weight", 1, 0, Endpoint.MAX_WEIGHT),
                entry.text("balancer", "", "the name of a balancer"),
                entry.text("shadow", "", "the name of a balancer"),
                entry.read("hostheader", true, "keep or endpoint", OwnLabels::keepsHost),
                LabelTls.own(entry),
                HealthLabels.own(entry),
                new LabelRetry(entry.integer("attempts", 0, 1, LabelRetry.MAX_ATTEMPTS), Duration.ZERO));
    }

    private static boolean keepsHost(String text) {
        if (!text.equals("keep") && !text.equals("endpoint")) {
            throw new IllegalArgumentException(text);
        }
        return text.equals("keep");
    }

    private static int priority(LabelEntry entry) {
        return entry.integer("priority", 0, -MAX_PRIORITY, MAX_PRIORITY);
    }

    private static List<HostMatch> hosts(LabelEntry entry) {
        return entry.list("host", "hosts without port, as in www.example.com or *.example.com", HostMatch::parse);
    }

    private static Match match(LabelEntry entry) {
        return new Match(
                new HostMatch.Any(),
                path(entry),
                new HashSet<>(entry.list("methods", "methods in upper case, as in GET", OwnLabels::method)),
                values(entry, "headers."),
                values(entry, "query."),
                new HashSet<>(entry.list("listeners", "names of listeners", text -> text)),
                new HashSet<>(entry.list("schemes", "http, https or both", OwnLabels::scheme)));
    }

    private static String scheme(String text) {
        if (!Match.SCHEMES.contains(text)) {
            throw new IllegalArgumentException(text);
        }
        return text;
    }

    private static PathMatch path(LabelEntry entry) {
        List<PathMatch> given = new ArrayList<>();
        path(entry, "path", PathMatch.Prefix::new, given);
        path(entry, "path.prefix", PathMatch.Prefix::new, given);
        path(entry, "path.exact", PathMatch.Exact::new, given);
        path(entry, "path.pattern", PathMatch.Pattern::new, given);
        return given.isEmpty() ? new PathMatch.Any() : given.get(0);
    }

    private static void path(LabelEntry entry, String key, Function<String, PathMatch> kind, List<PathMatch> given) {
        entry.read(key, false, "one path that begins with /, without query and fragment", text -> {
            if (!given.isEmpty()) {
                throw new IllegalArgumentException(text);
            }
            return given.add(kind.apply(text));
        });
    }

    private static String method(String text) {
        if (!text.matches("[A-Z]([A-Z0-9_-]*)")) {
            throw new IllegalArgumentException(text);
        }
        return text;
    }

    private static List<ValueMatch> values(LabelEntry entry, String kind) {
        List<ValueMatch> conditions = new ArrayList<>();
        entry.below(kind).forEach((rest, label) -> {
            // As written: names of query parameters keep their case.
            String name = label.key().strip().substring(label.key().strip().length() - rest.length());
            if (name.isBlank() || (kind.equals("headers.") && !name.matches(TOKEN))) {
                entry.fault(label, "(expected: a name after " + kind + ")");
            } else {
                conditions.add(new ValueMatch(name, new HashSet<>(LabelEntry.items(label.value(), value -> value))));
            }
        });
        return conditions;
    }
}
