package dev.penstock.catalog;

import dev.penstock.endpoint.ServiceName;
import dev.penstock.route.HostMatch;
import dev.penstock.route.Match;
import dev.penstock.route.PathMatch;
import dev.penstock.route.Route;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Puts the definitions of files and code, and those that were discovered, together. Confined to one merge.
 *
 * <p>Definitions of files and code come first, in the order of their sources, then those of each catalog in the order of
 * the catalogs. Of what two define, the first counts; the other is reported. All routes of files and code are asked before
 * all discovered ones, except their catch-alls, which are asked after them, see {@code docs/decisions/0005}.
 */
public final class CatalogMerge {
    /**
     * All definitions as one. Immutable.
     *
     * @param state the definitions
     * @param tiers the routes by rank, see {@link dev.penstock.route.RouteTable#compileTiers}
     * @param shadowed names of files and code that an earlier of them defines, as in {@code service orders}
     * @param discovered names of the listeners that catalogs define
     * @param apart names of the listeners that only routes which name them are for
     * @param lost by the name of a catalog, what it defines that does not take effect, and why
     */
    public record Merged(
            CatalogState state,
            List<List<Route>> tiers,
            List<String> shadowed,
            Set<String> discovered,
            Set<String> apart,
            Map<String, List<Problem>> lost) {
        /** Copies the collections. */
        public Merged {
            tiers = List.copyOf(tiers);
            discovered = Set.copyOf(discovered);
            apart = Set.copyOf(apart);
            shadowed = List.copyOf(shadowed);
            lost = Map.copyOf(lost);
        }
    }

    private final ListenerMerge listeners;
    private final Map<String, RouteSpec> routes = new LinkedHashMap<>();
    private final Map<ServiceName, ServiceSpec> services = new LinkedHashMap<>();
    private final Set<ServiceName> discoveredServices = new HashSet<>();
    private final Set<String> sources = new LinkedHashSet<>();
    private final List<String> shadowed = new ArrayList<>();
    private final Map<String, List<Problem>> lost = new HashMap<>();
    private final List<Route> first = new ArrayList<>();
    private final List<Route> discovered = new ArrayList<>();
    private final List<Route> last = new ArrayList<>();
    private final List<Route> afterLast = new ArrayList<>();
    private final List<RouteSpec> catchAlls = new ArrayList<>();
    private final Map<HostMatch, List<RouteSpec>> claimsByHost = new HashMap<>();
    private final Map<Match, RouteSpec> claims = new HashMap<>();

    private CatalogMerge(Set<Integer> reserved) {
        listeners = new ListenerMerge(reserved);
    }

    /**
     * Merges.
     *
     * @param given what files and code define, valid each by itself, the strongest first
     * @param found what catalogs define, as {@link CatalogAdmission} let it pass, the strongest first
     * @param reserved ports of TCP that no listener of a catalog gets
     * @return all of it
     */
    public static Merged of(Collection<CatalogState> given, Collection<CatalogState> found, Set<Integer> reserved) {
        var merge = new CatalogMerge(reserved);
        given.forEach(merge::give);
        found.forEach(merge::find);
        return new Merged(
                new CatalogState(
                        String.join(", ", merge.sources),
                        List.copyOf(merge.listeners.all()),
                        List.copyOf(merge.routes.values()),
                        List.copyOf(merge.services.values())),
                List.of(
                        List.copyOf(merge.first),
                        List.copyOf(merge.discovered),
                        List.copyOf(merge.last),
                        List.copyOf(merge.afterLast)),
                merge.shadowed,
                merge.listeners.discovered(),
                merge.listeners.all().stream()
                        .filter(ListenerSpec::apart)
                        .map(ListenerSpec::name)
                        .collect(Collectors.toSet()),
                merge.lost);
    }

    private void give(CatalogState state) {
        sources.add(state.source());
        state.listeners().forEach(spec -> shadowedIf(!listeners.give(spec), "listener " + spec.name()));
        for (RouteSpec spec : state.routes()) {
            if (routes.putIfAbsent(spec.route().name(), spec) != null) {
                shadowed.add("route " + spec.route().name());
            } else if (catchAll(spec.route())) {
                last.add(spec.route());
                catchAlls.add(spec);
            } else {
                first.add(spec.route());
                claimsByHost
                        .computeIfAbsent(spec.route().match().host(), host -> new ArrayList<>())
                        .add(spec);
            }
        }
        state.services()
                .forEach(spec -> shadowedIf(services.putIfAbsent(spec.name(), spec) != null, "service " + spec.name()));
    }

    private void shadowedIf(boolean known, String name) {
        if (known) {
            shadowed.add(name);
        }
    }

    /** What a file says for requests that nothing else claims: no condition but the listener, and no priority. */
    private static boolean catchAll(Route route) {
        Match match = route.match();
        return match.host() instanceof HostMatch.Any
                && match.path().covers(new PathMatch.Any())
                && match.methods().isEmpty()
                && match.headers().isEmpty()
                && match.query().isEmpty()
                && route.priority() <= 0;
    }

