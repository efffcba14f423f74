package dev.penstock.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.endpoint.ServiceName;
import dev.penstock.request.PlainRequest;
import dev.penstock.route.Unreached.Doors;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnreachedTest {
    private static final Doors WEB = new Doors(Set.of("web", "tls"), Set.of(":8080"), Set.of("db"));
    private static final Match A = Match.ALL.withHost("a.test");

    private static Route route(String name, Match match) {
        return new Route(name, match, 0, ServiceName.of("s"));
    }

    private static Route first(String name, Match match) {
        return new Route(name, match, 1, ServiceName.of("s"));
    }

    private static List<Unreached> among(Route... routes) {
        return Unreached.among(RouteTable.compile(List.of(routes)).routes(), WEB);
    }

    @Test
    void routeThatAnEarlierOneTakesAllOf_isShadowedByIt() {
        assertThat(among(
                        first("all of it", Match.ALL.withHost("*.test")),
                        route("x", A.withPath(new PathMatch.Prefix("/x"))),
                        route("b", Match.ALL.withHost("b.example"))))
                .containsExactly(new Unreached("x", "shadowed by \"all of it\""));
    }

    @Test
    void routeThatSeveralTakeAllOfTogether_isShadowedByThem() {
        Route get = first("get", A.withMethods(Set.of("GET")));
        Route post = first("post", A.withMethods(Set.of("POST", "PUT")));
        Match both = A.withMethods(Set.of("GET", "POST"));

        assertThat(among(get, post, route("both", both)))
                .extracting(Unreached::route)
                .containsExactly("both");
        assertThat(among(get, post, route("more", A.withMethods(Set.of("GET", "PATCH")))))
                .isEmpty();
        assertThat(among(get, post, route("any", A))).isEmpty();
    }

    @Test
    void schemesAndListeners_areSharedBetweenRoutesToo() {
        Match https = A.withSchemes(Set.of("https"));
        Route plain = first("plain", A.withSchemes(Set.of("http")));
        Route web = first("web", https.withListeners(Set.of("web")));
        Route tls = first("tls", https.withListeners(Set.of("tls")));

        assertThat(among(plain, web, tls, route("a", A)))
                .extracting(Unreached::why)
                .singleElement()
                .asString()
                .contains("plain", "web", "tls");
        assertThat(among(plain, web, route("a", A))).isEmpty();
    }

    @Test
    void routeForNoListenerThatThereIs_isUnreached() {
        assertThat(among(route("gone", A.withListeners(Set.of("gone")))))
                .containsExactly(new Unreached("gone", "there is no listener that it is for"));
    }

    @Test
    void listenerThatIsApart_isForRoutesThatNameItAlone() {
        Match own = Match.ALL.withListeners(Set.of(":8080"));

        assertThat(among(first("all", Match.ALL), route("own", own))).isEmpty();
        assertThat(among(first("first", own), route("own", own)))
                .extracting(Unreached::route)
                .containsExactly("own");
    }

    @Test
    void routeOfAListenerOfAnotherProtocol_isNotJudged() {
        Match db = Match.ALL.withListeners(Set.of("db"));

        assertThat(among(first("one", db), route("two", db))).isEmpty();
    }

    @Test
    void withoutAnyListener_routesAreJudgedAlike() {
        assertThat(Unreached.among(List.of(route("one", A), route("two", A)), Doors.NONE))
                .extracting(Unreached::route)
                .containsExactly("two");
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13}) // seeds
    void anyTable_noRequestComesToARouteThatIsUnreached(long seed) {
        var doors = new Doors(Set.of("web", "admin"), Set.of(), Set.of());
        int found = 0;
        for (int table = 0; table < 120; table++) {
            var random = new RandomRoutes(seed * 120 + table);
            var compiled = RouteTable.compile(random.routes());
            Set<String> unreached = Unreached.among(compiled.routes(), doors).stream()
                    .map(Unreached::route)
                    .collect(Collectors.toSet());
            found += unreached.size();
            for (int i = 0; i < 300; i++) {
                PlainRequest request = random.request();
                if (request.isHttp() && compiled.route(request.withListener("web")) instanceof Routing.To to) {
                    assertThat(unreached)
                            .as("seed %s table %s: %s", seed, table, request)
                            .doesNotContain(to.route().name());
                }
            }
        }
        assertThat(found).isGreaterThan(100); // guards the test itself
    }

    @ParameterizedTest
    @ValueSource(longs = {14, 15, 16}) // seeds
    void anyTable_routeThatOneEarlierOneCovers_isUnreached(long seed) {
        var doors = new Doors(Set.of("web", "admin"), Set.of(), Set.of());
        int found = 0;
        for (int table = 0; table < 120; table++) {
            List<Route> routes = RouteTable.compile(new RandomRoutes(seed * 120 + table).routes())
                    .routes();
            Set<String> unreached = Unreached.among(routes, doors).stream()
                    .map(Unreached::route)
                    .collect(Collectors.toSet());
            for (int i = 0; i < routes.size(); i++) {
                Route route = routes.get(i);
                boolean covered = routes.subList(0, i).stream()
                        .anyMatch(earlier -> earlier.match().covers(route.match()));
                if (covered) {
                    found++;
                    assertThat(unreached).as("seed %s table %s", seed, table).contains(route.name());
                }
            }
        }
        assertThat(found).isGreaterThan(100); // guards the test itself
    }
}
