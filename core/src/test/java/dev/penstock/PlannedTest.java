package dev.penstock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.catalog.CatalogException;
import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.Provenance;
import dev.penstock.catalog.RouteSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.route.Match;
import dev.penstock.route.Route;
import dev.penstock.route.Unreached;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PlannedTest {
    private final Penstock penstock = Penstock.builder().build();

    @AfterEach
    void close() {
        penstock.close();
    }

    private static CatalogState state(String source, int port, RouteSpec... routes) {
        var provenance = new Provenance(source, "");
        return new CatalogState(
                source,
                List.of(ListenerSpec.of("web" + port, "127.0.0.1:" + port).withProvenance(provenance)),
                List.of(routes),
                List.of(ServiceSpec.of("orders", "127.0.0.1:1").withProvenance(provenance)));
    }

    private static RouteSpec route(String name, Match match, int priority) {
        return new RouteSpec(
                new Route(name, match, priority, ServiceName.of("orders")), new Provenance("file a", "line 1"));
    }

    @Test
    void plan_tellsTheDifferenceAndRoutesThatBecomeShadowed_andChangesNothing() {
        RouteSpec all = route("all", Match.ALL, 0);
        RouteSpec again = route("again", Match.ALL, 0);
        RouteSpec a = route("a", Match.ALL.withHost("a.test"), 0);
        penstock.apply(state("file a", 8080, all, again, a));
        Table before = penstock.table();

        Planned planned = penstock.plan(state("file a", 8080, all, again, a, route("new", Match.ALL, 1)));

        assertThat(planned.difference().added()).containsExactly("route new");
        assertThat(planned.unreached())
                .containsExactly(
                        new Unreached("a", "shadowed by \"new\""), new Unreached("all", "shadowed by \"new\""));
        assertThat(planned.taken()).isEmpty();
        assertThat(penstock.table()).isSameAs(before);
        assertThat(penstock.history()).hasSize(1);
    }

    @Test
    void plan_tellsWhoHasANameOrAnAddressAlready() {
        penstock.apply(state("file a", 8080));

        Planned planned = penstock.plan(new CatalogState(
                "api",
                List.of(ListenerSpec.of("mine", ":8080")),
                List.of(),
                List.of(ServiceSpec.of("orders", "127.0.0.1:2"), ServiceSpec.of("free", "127.0.0.1:2"))));

        assertThat(planned.taken())
                .hasSize(2)
                .containsEntry("listener mine", "file a")
                .containsEntry("service orders", "file a");
        assertThat(planned.shadowed()).containsExactly("service orders");
        assertThat(penstock.givers()).containsExactly("file a");
    }

    @Test
    void plan_ofWhatIsNotValid_saysWhatIsWrong() {
        assertThatThrownBy(() -> penstock.plan(
                        new CatalogState("x", List.of(), List.of(RouteSpec.of(Match.ALL, "nobody")), List.of())))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining("nobody");
    }

    @Test
    void between_comparesTwoFiles_byThemselves() {
        Planned planned = Planned.between(
                state("old", 8080, route("a", Match.ALL, 0)),
                state("new", 8081, route("a", Match.ALL, 0), route("b", Match.ALL, 0)));

        assertThat(planned.difference().added()).containsExactly("listener web8081", "route b");
        assertThat(planned.difference().removed()).containsExactly("listener web8080");
        assertThat(planned.difference().changed()).isEmpty();
        assertThat(planned.unreached()).extracting(Unreached::route).containsExactly("b");
        assertThat(planned.taken()).isEmpty();
    }
}
