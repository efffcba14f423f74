package dev.penstock;

import dev.penstock.catalog.Fallback;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.middleware.RouteGate;
import dev.penstock.request.Request;
import dev.penstock.route.Route;
import dev.penstock.route.Router;
import dev.penstock.route.Routing;
import dev.penstock.service.Decision;
import dev.penstock.service.Reason;
import dev.penstock.service.Refusal;
import dev.penstock.service.Service;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Routes, services and listeners as they fit together at one moment. Immutable, while the services themselves live on.
 * Whoever handles a request reads the table once and goes by it to the end.
 */
public final class Table {
    /**
     * Fallbacks that one request may go on to, one after the other. Definitions that form a loop are refused, but of several
     * sources that define the same service one may give way to another.
     */
    public static final int MOST_FALLBACKS = 8;

    private static final Refusal NO_ROUTE = new Refusal(Reason.NO_ROUTE, "no route matches");
    private static final Refusal REJECTED = new Refusal(Reason.REJECTED, "the router rejects it");

    private final long version;
    private final Router router;
    private final List<Route> routes;
    private final List<ListenerSpec> listeners;
    private final Set<String> discovered;
    private final List<Service> services;
    private final Map<ServiceName, Service> byName;
    private final Map<ServiceName, Refusal> noService;
    private final Map<String, RouteGate> gates;
    private final boolean strict;

    Table(
            long version,
            Router router,
            List<Route> routes,
            List<ListenerSpec> listeners,
            Set<String> discovered,
            List<Service> services,
            Map<String, RouteGate> gates) {
        this.version = version;
        this.router = router;
        this.routes = List.copyOf(routes);
        this.listeners = List.copyOf(listeners);
        this.discovered = Set.copyOf(discovered);
        this.services = List.copyOf(services);
        this.byName = new HashMap<>(2 * services.size());
        services.forEach(service -> byName.put(service.spec().name(), service));
        this.noService = new HashMap<>();
        this.gates = gates;
        this.strict = gates.values().stream().anyMatch(RouteGate::isStrict);
        for (Route route : routes) {
            if (!byName.containsKey(route.service())) {
                noService.put(route.service(), noService(route.service()));
            }
        }
    }

    /**
     * Counts the tables of one Penstock.
     *
     * @return grows with each
     */
    public long version() {
        return version;
    }

    /**
     * Finds the route of a request.
     *
     * @param request what came in
     * @return what the router says
     */
    public Routing route(Request request) {
        return router.route(request);
    }

    /**
     * The service that a request was routed to.
     *
     * @param to what {@link #route} gave
     * @return null if there is no such service
     */
    public @Nullable Service service(Routing.To to) {
        return byName.get(to.route().service());
    }

    /**
     * The service that one more request goes to: that of its route, or one that gets a share of it.
     *
     * @param to what {@link #route} gave
     * @return null if there is no such service
     */
    public @Nullable Service nextService(Routing.To to) {
        RouteGate gate = gate(to);
        Service other = gate == null ? null : byName.get(gate.service(to.route().service()));
        return other == null ? service(to) : other; // a share of what does not exist is the route's own
    }

    /** What {@link #nextService} gives next; changes nothing. */
    @Nullable
    Service foreseenService(Routing.To to) {
        RouteGate gate = gate(to);
        Service other =
                gate == null ? null : byName.get(gate.foreseenService(to.route().service()));
        return other == null ? service(to) : other;
    }

    /**
     * What stands between a route and its service.
     *
     * @param to what {@link #route} gave
     * @return null if nothing does
     */
    public @Nullable RouteGate gate(Routing.To to) {
        return gates.isEmpty() ? null : gates.get(to.route().name());
    }

    /**
     * What stands between a route and its service.
     *
     * @param route one of this table
     * @return empty if nothing does
     */
    public Optional<RouteGate> gate(Route route) {
        return Optional.ofNullable(gates.get(route.name()));
    }

