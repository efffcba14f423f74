package dev.penstock.route;

import static java.util.Objects.requireNonNull;

import dev.penstock.request.Request;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A routing table compiled to indexes. Immutable.
 *
 * <p>Gives what asking the routes one by one in {@link RouteOrder} would give. Cost: linear in the lengths of host, path and
 * query, no matter how many hosts, exact paths and prefixes the table has; routes that share host and path, and patterns
 * that share their literal segments, are asked one by one. A pattern costs at most the path's length times its own. No
 * allocation per request.
 */
public final class RouteTable implements Router {
    private final List<Route> routes;
    private final List<RankedRoute> ranked;
    private final Routing[] routings; // by rank
    private final HostIndex common;
    private final Map<String, HostIndex> byListener;
    private final Set<String> apart;
    private final boolean isAnyApart;

    private RouteTable(List<Route> routes, Set<String> apart) {
        this.routes = routes;
        this.apart = apart;
        this.isAnyApart = !apart.isEmpty();
        List<RankedRoute> ranks = new ArrayList<>(routes.size());
        List<RankedRoute> everywhere = new ArrayList<>();
        Map<String, List<RankedRoute>> restricted = new HashMap<>();
        for (Route route : routes) {
            var rankedRoute = new RankedRoute(ranks.size(), route);
            ranks.add(rankedRoute);
            Set<String> listeners = route.match().listeners();
            if (listeners.isEmpty()) {
                everywhere.add(rankedRoute);
            }
            for (String listener : listeners) {
                restricted.computeIfAbsent(listener, name -> new ArrayList<>()).add(rankedRoute);
            }
        }
        this.ranked = List.copyOf(ranks);
        this.routings = routes.stream().map(Routing.To::new).toArray(Routing[]::new);
        this.common = new HostIndex(everywhere);
        Map<String, HostIndex> indexes = new HashMap<>();
        restricted.forEach((listener, some) -> indexes.put(listener, new HostIndex(some)));
        this.byListener = Map.copyOf(indexes);
    }

    /**
     * Compiles routes.
     *
     * @param routes in the order given, which decides between routes that are equal in {@link RouteOrder}
     * @return the table; it keeps no reference to the list
     * @throws IllegalArgumentException if two routes have the same name
     */
    public static RouteTable compile(List<Route> routes) {
        return compileTiers(List.of(routes));
    }

    /**
     * Compiles routes of several ranks: all of an earlier tier are asked before all of a later one, whatever their
     * priorities.
     *
     * @param tiers each in the order given, as {@link #compile} takes it
     * @return the table
     * @throws IllegalArgumentException if two routes have the same name
     */
    public static RouteTable compileTiers(List<List<Route>> tiers) {
        return compileTiers(tiers, Set.of());
    }

    /**
     * The same with listeners that only routes which name them are for.
     *
     * @param tiers see {@link #compileTiers(List)}
     * @param apart the names of these listeners
     * @return the table
     * @throws IllegalArgumentException if two routes have the same name
     */
    public static RouteTable compileTiers(List<List<Route>> tiers, Set<String> apart) {
        Set<String> names = new HashSet<>();
        List<Route> sorted = new ArrayList<>();
        for (List<Route> tier : tiers) {
            for (Route route : tier) {
                requireNonNull(route, "route");
                if (!names.add(route.name())) {
                    throw new IllegalArgumentException(
                            "route name: \"" + route.name() + "\" twice (expected: unique names)");
                }
            }
            sorted.addAll(RouteOrder.sorted(tier));
        }
        return new RouteTable(List.copyOf(sorted), Set.copyOf(apart));
    }

    /**
     * The routes.
     *
     * @return in the order they are asked
     */
    public List<Route> routes() {
        return routes;
    }

    @Override
    public Routing route(Request request) {
        int best = RankedRoute.NO_RANK;
        if (!byListener.isEmpty()) {
            HostIndex own = byListener.get(request.listener());
            best = own == null ? best : own.find(request, best);
        }
        if (common.minRank < best && request.isHttp() && !(isAnyApart && apart.contains(request.listener()))) {
            best = common.find(request, best);
        }
        return best == RankedRoute.NO_RANK ? Routing.NO_MATCH : routings[best];
    }

    /**
     * What every route says to a request; the first without a failed condition is the one that {@link #route(Request)} gives.
     * Cost: asks all routes.
     *
     * @param request what came in
     * @return in the order the routes are asked
     */
    public List<RouteVerdict> explain(Request request) {
        List<RouteVerdict> verdicts = new ArrayList<>(routes.size());
        for (int i = 0; i < routes.size(); i++) {
            verdicts.add(
                    new RouteVerdict(routes.get(i), ranked.get(i).failed(request, apart.contains(request.listener()))));
        }
        return List.copyOf(verdicts);
    }
}