    private void find(CatalogState state) {
        sources.add(state.source());
        List<Problem> problems = new ArrayList<>();
        ListenerMerge.OfCatalog own = listeners.find(state, problems);
        Set<ServiceName> lostServices = new HashSet<>();
        for (ServiceSpec spec : state.services()) {
            service(spec, lostServices, problems);
        }
        Set<ServiceName> ledTo = new HashSet<>();
        for (RouteSpec spec : state.routes()) {
            ServiceName service = spec.route().service();
            String refusal = own.refusal(spec.route().match());
            if (refusal == null && lostServices.contains(service)) {
                refusal = "left out with its service \"" + service + "\"";
            }
            if (refusal != null) {
                problems.add(new Problem("route " + spec.route().name(), refusal));
            } else if (route(spec, own, state.source(), problems)) {
                own.use(spec.route().match());
                ledTo.addAll(spec.services());
            }
        }
        own.giveUpUnused();
        giveUpUnused(state, own, ledTo, problems);
        if (!problems.isEmpty()) {
            lost.put(state.source(), List.copyOf(problems));
        }
    }

    /** Gives up services that went with their listeners: nobody is sent there. */
    private void giveUpUnused(
            CatalogState state, ListenerMerge.OfCatalog own, Set<ServiceName> ledTo, List<Problem> problems) {
        Set<ServiceName> unused = state.routes().stream()
                .filter(spec -> own.isLost(spec.route().match()))
                .flatMap(spec -> spec.services().stream())
                .collect(Collectors.toSet());
        unused.removeAll(ledTo);
        for (ServiceSpec spec : state.services()) {
            if (unused.contains(spec.name()) && services.remove(spec.name(), spec)) {
                discoveredServices.remove(spec.name());
                problems.add(new Problem("service " + spec.name(), "left out, since no route leads to it"));
            }
        }
    }

    /** Of two services of one name the first counts; one that leads nowhere is the same in all catalogs. */
    private void service(ServiceSpec spec, Set<ServiceName> lostServices, List<Problem> problems) {
        ServiceSpec winner = services.putIfAbsent(spec.name(), spec);
        boolean nowhere = spec.endpoints().isEmpty() && spec.discover().isEmpty();
        if (winner == null) {
            discoveredServices.add(spec.name());
        } else if (!nowhere || !discoveredServices.contains(spec.name()) || !alike(winner, spec)) {
            lostServices.add(spec.name());
            problems.add(new Problem("service " + spec.name(), taken(winner.provenance(), "name")));
        }
    }

    private static boolean alike(ServiceSpec one, ServiceSpec other) {
        return one.withProvenance(Provenance.CODE).equals(other.withProvenance(Provenance.CODE));
    }

    /** Adds a route; false if it has no effect. One that another catalog has alike has it. */
    private boolean route(RouteSpec spec, ListenerMerge.OfCatalog own, String source, List<Problem> problems) {
        String what = "route " + spec.route().name();
        RouteSpec winner = winner(spec.route().match());
        if (winner != null) {
            boolean alike = winner.equals(claims.get(spec.route().match()))
                    && winner.route().equals(spec.route())
                    && winner.middleware().equals(spec.middleware());
            if (!alike || winner.provenance().source().equals(source)) {
                problems.add(new Problem(
                        what,
                        "its requests go to route \"" + winner.route().name() + "\" of "
                                + winner.provenance().source()));
            }
            return alike;
        }
        String refusal = own.sharedRefusal(spec.route().match());
        if (refusal != null) {
            problems.add(new Problem(what, refusal));
            return false;
        }
        Route named = named(spec.route(), source);
        routes.put(named.name(), new RouteSpec(named, spec.middleware(), spec.provenance()));
        claims.put(named.match(), spec);
        boolean wider = catchAlls.stream()
                .anyMatch(all -> covers(named.match(), all.route().match()));
        (wider ? afterLast : discovered).add(named);
        return true;
    }

    /** Names are for people: of two routes with one name, but different requests, both count. */
    private Route named(Route route, String source) {
        String name = route.name();
        for (int i = 1; routes.containsKey(name); i++) {
            name = route.name() + " (" + source + (i == 1 ? ")" : ") #" + i);
        }
        return name.equals(route.name()) ? route : new Route(name, route.match(), route.priority(), route.service());
    }

    /** The route that takes every request of a discovered one; null if there is none. */
    private @Nullable RouteSpec winner(Match match) {
        for (RouteSpec all : catchAlls) {
            if (covers(all.route().match(), match) && covers(match, all.route().match())) {
                return all;
            }
        }
        RouteSpec winner = claims.get(match);
        for (HostMatch host = match.host(); winner == null && host != null; host = wider(host)) {
            winner = covering(host, match);
        }
        return winner;
    }

    /** The next condition that takes in all of a host; null after the widest. */
    private static @Nullable HostMatch wider(HostMatch host) {
        if (host instanceof HostMatch.Any) {
            return null;
        }
        String name = host instanceof HostMatch.Exact exact ? exact.name() : ((HostMatch.Below) host).domain();
        int dot = name.startsWith("[") ? -1 : name.indexOf('.');
        return dot < 0 ? new HostMatch.Any() : new HostMatch.Below(name.substring(dot + 1));
    }

    private @Nullable RouteSpec covering(HostMatch host, Match match) {
        for (RouteSpec spec : claimsByHost.getOrDefault(host, List.of())) {
            if (covers(spec.route().match(), match)) {
                return spec;
            }
        }
        return null;
    }

    /** A route for all listeners is for none that takes no HTTP, nor for one that is apart. */
    private boolean covers(Match wide, Match narrow) {
        return wide.covers(narrow)
                && (!wide.listeners().isEmpty()
                        || narrow.listeners().stream()
                                .map(listeners.byName()::get)
                                .allMatch(
                                        spec -> spec == null || (spec.protocol().isHttp() && !spec.apart())));
    }

    private static String taken(Provenance winner, String what) {
        return "the " + what + " is taken (expected: one that " + winner.source() + " does not define)";
    }
}
