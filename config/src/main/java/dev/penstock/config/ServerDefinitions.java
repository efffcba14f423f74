package dev.penstock.config;

import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.Fallback;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.Provenance;
import dev.penstock.catalog.RouteSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.route.HostMatch;
import dev.penstock.route.Match;
import dev.penstock.route.Route;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What servers come to: each is a listener, a service and, for each host, a route from the one to the other, all called by
 * the address; its fallbacks are one more service. Stateless.
 */
public final class ServerDefinitions {
    /** What the service of the fallbacks is called, behind the address. */
    static final String FALLBACK = ".fallback";

    /** Of many balancers the one that goes by weights exactly. */
    private static final String BALANCER = "weighted_round_robin";

    private ServerDefinitions() {}

    /**
     * The definitions of servers.
     *
     * @param source where they are defined, as in {@code file servers.json}
     * @param servers with different addresses
     * @return for {@code Penstock.apply}
     */
    public static CatalogState of(String source, List<Server> servers) {
        List<ListenerSpec> listeners = new ArrayList<>();
        List<RouteSpec> routes = new ArrayList<>();
        List<ServiceSpec> services = new ArrayList<>();
        for (Server server : servers) {
            var provenance = new Provenance(source, "server " + server.address());
            listeners.add(ListenerSpec.of(server.address()).withApart(true).withProvenance(provenance));
            conditions(server)
                    .forEach((name, match) -> routes.add(
                            new RouteSpec(new Route(name, match, 0, ServiceName.of(server.address())), provenance)));
            ServiceSpec service = service(server.address(), server.upstreams(), provenance);
            if (server.fallbacks().isEmpty()) {
                services.add(service);
            } else {
                String fallback = server.address() + FALLBACK;
                services.add(service.withFallback(Fallback.to(fallback)));
                services.add(service(fallback, server.fallbacks(), provenance));
            }
        }
        return new CatalogState(source, listeners, routes, services);
    }

    private static ServiceSpec service(String name, List<Upstream> upstreams, Provenance provenance) {
        return ServiceSpec.of(name)
                .withBalancer(BALANCER)
                .withEndpoints(upstreams.stream().map(Upstream::endpoint).toList())
                .withProvenance(provenance);
    }

    private static Map<String, Match> conditions(Server server) {
        ServerFilter filter = server.filter();
        Match here = Match.ALL
                .withListeners(Set.of(server.address()))
                .withSchemes(filter.schemes())
                .withPath(ServerFilter.path(filter.pathPrefix()));
        if (filter.hosts().isEmpty()) {
            return Map.of(server.address(), here);
        }
        // Spelled differently, hosts may be the same.
        Set<HostMatch> hosts = new LinkedHashSet<>();
        filter.hosts().forEach(host -> hosts.add(HostMatch.parse(host)));
        Map<String, Match> matches = new LinkedHashMap<>();
        hosts.forEach(host -> matches.put(server.address() + " " + host.text(), here.withHost(host)));
        return matches;
    }
}