    /**
     * Tells whether paths must be such that everybody reads them the same way, see
     * {@link dev.penstock.middleware.RequestPath#hasDots}: where the middleware of any route keeps requests out or changes
     * paths, a path that matches one route must not be another's to the endpoint.
     *
     * @return true if so
     */
    public boolean isStrict() {
        return strict;
    }

    /**
     * A service by its name.
     *
     * @param name see {@link dev.penstock.catalog.ServiceSpec#name()}
     * @return empty if there is none
     */
    public Optional<Service> service(ServiceName name) {
        return Optional.ofNullable(byName.get(name));
    }

    /**
     * Routes a request and gives it an endpoint of its service, or of its fallback where the service refuses.
     *
     * @param request what came in
     * @return a lease, or why there is none
     */
    public Decision acquire(Request request) {
        Routing routing = route(request);
        Service service = routing instanceof Routing.To to ? nextService(to) : null;
        return service == null ? refusal(routing) : acquire(service, request);
    }

    private Decision acquire(Service first, Request request) {
        Service service = first;
        Refusal refusal = null;
        for (int passed = 0; ; passed++) {
            Service next = passed < MOST_FALLBACKS ? fallback(service) : null;
            if (next == null || !service.fallbackSwitch().passes()) {
                Decision decision = service.acquire(request);
                if (next == null || !(decision instanceof Refusal refused)) {
                    return decision instanceof Refusal && refusal != null ? refusal : decision;
                }
                refusal = refusal == null ? refused : refusal; // what the first one says is the cause
            }
            service.fallbackSwitch().count();
            service = next;
        }
    }

    /**
     * The service that stands in for another.
     *
     * @param service one of this table
     * @return null if it has no fallback, or that is gone
     */
    public @Nullable Service fallback(Service service) {
        Fallback fallback = service.spec().fallback();
        return fallback == null ? null : byName.get(fallback.service());
    }

    /**
     * All services that requests of a route may come to: its own, those of its split, and who stands in for them.
     *
     * @param route one of this table
     * @return that of the route first; also such as do not exist
     */
    public Set<ServiceName> reached(Route route) {
        Set<ServiceName> all = new LinkedHashSet<>();
        Set<ServiceName> first =
                gate(route).map(gate -> gate.services(route.service())).orElse(Set.of(route.service()));
        for (ServiceName name : first) {
            Service service = byName.get(name);
            all.add(name);
            for (int passed = 0; service != null && passed < MOST_FALLBACKS; passed++) {
                service = fallback(service);
                if (service != null) {
                    all.add(service.spec().name());
                }
            }
        }
        return all;
    }

    /**
     * Explains what {@link #acquire} would do with a request now; changes nothing.
     *
     * @param request what might come in
     * @return with routes, candidates and pick
     */
    public Explanation explain(Request request) {
        return Explanation.of(this, router, request);
    }

    /** Why a request that was routed so gets no endpoint. */
    Refusal refusal(Routing routing) {
        if (routing instanceof Routing.To to) {
            ServiceName name = to.route().service();
            Refusal known = noService.get(name);
            return known == null ? noService(name) : known;
        }
        return routing instanceof Routing.Reject ? REJECTED : NO_ROUTE;
    }

    private static Refusal noService(ServiceName name) {
        return new Refusal(Reason.NO_SERVICE, "service \"" + name + "\" does not exist");
    }

    /**
     * The listeners.
     *
     * @return in the order defined
     */
    public List<ListenerSpec> listeners() {
        return listeners;
    }

    /**
     * Tells whether a catalog that is followed defines a listener. Such a one comes and goes with what it serves.
     *
     * @param listener one of this table
     * @return false if files or code define it
     */
    public boolean isDiscovered(ListenerSpec listener) {
        return discovered.contains(listener.name());
    }

    /**
     * The services.
     *
     * @return in the order defined
     */
    public List<Service> services() {
        return services;
    }

    /**
     * The routes.
     *
     * @return in the order in which they are asked
     */
    public List<Route> routes() {
        return routes;
    }
}
