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
}
