package dev.penstock.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.endpoint.ServiceName;
import dev.penstock.request.PlainRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteTableTest {
    private static final Match API = Match.ALL.withPath(new PathMatch.Prefix("/api"));

    private static final RouteTable TWO_DOMAINS = RouteTable.compile(List.of(
            route("example", Match.ALL.withHost("www.example.com")),
            route("foobar", Match.ALL.withHost("WWW.FooBar.com."))));

    @Test
    void H01_twoDomains_eachGoesToItsService() {
        assertThat(routed(TWO_DOMAINS, "http://www.foobar.com/")).isEqualTo("foobar");
        assertThat(routed(TWO_DOMAINS, "http://www.example.com/any/path?q")).isEqualTo("example");
        assertThat(routed(TWO_DOMAINS, "http://www.other.com/")).isEqualTo("none");
        assertThat(routed(TWO_DOMAINS, "/")).isEqualTo("none");
    }

    @ParameterizedTest
    @ValueSource(strings = {"WWW.FooBar.com", "www.foobar.com.", "www.foobar.com:8080"})
    void H03_caseDotAndPort_doNotMatter(String host) {
        assertThat(routed(TWO_DOMAINS, "http://" + host + "/")).isEqualTo("foobar");
    }

    @Test
    void H18_listOfHosts_letsThoseThrough() {
        var table = RouteTable.compile(List.of(
                route("website", Match.ALL.withHost("www.website.com")),
                route("liuggio", Match.ALL.withHost("www.liuggio.com"))));

        assertThat(routed(table, "http://www.website.com/")).isEqualTo("website");
        assertThat(routed(table, "http://www.liuggio.com/")).isEqualTo("liuggio");
        assertThat(routed(table, "http://website.com/")).isEqualTo("none");
        assertThat(routed(table, "http://x.www.website.com/")).isEqualTo("none");
    }

    @Test
    void H18_noHost_letsEveryHostThrough() {
        var table = RouteTable.compile(List.of(route("site", Match.ALL)));

        assertThat(routed(table, "http://www.website.com/")).isEqualTo("site");
        assertThat(routed(table, "http://[::1]:80/")).isEqualTo("site");
        assertThat(routed(table, "/")).isEqualTo("site");
    }

    @ParameterizedTest
    @CsvSource({
        "/api, api",
        "/api/, api",
        "/api/x?y, api",
        "/api//, api",
        "/apix, none",
        "/, none",
        "/ap, none",
        "/x, none",
        "/API, none",
        "/%61pi, none",
        "/x/api, none"
    })
    void H19_prefix_matchesWholeSegments(String target, String expected) {
        List<Route> routes = new ArrayList<>(List.of(route("api", API)));
        assertThat(routed(RouteTable.compile(routes), target)).isEqualTo(expected);

        for (int i = 0; i < 20; i++) { // enough to be found by hash
            routes.add(route("other-" + i, Match.ALL.withPath(new PathMatch.Prefix("/other/" + i))));
        }
        assertThat(routed(RouteTable.compile(routes), target)).isEqualTo(expected);
    }

    @Test
    void H21_hostAndPath_mustBothHold() {
        var table = RouteTable.compile(List.of(route("both", API.withHost("www.website.com"))));

        assertThat(routed(table, "http://www.website.com/api")).isEqualTo("both");
        assertThat(routed(table, "http://www.website.com/other")).isEqualTo("none");
        assertThat(routed(table, "http://www.other.com/api")).isEqualTo("none");
    }

    @Test
    void H21_allConditions_mustHold() {
        var match = API.withMethods(Set.of("GET", "HEAD"))
                .withHeaders(List.of(new ValueMatch("X-Tenant", Set.of("a", "b"))))
                .withQuery(List.of(new ValueMatch("v", Set.of("2")), new ValueMatch("debug", Set.of())))
                .withListeners(Set.of("web"));
        var table = RouteTable.compile(List.of(route("all", match)));
        var good = PlainRequest.get("/api?debug&v=1&v=2").withListener("web").withHeader("x-tenant", "b");

        assertThat(routed(table, good)).isEqualTo("all");
        assertThat(failure(table, good)).isEmpty();
        assertThat(failure(table, good.withListener(""))).isEqualTo("listener: none (expected: web)");
        assertThat(failure(table, good.withMethod("POST"))).isEqualTo("method: POST (expected: one of GET, HEAD)");
        assertThat(failure(table, good.withHeader("x-tenant", "secret")))
                .isEqualTo("header X-Tenant: another value (expected: one of a, b)");
        assertThat(failure(table, PlainRequest.get("/api").withListener("web")))
                .isEqualTo("header X-Tenant: absent (expected: one of a, b)");
        assertThat(failure(table, of(good, "/api?debug&v=3"))).isEqualTo("query v: another value (expected: 2)");
        assertThat(failure(table, of(good, "/api?v=2&debugger")))
                .isEqualTo("query debug: absent (expected: any value)");
        assertThat(failure(table, of(good, "/x"))).isEqualTo("path: /x (expected: prefix /api)");
        for (var bad : List.of(good.withListener("x"), good.withMethod("PUT"), good.withHeader("x-tenant", "c"))) {
            assertThat(routed(table, bad)).isEqualTo("none");
        }
    }

    @Test
    void explain_otherHost_saysWhatWasExpected() {
        var table = RouteTable.compile(List.of(route("b", Match.ALL.withHost("*.b.test"))));

        assertThat(failure(table, PlainRequest.get("http://www.a.test/")))
                .isEqualTo("host: www.a.test (expected: *.b.test)");
        assertThat(failure(table, PlainRequest.get("/"))).isEqualTo("host: none (expected: *.b.test)");
    }

    @Test
    void routes_ofEveryKind_areAskedInTheDocumentedOrder() {
        List<Route> ordered = List.of(
                new Route("urgent", Match.ALL, 1, ServiceName.of("s")),
                route("exact host", Match.ALL.withHost("a.b.test")),
                route("longer wildcard", Match.ALL.withHost("*.b.test")),
                route("wildcard", API.withHost("*.test")),
                route("exact path", Match.ALL.withPath(new PathMatch.Exact("/"))),
                route("longer pattern", pattern("/api/v1/{x}")),
                route("pattern", pattern("/api/{x}")),
                route("deep pattern", pattern("/api/**")),
                route("prefix, two conditions", API.withMethods(Set.of("GET")).withListeners(Set.of("web"))),
                route("prefix, one condition", API.withMethods(Set.of("GET"))),
                route("prefix", API),
                route("prefix again", API),
                route("pattern as long as the prefix", pattern("/abc*")),
                route("root prefix", Match.ALL.withPath(new PathMatch.Prefix("/"))),
                route("any", Match.ALL),
                new Route("last", Match.ALL.withHost("a.b.test"), -1, ServiceName.of("s")));
        List<Route> given = new ArrayList<>(ordered);
        Collections.reverse(given);
        Collections.swap(given, ordered.size() - 11, ordered.size() - 12); // the tie keeps its order

        assertThat(RouteTable.compile(given).routes())
                .extracting(Route::name)
                .containsExactlyElementsOf(ordered.stream().map(Route::name).toList());
    }

    @Test
    void compile_sameNameTwice_isRefused() {
        var routes = List.of(route("a", Match.ALL), route("a", API));

        assertThatThrownBy(() -> RouteTable.compile(routes))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("route name: \"a\" twice (expected: unique names)");
    }

    @Test
    void route_tenThousandHostsAndPaths_eachIsFound() {
        List<Route> routes = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            routes.add(route("host-" + i, Match.ALL.withHost("www.site-" + i + ".test")));
            routes.add(route("path-" + i, Match.ALL.withPath(new PathMatch.Prefix("/shop/" + i))));
        }
        var table = RouteTable.compile(routes);

        for (int i = 0; i < 10_000; i++) {
            assertThat(routed(table, "http://www.site-" + i + ".test/shop/7")).isEqualTo("host-" + i);
            assertThat(routed(table, "http://other.test/shop/" + i + "/x")).isEqualTo("path-" + i);
        }
    }

    @Test
    void route_keysOfEqualHash_areToldApart() {
        // "Aa" and "BB" have one hash; so have all strings made of them, read from either end.
        List<Route> routes = new ArrayList<>();
        for (int i = 0; i < 256; i++) {
            routes.add(route(twins(i), Match.ALL.withPath(new PathMatch.Prefix("/" + twins(i)))));
        }
        var table = RouteTable.compile(routes.subList(1, 256));

        for (int i = 1; i < 256; i++) {
            assertThat(routed(table, "/" + twins(i) + "/x")).isEqualTo(twins(i));
        }
        assertThat(routed(table, "/" + twins(0))).isEqualTo("none");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "\u00e9", "\u20ac"}) // one byte, one byte beyond ASCII, two bytes
    void route_pathsOfEveryLengthAndAlphabet_areTold(String letter) {
        List<Route> routes = new ArrayList<>();
        for (int length = 1; length <= 64; length++) {
            String path = "/" + letter.repeat(length - 1);
            routes.add(route("exact-" + length, Match.ALL.withPath(new PathMatch.Exact(path))));
        }
        for (int longest = 5; longest <= 64; longest++) {
            var table = RouteTable.compile(routes.subList(0, longest));
            for (int length = 1; length <= 200; length++) {
                String expected = length <= longest ? "exact-" + length : "none";
                assertThat(routed(table, "/" + letter.repeat(length - 1))).isEqualTo(expected);
                assertThat(routed(table, "/" + "\u01e9".repeat(length) + "x")).isEqualTo("none");
            }
        }
    }

    private static String twins(int bits) {
        var text = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            text.append((bits >> i & 1) == 0 ? "Aa" : "BB");
        }
        return text.toString();
    }

    private static PlainRequest of(PlainRequest request, String target) {
        return new PlainRequest(
                request.listener(),
                request.scheme(),
                "",
                request.method(),
                "",
                PlainRequest.get(target).path(),
                PlainRequest.get(target).query(),
                request.headers(),
                request.tried());
    }

    private static Match pattern(String pattern) {
        return Match.ALL.withPath(new PathMatch.Pattern(pattern));
    }

    @Test
    void connection_isForRoutesThatNameItsListener_byTheHostItAsksFor() {
        var here = Match.ALL.withListeners(Set.of("db"));
        var table = RouteTable.compile(
                List.of(route("all", Match.ALL), route("a", here.withHost("a.test")), route("rest", here)));

        assertThat(routed(table, PlainRequest.connection("db", "A.test"))).isEqualTo("a");
        assertThat(routed(table, PlainRequest.connection("db", ""))).isEqualTo("rest");
        assertThat(routed(table, PlainRequest.get("/").withListener("web"))).isEqualTo("all");
        var elsewhere = PlainRequest.connection("web", "");
        assertThat(table.route(elsewhere)).isEqualTo(Routing.NO_MATCH);
        assertThat(table.explain(elsewhere))
                .extracting(RouteVerdict::failed)
                .contains("listener: any (expected: web, which takes no HTTP)");
    }

    private static Route route(String name, Match match) {
        return new Route(name, match, 0, ServiceName.of("s"));
    }

    private static String failure(RouteTable table, PlainRequest request) {
        return table.explain(request).get(0).failed();
    }

    private static String routed(RouteTable table, String url) {
        return routed(table, PlainRequest.get(url));
    }

    private static String routed(RouteTable table, PlainRequest request) {
        return table.route(request) instanceof Routing.To to ? to.route().name() : "none";
    }
}
