package dev.penstock.config;

import dev.penstock.Table;
import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.Fallback;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.route.HostMatch;
import dev.penstock.route.Match;
import dev.penstock.route.Route;
import dev.penstock.service.Service;
import dev.penstock.service.Snapshot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is in effect as servers, whoever defined it: each listener of HTTP with a fixed port all of whose routes lead to one
 * service, with the same path (as {@link ServerFilter#pathPrefix()} can say it) and schemes, and no other condition or
 * middleware. Endpoints that get no traffic are left out. What else there is, this form cannot say. Stateless.
 */
public final class ServerView {
    private ServerView() {}

    /**
     * A listener as a server.
     *
     * @param listener one of the table's
     * @param table what is in effect
     * @return empty if the form cannot say it
     */
    public static Optional<Server> of(ListenerSpec listener, Table table) {
        if (!listener.protocol().isHttp() || listener.port() == 0) {
            return Optional.empty();
        }
        List<Route> routes = table.routes().stream()
                .filter(route -> leadsFrom(route.match(), listener))
                .toList();
        ServerFilter filter =
                routes.stream().allMatch(route -> isPlain(route, routes.get(0), table)) ? filter(routes) : null;
        if (filter == null) {
            return Optional.empty();
        }
        return table.service(routes.get(0).service())
                .map(service -> new Server(address(listener), filter, upstreams(service), fallbacks(service, table)));
    }

    /**
     * Tells whether the form says all of a listener and of what it leads to: what is read by {@link #of} and written again is the
     * same.
     *
     * @param listener one of the table's
     * @param table what is in effect
     * @return false if something would be lost: settings of the listener or its services, sources, details of endpoints
     */
    public static boolean isWhole(ListenerSpec listener, Table table) {
        Server server = of(listener, table).orElse(null);
        if (server == null) {
            return false;
        }
        CatalogState written = ServerDefinitions.of("", List.of(server));
        Service service = table.routes().stream()
                .filter(route -> leadsFrom(route.match(), listener))
                .findFirst()
                .flatMap(route -> table.service(route.service()))
                .orElseThrow(); // the form has said it
        Service fallback = table.fallback(service);
        ServiceSpec own = written.services().get(0);
        return isPlain(listener, written.listeners().get(0))
                && isSaid(service.spec(), own)
                && (fallback == null
                        || (written.services().size() == 2
                                && fallback.spec().fallback() == null
                                && isSaid(fallback.spec(), written.services().get(1))));
    }

    private static boolean isPlain(ListenerSpec listener, ListenerSpec plain) {
        return listener.protocol().equals(plain.protocol())
                && listener.answers().equals(plain.answers())
                && listener.forwarding().equals(plain.forwarding())
                && listener.limits().equals(plain.limits())
                && listener.timeouts().equals(plain.timeouts())
                && listener.tls() == null;
    }

    /** Names are the form's own. */
    private static boolean isSaid(ServiceSpec spec, ServiceSpec written) {
        Fallback fallback = spec.fallback();
        boolean plain = fallback == null
                || fallback.equals(Fallback.to(fallback.service().value()));
        return plain
                && spec.withName(written.name())
                        .withFallback(written.fallback())
                        .withProvenance(written.provenance())
                        .equals(written);
    }

    /**
     * The address of a listener as servers spell it.
     *
     * @param listener any
     * @return as in {@code :8080}
     */
    public static String address(ListenerSpec listener) {
        return listener.host().isEmpty() ? ":" + listener.port() : listener.address();
    }

    private static boolean leadsFrom(Match match, ListenerSpec listener) {
        return match.listeners().isEmpty()
                ? !listener.apart()
                : match.listeners().contains(listener.name());
    }

    private static boolean isPlain(Route route, Route first, Table table) {
        Match match = route.match();
        return route.service().equals(first.service())
                && match.path().equals(first.match().path())
                && match.schemes().equals(first.match().schemes())
                && match.methods().isEmpty()
                && match.headers().isEmpty()
                && match.query().isEmpty()
                && table.gate(route).isEmpty();
    }

    /** Null if there is none. */
    private static @Nullable ServerFilter filter(List<Route> routes) {
        if (routes.isEmpty()) {
            return null;
        }
        Match first = routes.get(0).match();
        String prefix = ServerFilter.prefix(first.path());
        if (prefix == null) {
            return null;
        }
        List<HostMatch> hosts =
                routes.stream().map(route -> route.match().host()).distinct().toList();
        boolean all = hosts.contains(new HostMatch.Any());
        return new ServerFilter(
                all ? List.of() : hosts.stream().map(HostMatch::text).toList(), first.schemes(), prefix);
    }

    private static List<Upstream> fallbacks(Service service, Table table) {
        if (service.spec().fallback() == null) {
            return List.of();
        }
        ServiceName name = service.spec().fallback().service();
        return table.service(name).map(ServerView::upstreams).orElse(List.of());
    }

    private static List<Upstream> upstreams(Service service) {
        List<Endpoint> endpoints = new ArrayList<>();
        if (service.spec().discover().isEmpty()) {
            endpoints.addAll(service.spec().endpoints());
        } else {
            for (Snapshot.Member member : service.snapshot().members()) {
                endpoints.add(member.endpoint());
            }
        }
        Map<String, Upstream> upstreams = new LinkedHashMap<>();
        for (Endpoint endpoint : endpoints) {
            if (endpoint.weight() > 0
                    && endpoint.priority() <= Upstream.MAX_PRIORITY
                    && Upstream.isTarget(endpoint.host())) {
                Upstream upstream = Upstream.of(endpoint);
                upstreams.putIfAbsent(upstream.key(), upstream);
            }
        }
        return List.copyOf(upstreams.values());
    }
}
