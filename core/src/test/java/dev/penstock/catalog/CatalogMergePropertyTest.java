package dev.penstock.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.request.PlainRequest;
import dev.penstock.route.HostMatch;
import dev.penstock.route.RandomRoutes;
import dev.penstock.route.Route;
import dev.penstock.route.RouteTable;
import dev.penstock.route.Routing;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogMergePropertyTest {
    private static final int TABLES = 40;
    private static final int REQUESTS = 60;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3}) // seeds
    void routesOfTheFileWithAHost_keepTheirRequests_andNothingIsLost(long seed) {
        int kept = 0;
        int found = 0;
        for (int table = 0; table < TABLES; table++) {
            var random = new RandomRoutes(seed * 1_000 + table);
            CatalogState file = state("file", random.routes());
            List<CatalogState> catalogs = List.of(state("one", random.routes()), state("two", random.routes()));
            var merged = RouteTable.compileTiers(
                    CatalogMerge.of(List.of(file), catalogs, Set.of()).tiers());
            var alone = RouteTable.compileTiers(
                    CatalogMerge.of(List.of(file), List.of(), Set.of()).tiers());
            for (int i = 0; i < REQUESTS; i++) {
                PlainRequest request = random.request();
                Route before = routeOf(alone, request);
                Route after = routeOf(merged, request);
                if (before != null && !(before.match().host() instanceof HostMatch.Any)) {
                    kept++;
                    assertThat(after).as("seed %s: %s", seed, request).isEqualTo(before);
                }
                found += after != null && !after.equals(before) ? 1 : 0;
                boolean claimed = Stream.concat(Stream.of(file), catalogs.stream())
                        .flatMap(state -> state.routes().stream())
                        .anyMatch(spec -> routeOf(RouteTable.compile(List.of(spec.route())), request) != null);
                assertThat(after != null).isEqualTo(claimed);
            }
        }
        assertThat(kept).isGreaterThan(100);
        assertThat(found).isGreaterThan(100);
    }

    /** Each source with services of its own; names of routes clash on purpose. */
    private static CatalogState state(String source, List<Route> routes) {
        var provenance = new Provenance(source, "");
        List<RouteSpec> specs = new ArrayList<>();
        routes.forEach(route ->
                specs.add(new RouteSpec(route.match().listeners().isEmpty() ? route : open(route), provenance)));
        return new CatalogState(source, List.of(), specs, List.of());
    }

    /** Without listeners, for none is defined here. */
    private static Route open(Route route) {
        return new Route(route.name(), route.match().withListeners(Set.of()), route.priority(), route.service());
    }

    private static Route routeOf(RouteTable table, PlainRequest request) {
        return table.route(request) instanceof Routing.To to ? to.route() : null;
    }
}
