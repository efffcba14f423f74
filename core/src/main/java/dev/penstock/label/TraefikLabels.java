package dev.penstock.label;

import dev.penstock.endpoint.Endpoint;
import dev.penstock.label.LabelSet.Label;
import dev.penstock.route.Match;
import dev.penstock.text.Suggestion;
import dev.penstock.tls.UpstreamTls;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads {@code traefik.*}. Confined to one reading. */
final class TraefikLabels {
    private static final String HTTP = LabelSet.TRAEFIK + "http.";

    /** What Traefik knows below its prefix; only {@code http} is read here, the first four are read by sources. */
    private static final Set<String> SECTIONS =
            Set.of("consulcatalog", "docker", "marathon", "swarm", "enable", "http", "tcp", "udp");

    /** Features of a router that Penstock does not have yet, by the begin of their keys. */
    private static final Map<String, String> ROUTER_NOT_YET = Map.of("observability.", "observability per router is");

    /** Features of a service that Penstock does not have yet, by the begin of their keys. */
    private static final Map<String, String> SERVICE_NOT_YET = Map.of(
            "serverstransport", "a servers transport is",
            "responseforwarding.", "the flush interval is",
            "server.preservepath", "preservePath is");

    private static final Map<String, String> STRATEGIES =
            Map.of("wrr", "weighted_round_robin", "p2c", "p2c", "leasttime", "", "hrw", "");

    private final LabelSet labels;
    private final LabelDraft draft;
    private final Map<String, String> entryPoints;
    private final Set<String> services = new LinkedHashSet<>();

    TraefikLabels(LabelSet labels, LabelDraft draft, Map<String, String> entryPoints) {
        this.labels = labels;
        this.draft = draft;
        this.entryPoints = entryPoints;
    }

    void read() {
        LabelSet.byName(labels.below(LabelSet.TRAEFIK)).forEach(this::section);
        SortedMap<String, Label> http = labels.below(HTTP);
        LabelSet.byName(LabelSet.below(http, "services.")).forEach(this::service);
        var middlewares = new TraefikMiddlewares(labels, LabelSet.byName(LabelSet.below(http, "middlewares.")));
        LabelSet.byName(LabelSet.below(http, "routers.")).forEach((name, some) -> router(name, some, middlewares));
        LabelSet.byName(http).forEach((kind, some) -> {
            if (!Set.of("services", "middlewares", "routers").contains(kind)) {
                unknown(some, kind, List.of("services", "middlewares", "routers"));
            }
        });
    }

    private void section(String name, SortedMap<String, Label> some) {
        if (name.equals("tcp") || name.equals("udp")) {
            labels.problem(LabelSet.first(some).key(), "routers and services of " + name + " are not supported yet");
        } else if (!SECTIONS.contains(name)) {
            unknown(some, name, SECTIONS);
        }
    }

    private void unknown(SortedMap<String, Label> some, String part, Collection<String> known) {
        labels.problem(LabelSet.first(some).key(), Suggestion.unknown(LabelSet.shown(part), known));
    }

    private void service(String name, SortedMap<String, Label> some) {
        services.add(name);
        SortedMap<String, Label> settings = LabelSet.below(some, "loadbalancer.");
        boolean other = settings.size() < some.size();
        if (other) {
            Label label = some.entrySet().stream()
                    .filter(entry -> !entry.getKey().startsWith("loadbalancer."))
                    .findFirst()
                    .orElseThrow()
                    .getValue();
            labels.problem(label.key(), "not understood (expected: loadbalancer and its settings)");
        }
        var entry = new LabelEntry(labels, settings);
        UpstreamTls tls = LabelTls.traefik(entry);
        var service = new LabelService(
                name,
                entry.integer("server.port", 0, 1, 65_535),
                entry.integer("server.weight", 1, 0, Endpoint.MAX_WEIGHT),
                TraefikSticky.refine(entry, name, balancer(entry)),
                "",
                entry.flag("passhostheader", true),
                tls,
                HealthLabels.traefik(entry, tls == null ? "http" : "https"),
                LabelRetry.UNSAID); // its routes may ask for retries
        new TreeMap<>(SERVICE_NOT_YET).forEach(entry::unsupported);
        if (entry.end() && !other) {
            draft.service(service);
        } else {
            draft.brokenService(name);
        }
    }

