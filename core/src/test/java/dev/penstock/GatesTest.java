package dev.penstock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.catalog.CatalogException;
import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.Provenance;
import dev.penstock.catalog.RouteSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.middleware.BasicAuth;
import dev.penstock.middleware.InFlightLimit;
import dev.penstock.middleware.Middleware;
import dev.penstock.middleware.RouteGate;
import dev.penstock.middleware.Split;
import dev.penstock.middleware.StripPrefix;
import dev.penstock.request.PlainRequest;
import dev.penstock.route.Match;
import dev.penstock.route.Routing;
import dev.penstock.time.ControlThreads;
import dev.penstock.time.Scheduler;
import dev.penstock.time.Ticker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GatesTest {
    private final Penstock penstock = Penstock.builder().build();

    @AfterEach
    void close() {
        penstock.close();
    }

    private Table apply(Middleware... middleware) {
        penstock.apply(new CatalogState(
                "test",
                List.of(),
                List.of(RouteSpec.of(Match.ALL, "site").withMiddleware(middleware)),
                List.of(ServiceSpec.of("site", "127.0.0.1:1"), ServiceSpec.of("canary", "127.0.0.1:2"))));
        return penstock.table();
    }

    private static Routing.To to(Table table) {
        return (Routing.To) table.route(PlainRequest.get("http://a.test/"));
    }

    @Test
    void gate_ofMiddlewareThatStays_staysWithWhatItCounts_andGoesWithIt() {
        Table first = apply(new InFlightLimit(1));
        Table second = apply(new InFlightLimit(1));
        Table third = apply(new InFlightLimit(2));

        assertThat(second.gate(to(second))).isNotNull().isSameAs(first.gate(to(first)));
        assertThat(third.gate(to(third))).isNotNull().isNotSameAs(first.gate(to(first)));
        assertThat(apply().gate(to(penstock.table()))).isNull();
    }

    /** Keeps what it is given until somebody runs it. */
    private static final class Slow implements Scheduler {
        private final List<Runnable> tasks = new ArrayList<>();
        private final List<Runnable> timers = new ArrayList<>();

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }

        @Override
        public Timer schedule(Duration delay, Runnable task) {
            timers.add(task);
            return () -> timers.remove(task);
        }
    }

    @Test
    void filesOfUsers_areLookedAtNowAndThen_oneTaskForEach_fourAtOnce_whileARouteHasOne() {
        var slow = new Slow();
        try (var gates = new Gates(Ticker.system(), slow, Duration.ZERO)) {
            List<RouteSpec> routes = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                var auth = new BasicAuth("r", Map.of(), Path.of("missing"), false);
                routes.add(RouteSpec.of(Match.ALL, "site" + i).withMiddleware(auth));
            }
            gates.of(List.of());
            assertThat(slow.timers).isEmpty();
            gates.of(routes); // files that hang hold no change up
            gates.of(routes);
            assertThat(slow.tasks).hasSize(4);
            assertThat(slow.timers).hasSize(1);
            for (int i = 0; i < 3; i++) {
                slow.timers.remove(0).run();
                assertThat(slow.tasks).hasSize(4);
                assertThat(slow.timers).hasSize(1);
            }
            slow.tasks.remove(0).run();
            assertThat(slow.tasks).hasSize(4); // the fifth has its turn
            while (!slow.tasks.isEmpty()) {
                slow.tasks.remove(0).run();
            }

            gates.of(List.of());
            slow.timers.remove(0).run();
            assertThat(slow.timers).isEmpty();
            gates.of(routes);
        }
        assertThat(slow.timers).isEmpty();
    }

    @Test
    void fileOfUsers_isReadAnew_onlyWhereItsOwnPieceHasChanged() {
        var slow = new Slow();
        try (var gates = new Gates(Ticker.system(), slow, Duration.ZERO)) {
            var auth = new BasicAuth("r", Map.of(), Path.of("missing"), false);
            var other = new BasicAuth("other", Map.of(), Path.of("missing"), false);
            RouteSpec route = RouteSpec.of(Match.ALL, "site");
            String name = route.route().name();
            RouteGate first = gates.of(List.of(route.withMiddleware(auth))).get(name);
            while (!slow.tasks.isEmpty()) {
                slow.tasks.remove(0).run();
            }
            assertThat(first.firstLook()).isDone();

            RouteGate second = gates.of(List.of(route.withMiddleware(new InFlightLimit(1), auth)))
                    .get(name);
            RouteGate third = gates.of(List.of(route.withMiddleware(new InFlightLimit(1), other)))
                    .get(name);

            assertThat(second).isNotSameAs(first);
            assertThat(second.firstLook()).isDone(); // what was read is known, though nobody has read since
            assertThat(third.firstLook()).isNotDone();
        }
    }

    @Test
    void filesOfUsers_areReadBeforeTheirRoutesAreAskedForAnything() {
        try (var threads = ControlThreads.create();
                var gates = new Gates(Ticker.system(), threads, Duration.ofSeconds(30))) {
            var auth = new BasicAuth("r", Map.of(), Path.of("missing"), false);
            RouteSpec route = RouteSpec.of(Match.ALL, "site").withMiddleware(auth);

            RouteGate gate = gates.of(List.of(route)).get(route.route().name());

            assertThat(gate).isNotNull();
            assertThat(gate.firstLook()).isDone();
        }
    }

    @Test
    void table_isStrict_whereMiddlewareGoesByPaths() {
        assertThat(apply(new InFlightLimit(1)).isStrict()).isFalse();
        assertThat(apply(new StripPrefix(List.of("/a"))).isStrict()).isTrue();
    }

    @Test
    void split_dividesEachHundredExactly() {
        Table table = apply(new Split(Map.of(ServiceName.of("canary"), 7)));
        Map<String, Integer> counts = new TreeMap<>();
        for (int i = 0; i < 1_000; i++) {
            var service = table.nextService(to(table));
            assertThat(service).isNotNull();
            counts.merge(service.spec().name().value(), 1, Integer::sum);
        }

        assertThat(counts).isEqualTo(Map.of("canary", 70, "site", 930));
    }

    @Test
    void split_toAServiceThatDoesNotExist_isAFault() {
        assertThatThrownBy(() -> apply(new Split(Map.of(ServiceName.of("canari"), 7))))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining("routes[0].middleware[0].split: \"canari\"")
                .hasMessageContaining("did you mean \"canary\"?");
    }

    @Test
    void middleware_isPartOfTheDefinition() {
        apply();
        var next = new CatalogState(
                "test",
                List.of(),
                List.of(RouteSpec.of(Match.ALL, "site").withMiddleware(new InFlightLimit(1))),
                penstock.table().services().stream()
                        .map(service -> service.spec())
                        .toList());

        assertThat(penstock.apply(next).difference().changed())
                .singleElement()
                .asString()
                .startsWith("route ");
        assertThat(next.routes().get(0).provenance()).isEqualTo(Provenance.CODE);
    }
}
