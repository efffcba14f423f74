package dev.penstock.catalog;

import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.middleware.Middleware;
import dev.penstock.middleware.Split;
import dev.penstock.route.HostMatch;
import dev.penstock.route.Match;
import dev.penstock.route.PathMatch;
import dev.penstock.text.Suggestion;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Finds everything that is wrong with a set of definitions as a whole; what one record can check, it has checked. */
public final class CatalogValidation {
    /**
     * What definitions may refer to besides each other. Immutable.
     *
     * @param schemes of discovery URIs
     * @param services names that other catalogs define
     * @param listeners names that other catalogs define
     */
    public record Known(Set<String> schemes, Set<String> services, Set<String> listeners) {
        /** Copies the sets. */
        public Known {
            schemes = Set.copyOf(schemes);
            services = Set.copyOf(services);
            listeners = Set.copyOf(listeners);
        }
    }

    private final CatalogState state;
    private final Known known;
    private final List<Problem> problems = new ArrayList<>();

    private CatalogValidation(CatalogState state, Known known) {
        this.state = state;
        this.known = known;
    }

    /**
     * Finds all problems.
     *
     * @param state the definitions
     * @param known what they may refer to besides
     * @return in the order listeners, routes, services; empty if the definitions are valid. Paths are in the words of the
     *     configuration file, as in {@code listeners[0].address}, {@code routes[2].service} and
     *     {@code services.orders.balancer}
     */
    public static List<Problem> problems(CatalogState state, Known known) {
        var validation = new CatalogValidation(state, known);
        validation.listeners();
        validation.routes();
        validation.services();
        return List.copyOf(validation.problems);
    }

    /** What a route goes by that its listeners do not have; the state holds the route, its listeners and its service. */
    static List<Problem> connections(String path, CatalogState state) {
        var validation = new CatalogValidation(state, new Known(Set.of(), Set.of(), Set.of()));
        state.routes().forEach(spec -> validation.connections(path, spec));
        return validation.problems;
    }

    private void add(String path, String message) {
        problems.add(new Problem(path, message));
    }

    private void listeners() {
        Map<String, Integer> names = new HashMap<>();
        Map<Integer, List<Integer>> byPort = new HashMap<>();
        for (int i = 0; i < state.listeners().size(); i++) {
            ListenerSpec spec = state.listeners().get(i);
            Integer first = names.putIfAbsent(spec.name(), i);
            if (first != null) {
                add("listeners[" + i + "].name", twice(spec.name(), "listeners[" + first + "]"));
            }
            datagrams("listeners[" + i + "]", spec);
            // Port 0 is a free port each time.
            if (spec.port() != 0) {
                List<Integer> before = byPort.computeIfAbsent(spec.port(), port -> new ArrayList<>());
                for (int other : before) {
                    if (state.listeners().get(other).overlaps(spec)) {
                        String expected = "\" (expected: an address that is free; listeners[" + other + "] takes it)";
                        add("listeners[" + i + "].address", "\"" + spec.address() + expected);
                        break;
                    }
                }
                before.add(i);
            }
        }
    }

    /** What only connections have is not for a listener of datagrams. */
    private void datagrams(String path, ListenerSpec spec) {
        boolean refused = !spec.protocol().isOverTcp();
        refuse(
                path + ".tls",
                refused && spec.tls() != null,
                "given (expected: none, since the listener takes datagrams)");
        refuse(
                path + ".forwarded.proxyProtocol",
                refused && !spec.forwarding().proxyProtocol().isEmpty(),
                spec.forwarding().proxyProtocol() + " (expected: none, since the listener takes datagrams)");
    }

    private void routes() {
        Set<String> services = serviceNames();
        Set<String> listeners = new LinkedHashSet<>(known.listeners());
        state.listeners().forEach(spec -> listeners.add(spec.name()));
        Map<String, Integer> names = new HashMap<>();
        for (int i = 0; i < state.routes().size(); i++) {
            var route = state.routes().get(i).route();
            String path = "routes[" + i + "]";
            Integer first = names.putIfAbsent(route.name(), i);
            if (first != null) {
                add(path + ".name", twice(route.name(), "routes[" + first + "]"));
            }
            if (!services.contains(route.service().value())) {
                add(path + ".service", Suggestion.unknown(route.service().value(), services));
            }
            splits(path, state.routes().get(i), services);
            connections(path, state.routes().get(i));
            route.match().listeners().stream()
                    .sorted()
                    .filter(name -> !listeners.contains(name))
                    .forEach(name -> add(path + ".listeners", Suggestion.unknown(name, listeners)));
        }
    }

