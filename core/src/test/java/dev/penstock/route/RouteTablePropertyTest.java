package dev.penstock.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.endpoint.ServiceName;
import dev.penstock.request.PlainRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RouteTablePropertyTest {
    private static final int TABLES = 120;
    private static final int REQUESTS = 100;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4}) // seeds
    void H21_route_anyTable_isWhatAskingOneByOneGives(long seed) {
        int matched = 0;
        for (int table = 0; table < TABLES; table++) {
            var random = new RandomRoutes(seed * TABLES + table);
            List<Route> routes = random.routes();
            var compiled = RouteTable.compile(routes);
            var oracle = new LinearTable(routes);
            assertThat(compiled.routes()).isEqualTo(oracle.routes());
            for (int i = 0; i < REQUESTS; i++) {
                PlainRequest request = random.request();
                Route expected = oracle.route(request);
                assertThat(routeOf(compiled.route(request)))
                        .as("seed %s table %s: %s", seed, table, request)
                        .isEqualTo(expected);
                matched += expected == null ? 0 : 1;
            }
        }
        // Guards the test itself: random requests that hit nothing would prove nothing.
        assertThat(matched).isBetween(TABLES * REQUESTS / 5, TABLES * REQUESTS * 19 / 20);
    }

    @ParameterizedTest
    @ValueSource(longs = {5, 6}) // seeds
    void explain_anyTable_agreesWithTheRoute(long seed) {
        for (int table = 0; table < TABLES; table++) {
            var random = new RandomRoutes(seed * TABLES + table);
            var compiled = RouteTable.compile(random.routes());
            for (int i = 0; i < REQUESTS / 10; i++) {
                PlainRequest request = random.request();
                List<RouteVerdict> verdicts = compiled.explain(request);
                assertThat(verdicts).extracting(RouteVerdict::route).isEqualTo(compiled.routes());
                assertThat(verdicts)
                        .allMatch(verdict -> verdict.matched()
                                == LinearTable.matches(verdict.route().match(), request));
                Route first = verdicts.stream()
                        .filter(RouteVerdict::matched)
                        .map(RouteVerdict::route)
                        .findFirst()
                        .orElse(null);
                assertThat(routeOf(compiled.route(request))).isEqualTo(first);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {7, 8}) // seeds
    void tiers_anyTable_areAskedOneAfterTheOther(long seed) {
        int later = 0;
        for (int table = 0; table < TABLES; table++) {
            var random = new RandomRoutes(seed * TABLES + table);
            List<Route> routes = random.routes();
            int half = routes.size() / 2;
            List<List<Route>> tiers = List.of(
                    routes.subList(0, half / 2),
                    List.of(),
                    routes.subList(half / 2, half),
                    routes.subList(half, routes.size()));
            var compiled = RouteTable.compileTiers(tiers);
            for (int i = 0; i < REQUESTS; i++) {
                PlainRequest request = random.request();
                Route expected = null;
                for (int tier = 0; tier < tiers.size() && expected == null; tier++) {
                    expected = new LinearTable(tiers.get(tier)).route(request);
                    later += expected != null && tier > 0 ? 1 : 0;
                }
                assertThat(routeOf(compiled.route(request)))
                        .as("seed %s table %s: %s", seed, table, request)
                        .isEqualTo(expected);
            }
        }
        assertThat(later).isPositive();
    }

    @ParameterizedTest
    @ValueSource(longs = {9, 10}) // seeds
    void covers_anyConditions_holdsWhereverTheNarrowerOneDoes(long seed) {
        int covered = 0;
        for (int table = 0; table < TABLES; table++) {
            var random = new RandomRoutes(seed * TABLES + table);
            List<Route> routes = random.routes();
            for (int i = 0; i < REQUESTS; i++) {
                PlainRequest request = random.request();
                for (int j = 1; j < routes.size(); j++) {
                    Match wide = routes.get(j - 1).match();
                    Match narrow = routes.get(j).match();
                    if (request.isHttp() && LinearTable.matches(narrow, request) && wide.covers(narrow)) {
                        covered++;
                        assertThat(LinearTable.matches(wide, request))
                                .as("%s over %s for %s", wide, narrow, request)
                                .isTrue();
                    }
                }
            }
            routes.forEach(
                    route -> assertThat(route.match().covers(route.match())).isTrue());
        }
        assertThat(covered).isGreaterThan(100);
    }

    @Test
    void compare_anyRoutes_sortsAsTheTableDoes() {
        for (long seed = 1; seed <= 100; seed++) {
            var shuffled = new ArrayList<>(new RandomRoutes(seed).routes());
            Collections.shuffle(shuffled, new Random(seed));

            assertThat(shuffled.stream().sorted(new RouteOrder()).toList()).isEqualTo(RouteOrder.sorted(shuffled));
        }
    }

    /**
     * As many hosts as have had another proxy compare them otherwise (CVE-2026-27588), and paths whose letters come encoded
     * (CVE-2026-27587): the form of the host is no matter, that of the path is, and nobody but the scan decides.
     */
    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14}) // seeds
    void H21_route_manyHostsAndEncodedPaths_isWhatAskingOneByOneGives(long seed) {
        var spellings = new Spellings(seed);
        for (int table = 0; table < 10; table++) {
            List<Route> routes = spellings.routes(150);
            var compiled = RouteTable.compile(routes);
            var oracle = new LinearTable(routes);
            int matched = 0;
            for (int i = 0; i < 1_000; i++) {
                String host = spellings.host(150);
                String target = spellings.path();
                PlainRequest plain = PlainRequest.get("http://" + host + target);
                PlainRequest odd = PlainRequest.get("http://" + spellings.otherForm(host) + target);
                Route expected = oracle.route(plain);
                assertThat(plain.path()).isEqualTo(target);
                assertThat(routeOf(compiled.route(plain)))
                        .as("seed %s: %s%s", seed, host, target)
                        .isEqualTo(expected);
                assertThat(routeOf(compiled.route(odd)))
                        .as("seed %s: %s", seed, odd)
                        .isEqualTo(expected);
                matched += expected == null ? 0 : 1;
            }
            assertThat(matched).isBetween(200, 999);
        }
    }

    @Test
    void H03_H19_hostCase_isNoMatter_encodedLettersAre() {
        List<Route> routes = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            routes.add(new Route(
                    "host-" + i,
                    Match.ALL.withHost("h" + i + ".example.com").withPath(new PathMatch.Prefix("/ADMIN")),
                    0,
                    ServiceName.of("service-" + i % 5)));
        }
        var compiled = RouteTable.compile(routes);
        for (int i = 0; i < 150; i++) {
            String host = "H" + i + ".EXAMPLE.com";
            for (String path : List.of("/ADMIN", "/ADMIN/x", "/ADMIN/%41")) {
                assertThat(routeOf(compiled.route(PlainRequest.get("http://" + host + path))))
                        .isSameAs(routes.get(i));
            }
            for (String path : List.of("/%41DMIN", "/%41dmin", "/admin", "/%2561DMIN", "/ADMI%4E", "/ADMIN%2Fx")) {
                assertThat(routeOf(compiled.route(PlainRequest.get("http://" + host + path))))
                        .isNull();
            }
        }
    }

    private static Route routeOf(Routing routing) {
        return routing instanceof Routing.To to ? to.route() : null;
    }
}
