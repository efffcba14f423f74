package dev.penstock.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.endpoint.ServiceName;
import dev.penstock.route.Match;
import dev.penstock.route.PathMatch;
import dev.penstock.route.Route;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CatalogDifferenceTest {
    private static final RouteSpec ANY = route("any", Match.ALL);
    private static final RouteSpec API = route("api", Match.ALL.withPath(new PathMatch.Prefix("/api")));
    private static final RouteSpec POST = route("post", Match.ALL.withMethods(Set.of("POST")));
    private static final RouteSpec PUT = route("put", Match.ALL.withMethods(Set.of("PUT", "POST")));
    private static final RouteSpec PATCH = route("patch", Match.ALL.withMethods(Set.of("PATCH", "POST")));

    private static RouteSpec route(String name, Match match) {
        return new RouteSpec(new Route(name, match, 0, ServiceName.of("site")), Provenance.CODE);
    }

    private static CatalogState state(RouteSpec... routes) {
        return new CatalogState("file", List.of(), List.of(routes), List.of());
    }

    private static CatalogDifference difference(CatalogState before, CatalogState after) {
        return CatalogDifference.between(before, after);
    }

    @Test
    void routes_thatTie_inAnotherOrder_areChanged() {
        assertThat(difference(state(POST, PUT, API), state(PUT, POST, API)).changed())
                .containsExactly("route put", "route post");
    }

    @Test
    void routes_thatSomethingElseTellsApart_areTheSameInAnyOrder() {
        assertThat(difference(state(ANY, API, POST), state(POST, API, ANY)).isEmpty())
                .isTrue();
    }

    @Test
    void routes_besideNewAndGoneOnes_stayAsTheyAre() {
        CatalogDifference difference = difference(state(POST, PUT), state(PATCH, PUT));
        assertThat(difference.added()).containsExactly("route patch");
        assertThat(difference.removed()).containsExactly("route post");
        assertThat(difference.changed()).isEmpty();
    }

    @Test
    void order_ofServicesAndListeners_isNoDifference() {
        List<ServiceSpec> services = List.of(ServiceSpec.of("a"), ServiceSpec.of("b"));
        List<ListenerSpec> listeners = List.of(ListenerSpec.of("a", ":1"), ListenerSpec.of("b", ":2"));
        var turned = new CatalogState("file", reversed(listeners), List.of(), reversed(services));
        assertThat(difference(new CatalogState("file", listeners, List.of(), services), turned)
                        .isEmpty())
                .isTrue();
    }

    private static <T> List<T> reversed(List<T> two) {
        return Stream.of(two.get(1), two.get(0)).toList();
    }
}