    private void services() {
        Set<ServiceName> names = new LinkedHashSet<>();
        Set<String> all = serviceNames();
        for (ServiceSpec spec : state.services()) {
            String path = "services." + spec.name();
            if (!names.add(spec.name())) {
                add(path, "given twice (expected: a name given once)");
            }
            endpoints(path, spec);
            discover(path, spec);
            Fallback fallback = spec.fallback();
            if (fallback != null && !all.contains(fallback.service().value())) {
                add(
                        path + ".fallback.service",
                        Suggestion.unknown(fallback.service().value(), all));
            }
        }
    }

    private void splits(String path, RouteSpec spec, Set<String> services) {
        for (int i = 0; i < spec.middleware().size(); i++) {
            if (spec.middleware().get(i) instanceof Split split) {
                for (ServiceName name : split.percent().keySet()) {
                    if (!services.contains(name.value())) {
                        add(path + ".middleware[" + i + "].split", Suggestion.unknown(name.value(), services));
                    }
                }
            }
        }
    }

    /** A route to which a connection may come can go by nothing that only requests of HTTP have. */
    private void connections(String path, RouteSpec spec) {
        Match match = spec.route().match();
        ListenerSpec listener = state.listeners().stream()
                .filter(each -> !each.protocol().isHttp() && match.listeners().contains(each.name()))
                .findFirst()
                .orElse(null);
        if (listener == null) {
            return;
        }
        boolean named = listener.tls() != null || (listener.protocol() instanceof Protocol.Tcp tcp && tcp.sni());
        refuse(
                path + ".host",
                !named && !(match.host() instanceof HostMatch.Any),
                match.host().text() + " (expected: none, since listener \"" + listener.name()
                        + "\" reads no server name"
                        + (listener.protocol().isOverTcp() ? "; its tcp.sni may be set)" : ")"));
        String expected = " (expected: none, since listener \"" + listener.name() + "\" takes no HTTP)";
        refuse(
                path + ".path",
                !(match.path() instanceof PathMatch.Any),
                match.path().text() + expected);
        refuse(path + ".methods", !match.methods().isEmpty(), match.methods() + expected);
        refuse(path + ".headers", !match.headers().isEmpty(), "some" + expected);
        refuse(path + ".query", !match.query().isEmpty(), "some" + expected);
        if (!listener.protocol().isOverTcp()) {
            datagrams(path + ".service", spec.route().service());
        }
        refuse(path + ".schemes", !match.schemes().isEmpty(), match.schemes() + expected);
        for (int i = 0; i < spec.middleware().size(); i++) {
            Middleware piece = spec.middleware().get(i);
            refuse(path + ".middleware[" + i + "]", !piece.isForConnections(), piece.text() + expected);
        }
    }

    /** Datagrams are sent as they are: nobody may think that they are secured. */
    private void datagrams(String path, ServiceName name) {
        for (ServiceSpec service : state.services()) {
            boolean streams = service.tls() != null || service.proxyProtocol() != ProxyProtocol.OFF;
            refuse(
                    path,
                    service.name().equals(name) && streams,
                    "\"" + name + "\" (expected: a service without tls and proxyProtocol, since datagrams go there)");
        }
    }

    private void refuse(String path, boolean given, String message) {
        if (given) {
            add(path, message);
        }
    }

    private Set<String> serviceNames() {
        Set<String> names = new LinkedHashSet<>(known.services());
        state.services().forEach(spec -> names.add(spec.name().value()));
        return names;
    }

    private void endpoints(String path, ServiceSpec spec) {
        Map<String, Integer> ids = new HashMap<>();
        for (int i = 0; i < spec.endpoints().size(); i++) {
            Endpoint endpoint = spec.endpoints().get(i);
            Integer first = ids.putIfAbsent(endpoint.id(), i);
            if (first != null) {
                add(path + ".endpoints[" + i + "]", twice(endpoint.id(), "endpoints[" + first + "]"));
            }
        }
    }

    private void discover(String path, ServiceSpec spec) {
        List<URI> uris = spec.discover();
        for (int i = 0; i < uris.size(); i++) {
            String scheme = uris.get(i).getScheme();
            if (!hasScheme(uris.get(i), known.schemes())) {
                add(
                        path + ".discover" + (uris.size() == 1 ? "" : "[" + i + "]"),
                        "scheme " + Suggestion.unknown(scheme == null ? "" : scheme, known.schemes()));
            }
        }
    }

    /**
     * Tells whether the scheme of a URI is one of those known.
     *
     * @param uri where endpoints are found
     * @param schemes in lower case
     * @return false as well where it has none
     */
    public static boolean hasScheme(URI uri, Set<String> schemes) {
        return uri.getScheme() != null && schemes.contains(uri.getScheme().toLowerCase(Locale.ROOT));
    }

    private static String twice(String name, String where) {
        return "\"" + name + "\" (expected: a name given once; " + where + " has it, too)";
    }
}