    /** The rule for a strategy; those that Penstock does not have are reported, and its default is used. */
    private String balancer(LabelEntry entry) {
        String strategy =
                entry.read("strategy", "", "one of " + String.join(", ", new TreeSet<>(STRATEGIES.keySet())), text -> {
                    String known = text.toLowerCase(Locale.ROOT);
                    if (!STRATEGIES.containsKey(known)) {
                        throw new IllegalArgumentException(text);
                    }
                    return known;
                });
        String balancer = STRATEGIES.getOrDefault(strategy, "");
        if (balancer.isEmpty() && !strategy.isEmpty()) {
            entry.goesWithout("strategy", "the strategy " + strategy + " is");
        }
        return balancer;
    }

    private void router(String name, SortedMap<String, Label> some, TraefikMiddlewares middlewares) {
        String key = HTTP + "routers." + name;
        var entry = new LabelEntry(labels, some);
        List<Match> matches = entry.read("rule", List.of(), "a rule as in Host(`www.example.com`)", RuleMatches::of);
        int length = entry.read("rule", 0, "", String::length);
        int priority = entry.integer("priority", 0, Integer.MIN_VALUE, Integer.MAX_VALUE);
        Set<String> listeners = listeners(entry);
        Set<String> schemes = LabelTls.schemes(entry);
        String service = service(key, entry);
        List<String> asked = entry.read("middlewares", List.of(), "names of middlewares", TraefikMiddlewares::names);
        boolean guarded = guarded(key, asked, middlewares);
        entry.read("rulesyntax", "", "v2 or v3", text -> {
            if (!text.equalsIgnoreCase("v2") && !text.equalsIgnoreCase("v3")) {
                throw new IllegalArgumentException(text);
            }
            return text;
        });
        new TreeMap<>(ROUTER_NOT_YET).forEach(entry::unsupported);
        boolean good = entry.end();
        if (!entry.has("rule")) {
            labels.problem(key + ".rule", "missing (expected: a rule as in Host(`www.example.com`))");
        } else if (good && !guarded && service != null) {
            // Traefik asks the longer rule first where no priority is given, or 0.
            draft.route(
                    key,
                    name,
                    matches.stream()
                            .map(match -> match.withListeners(listeners).withSchemes(schemes))
                            .toList(),
                    priority == 0 ? length : priority,
                    service,
                    middlewares.pieces(asked));
            LabelRetry retry = middlewares.retry(asked);
            if (retry != null) {
                draft.retry(key + ".middlewares", service, retry);
            }
        }
    }

    private Set<String> listeners(LabelEntry entry) {
        List<String> names = entry.list("entrypoints", entryPointsExpected(), text -> {
            String listener = entryPoints.isEmpty() ? text : entryPoints.get(text);
            if (listener == null) {
                throw new IllegalArgumentException(text);
            }
            return listener;
        });
        return names.contains("") ? Set.of() : new HashSet<>(names);
    }

    private String entryPointsExpected() {
        return entryPoints.isEmpty()
                ? "names of listeners"
                : "some of " + String.join(", ", new TreeMap<>(entryPoints).keySet());
    }

    /** The service a router leads to; null, and a problem, if that cannot be told. */
    private @Nullable String service(String key, LabelEntry entry) {
        String named = entry.text("service", "", "the name of a service");
        if (!named.isEmpty()) {
            String bare = TraefikNames.bare(named.toLowerCase(Locale.ROOT));
            if (bare == null) {
                labels.problem(
                        key + ".service", "\"" + LabelSet.shown(named) + "\" (expected: a service that labels define)");
            }
            return bare;
        }
        List<String> own = new ArrayList<>(services);
        if (own.size() > 1) {
            labels.problem(key + ".service", "missing (expected: one of " + String.join(", ", own) + ")");
            return null;
        }
        return own.isEmpty() ? draft.ownService() : own.get(0);
    }

    private boolean guarded(String key, List<String> asked, TraefikMiddlewares middlewares) {
        if (asked.isEmpty()) {
            return false;
        }
        String guard = middlewares.guard(asked);
        List<String> missing = middlewares.missing(asked);
        if (guard != null) {
            labels.problem(
                    key + ".middlewares",
                    "\"" + LabelSet.shown(guard) + "\" is not supported yet, or not defined here, and may keep"
                            + " requests out; the route is left out");
        } else if (!missing.isEmpty()) {
            labels.problem(
                    key + ".middlewares",
                    TraefikMiddlewares.shown(missing) + ": not supported yet; the route goes without");
        }
        return guard != null;
    }
}
