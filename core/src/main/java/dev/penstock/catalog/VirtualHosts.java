package dev.penstock.catalog;

import dev.penstock.middleware.Respond;
import dev.penstock.route.HostMatch;
import dev.penstock.route.Match;
import dev.penstock.route.PathMatch;
import dev.penstock.route.Route;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * One port of HTTP that leads to all services by the names of hosts: {@code NAME.DOMAIN} to the service of that name.
 * Immutable.
 *
 * <p>A host that nobody has is answered with 503, but for {@code /_status}, which is 200. Catalogs with the same port at
 * the same address share its listener, whatever their domains.
 *
 * @param domain lower case, as in {@code app.example.com}
 * @param port {@code 1..65535}
 */
public record VirtualHosts(String domain, int port) {
    /** The port unless said otherwise. */
    public static final int DEFAULT_PORT = 80;

    private static final String STATUS_PATH = "/_status";

    /** Checks domain and port. */
    public VirtualHosts {
        if (!(HostMatch.parse("*." + domain) instanceof HostMatch.Below below)) {
            throw new IllegalArgumentException("vhosts: \"" + domain + "\" (expected: a domain)");
        }
        domain = below.domain();
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("vhostPort: " + port + " (expected: 1..65535)");
        }
    }

    /** What its listener is called at all addresses, and the service without endpoints that nobody is sent to. */
    String name() {
        return port + "/vhosts";
    }

    /**
     * Adds the definitions to those of the ports.
     *
     * @param ports of which a name has the lowest
     */
    CatalogReader.Found addTo(CatalogReader.Found found, List<ServicePort> ports, String host) {
        List<String> skipped = new ArrayList<>(found.skipped());
        ListenerSpec listener = ServicePort.listener(host, port, name());
        Match here = Match.ALL.withListeners(Set.of(listener.name()));
        List<RouteSpec> routes = new ArrayList<>(found.routes());
        byName(ports).forEach((name, port) -> {
            try {
                String vhost = name + "." + domain;
                var route = new Route(
                        vhost,
                        here.withHost(new HostMatch.Exact(vhost)),
                        0,
                        port.service().name());
                routes.add(new RouteSpec(route, port.service().provenance()));
            } catch (IllegalArgumentException e) {
                skipped.add("service " + port.service().name() + ": " + e.getMessage());
            }
        });
        routes.add(RouteSpec.of(here.withPath(new PathMatch.Exact(STATUS_PATH)), name())
                .withMiddleware(new Respond(200)));
        routes.add(RouteSpec.of(here, name()).withMiddleware(new Respond(503)));
        List<ListenerSpec> listeners = new ArrayList<>(found.listeners());
        listeners.add(listener);
        List<ServiceSpec> services = new ArrayList<>(found.services());
        services.add(ServiceSpec.of(name()));
        return CatalogReader.Found.of(routes, services, skipped).withListeners(listeners);
    }

    private static Map<String, ServicePort> byName(List<ServicePort> ports) {
        Map<String, ServicePort> byName = new TreeMap<>();
        ports.stream()
                .filter(each -> each.protocol().isOverTcp() && !each.vhost().isEmpty())
                .sorted(Comparator.comparing(ServicePort::port))
                .forEach(each -> byName.putIfAbsent(each.vhost().toLowerCase(Locale.ROOT), each));
        return byName;
    }
}
