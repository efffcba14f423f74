package dev.penstock.catalog;

import static java.util.Objects.requireNonNull;

import dev.penstock.endpoint.ServiceName;
import dev.penstock.middleware.Middleware;
import dev.penstock.middleware.Split;
import dev.penstock.route.Match;
import dev.penstock.route.Route;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The definition of a route. Immutable.
 *
 * @param route the rule
 * @param middleware what stands between it and its service, in this order
 * @param provenance where it is defined
 */
public record RouteSpec(Route route, List<Middleware> middleware, Provenance provenance) {
    /** Checks for null and copies the list. */
    public RouteSpec {
        requireNonNull(route, "route");
        requireNonNull(provenance, "provenance");
        middleware = List.copyOf(middleware);
    }

    /**
     * A route with nothing in its way.
     *
     * @param route see {@link #route()}
     * @param provenance see {@link #provenance()}
     */
    public RouteSpec(Route route, Provenance provenance) {
        this(route, List.of(), provenance);
    }

    /**
     * A route in code, named after its service and condition; the name shows nothing of the condition.
     *
     * @param match the condition
     * @param service where matching requests go
     * @return the definition
     */
    public static RouteSpec of(Match match, String service) {
        String name = service + " " + ConditionName.of(match);
        return new RouteSpec(new Route(name, match, 0, ServiceName.of(service)), Provenance.CODE);
    }

    /**
     * The same route with other middleware.
     *
     * @param middleware see {@link #middleware()}
     * @return a copy
     */
    public RouteSpec withMiddleware(Middleware... middleware) {
        return new RouteSpec(route, List.of(middleware), provenance);
    }

    /** All services that requests may go to by it. */
    Set<ServiceName> services() {
        Set<ServiceName> services = new HashSet<>(Set.of(route.service()));
        for (Middleware piece : middleware) {
            if (piece instanceof Split split) {
                services.addAll(split.percent().keySet());
            }
        }
        return services;
    }
}
