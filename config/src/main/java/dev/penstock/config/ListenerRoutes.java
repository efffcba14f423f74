package dev.penstock.config;

import dev.penstock.catalog.Provenance;
import dev.penstock.catalog.RouteSpec;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.route.Match;
import dev.penstock.route.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The routes that are defined with a listener: each gives all that comes in there to one service. Confined to one reading. */
final class ListenerRoutes {
    private static final ServiceName UNSET = ServiceName.of("unset");

    private final List<RouteSpec> routes = new ArrayList<>();
    private final List<Value> services = new ArrayList<>();

    /** A route from a listener to the service that a value names. */
    void add(String listener, Value service, Provenance provenance) {
        ServiceName name = service.parsed("the name of a service", UNSET, ServiceName::of);
        var route = new Route("listener " + listener, Match.ALL.withListeners(Set.of(listener)), 0, name);
        routes.add(new RouteSpec(route, provenance));
        services.add(service);
    }

    /** All routes of a file: those given, then these, whose faults are those of their listeners. */
    List<RouteSpec> after(List<RouteSpec> given) {
        List<RouteSpec> all = new ArrayList<>(given);
        for (int i = 0; i < routes.size(); i++) {
            services.get(i).standsFor("routes[" + all.size() + "].service");
            all.add(routes.get(i));
        }
        return all;
    }
}
