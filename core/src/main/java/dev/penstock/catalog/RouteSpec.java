package dev.penstock.catalog;

import static java.util.Objects.requireNonNull;

import dev.penstock.endpoint.ServiceName;
import dev.penstock.route.Match;
import dev.penstock.route.Route;

/**
 * The definition of a route. Immutable.
 *
 * @param route the rule
 * @param provenance where it is defined
 */
public record RouteSpec(Route route, Provenance provenance) {
    /** Checks for null. */
    public RouteSpec {
        requireNonNull(route, "route");
        requireNonNull(provenance, "provenance");
    }

    /**
     * A route in code, named after its service and condition.
     *
     * @param match the condition
     * @param service where matching requests go
     * @return the definition
     */
    public static RouteSpec of(Match match, String service) {
        var route = new Route(service + " " + Integer.toHexString(match.hashCode()), match, 0, ServiceName.of(service));
        return new RouteSpec(route, Provenance.CODE);
    }
}
