package dev.penstock.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.catalog.CatalogValidation.Known;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.middleware.InFlightLimit;
import dev.penstock.middleware.StripPrefix;
import dev.penstock.route.Match;
import dev.penstock.route.PathMatch;
import dev.penstock.route.Route;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CatalogValidationTest {
    private static final Known KNOWN = new Known(Set.of("dns"), Set.of(), Set.of());

    private static List<String> problems(
            List<ListenerSpec> listeners, List<RouteSpec> routes, List<ServiceSpec> services) {
        return problems(KNOWN, listeners, routes, services);
    }

    private static List<String> problems(
            Known known, List<ListenerSpec> listeners, List<RouteSpec> routes, List<ServiceSpec> services) {
        return CatalogValidation.problems(new CatalogState("test", listeners, routes, services), known).stream()
                .map(Problem::toString)
                .toList();
    }

    private static RouteSpec route(String name, Match match, String service) {
        return new RouteSpec(new Route(name, match, 0, ServiceName.of(service)), Provenance.CODE);
    }

    @Test
    void valid_hasNoProblem() {
        assertThat(problems(
                        List.of(ListenerSpec.of("web", ":80"), ListenerSpec.of("a", ":0"), ListenerSpec.of("b", ":0")),
                        List.of(route("r", Match.ALL.withListeners(Set.of("web")), "orders")),
                        List.of(ServiceSpec.of("orders", "10.0.0.1:80").withDiscover(URI.create("DNS:///a.test:80")))))
                .isEmpty();
    }

    @Test
    void listeners_sameNameOrAddress_areToldByTheirIndex() {
        assertThat(problems(
                        List.of(
                                ListenerSpec.of("web", "127.0.0.1:80"),
                                ListenerSpec.of("web", "127.0.0.2:80"),
                                ListenerSpec.of("other", "127.0.0.1:80"),
                                ListenerSpec.of("all", ":80")),
                        List.of(),
                        List.of()))
                .containsExactly(
                        "listeners[1].name: \"web\" (expected: a name given once; listeners[0] has it, too)",
                        "listeners[2].address: \"127.0.0.1:80\" (expected: an address that is free; listeners[0] takes it)",
                        "listeners[3].address: \"*:80\" (expected: an address that is free; listeners[0] takes it)");
    }

    @Test
    void listeners_allAddressesWrittenOut_takeThePortFromOthers() {
        assertThat(problems(
                        List.of(
                                ListenerSpec.of("v4", "0.0.0.0:80"),
                                ListenerSpec.of("a", "127.0.0.1:80"),
                                ListenerSpec.of("b", "127.0.0.1:81"),
                                ListenerSpec.of("v6", "[::]:81")),
                        List.of(),
                        List.of()))
                .containsExactly(
                        "listeners[1].address: \"127.0.0.1:80\" (expected: an address that is free; listeners[0] takes it)",
                        "listeners[3].address: \"[::]:81\" (expected: an address that is free; listeners[2] takes it)");
    }

    @Test
    void routesOfListenersWithoutHttp_askForNothingThatOnlyRequestsHave() {
        var tcp = ListenerSpec.of("db", ":80").withProtocol(Protocol.Tcp.defaults());
        var here = Match.ALL.withListeners(Set.of("db"));
        String expected = " (expected: none, since listener \"db\" takes no HTTP)";

        assertThat(problems(
                        List.of(tcp),
                        List.of(
                                route("host", here.withHost("a.test"), "orders"),
                                route("methods", here.withMethods(Set.of("GET")), "orders"),
                                route("schemes", here.withSchemes(Set.of("https")), "orders")
                                        .withMiddleware(new InFlightLimit(5), new StripPrefix(List.of("/a")))),
                        List.of(ServiceSpec.of("orders", "10.0.0.1:80"))))
                .containsExactly(
                        "routes[0].host: a.test (expected: none, since listener \"db\" reads no server name; its tcp.sni"
                                + " may be set)",
                        "routes[1].methods: [GET]" + expected,
                        "routes[2].schemes: [https]" + expected,
                        "routes[2].middleware[1]: " + new StripPrefix(List.of("/a")).text() + expected);
    }

    @Test
    void routesInCode_whoseConditionsHashAlike_areBothTaken() {
        var paths = Stream.of("/Aa", "/BB").map(PathMatch.Prefix::new).map(Match.ALL::withPath);
        assertThat(problems(
                        List.of(),
                        paths.map(match -> RouteSpec.of(match, "site")).toList(),
                        List.of(ServiceSpec.of("site"))))
                .isEmpty();
    }

    @Test
    void routes_toWhatIsUnknown_areToldWithTheNameMeant() {
        assertThat(problems(
                        List.of(ListenerSpec.of("web", ":80")),
                        List.of(
                                route("a", Match.ALL, "orders"),
                                route("a", Match.ALL, "orders"),
                                route("b", Match.ALL.withListeners(Set.of("wep")), "ordres")),
                        List.of(ServiceSpec.of("orders"), ServiceSpec.of("users"))))
                .containsExactly(
                        "routes[1].name: \"a\" (expected: a name given once; routes[0] has it, too)",
                        "routes[2].service: \"ordres\" (expected: one of orders, users); did you mean \"orders\"?",
                        "routes[2].listeners: \"wep\" (expected: one of web); did you mean \"web\"?");
    }

    @Test
    void routes_toWhatOthersDefine_areValid() {
        var known = new Known(Set.of(), Set.of("orders"), Set.of("web"));
        assertThat(problems(
                        known,
                        List.of(),
                        List.of(route("r", Match.ALL.withListeners(Set.of("web")), "orders")),
                        List.of()))
                .isEmpty();
    }

    @Test
    void services_areToldByTheirName() {
        assertThat(problems(
                        List.of(),
                        List.of(),
                        List.of(
                                ServiceSpec.of("orders"),
                                ServiceSpec.of("orders"),
                                ServiceSpec.of("users", "10.0.0.1:80", "10.0.0.2:80", "10.0.0.1:80"),
                                ServiceSpec.of("a").withDiscover(URI.create("dnss:x")),
                                ServiceSpec.of("b").withDiscover(URI.create("dns:x"), URI.create("orders")))))
                .containsExactly(
                        "services.orders: given twice (expected: a name given once)",
                        "services.users.endpoints[2]: \"10.0.0.1:80\" (expected: a name given once; endpoints[0] has it,"
                                + " too)",
                        "services.a.discover: scheme \"dnss\" (expected: one of dns); did you mean \"dns\"?",
                        "services.b.discover[1]: scheme \"\" (expected: one of dns)");
    }

    @Test
    void difference_ignoresWhereThingsAreDefined() {
        var before = new CatalogState(
                "test",
                List.of(ListenerSpec.of("web", ":80")),
                List.of(route("r", Match.ALL, "orders")),
                List.of(ServiceSpec.of("orders"), ServiceSpec.of("users")));
        ServiceSpec orders = ServiceSpec.of("orders");
        var after = new CatalogState(
                "test",
                List.of(ListenerSpec.of("web", ":81"), ListenerSpec.of("admin", ":82")),
                List.of(new RouteSpec(before.routes().get(0).route(), new Provenance("x", "y"))),
                List.of(orders.withEndpoints(List.of(Endpoint.parse("10.0.0.1:80")))
                        .withProvenance(new Provenance("x", "y"))));

        var difference = CatalogDifference.between(before, after);

        assertThat(difference.added()).containsExactly("listener admin");
        assertThat(difference.removed()).containsExactly("service users");
        assertThat(difference.changed()).containsExactly("listener web", "service orders");
        assertThat(CatalogDifference.between(after, after).isEmpty()).isTrue();
    }
}
