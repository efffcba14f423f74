package dev.penstock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.balancer.Balancer;
import dev.penstock.balancer.BalancerFactory;
import dev.penstock.balancer.BalancerRegistry;
import dev.penstock.balancer.BalancerSettings;
import dev.penstock.balancer.Balancers;
import dev.penstock.catalog.CatalogException;
import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.HealthSpec;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.Provenance;
import dev.penstock.catalog.RouteSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.catalog.ShadowSpec;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.health.CheckSpec;
import dev.penstock.health.TcpCheck;
import dev.penstock.observe.Event;
import dev.penstock.request.PlainRequest;
import dev.penstock.request.Request;
import dev.penstock.route.Match;
import dev.penstock.service.HandTime;
import dev.penstock.service.Lease;
import dev.penstock.service.Reason;
import dev.penstock.service.Refusal;
import dev.penstock.service.Service;
import dev.penstock.time.Scheduler;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ApplyTest {
    private static final Request REQUEST = PlainRequest.get("http://a.test/");

    private final HandTime time = new HandTime();
    private final List<Event> events = new ArrayList<>();
    private final Penstock penstock = Penstock.builder()
            .ticker(time)
            .scheduler(time)
            .observer(events::add)
            .build();

    @AfterEach
    void close() {
        penstock.close();
    }

    private static CatalogState state(ServiceSpec... services) {
        return from("file a", services);
    }

    private static CatalogState from(String source, ServiceSpec... services) {
        List<RouteSpec> routes = services.length == 0
                ? List.of()
                : List.of(RouteSpec.of(Match.ALL, services[0].name().value()));
        return new CatalogState(source, List.of(), routes, List.of(services));
    }

    private Applied apply(CatalogState state) {
        time.advance(Duration.ofSeconds(1));
        return penstock.apply(state);
    }

    private Service service(String name) {
        return penstock.table().service(ServiceName.of(name)).orElseThrow();
    }

    @Test
    void apply_unchangedService_keepsTheObjectAndItsCounters() {
        apply(state(ServiceSpec.of("orders", "10.0.0.1:80"), ServiceSpec.of("users", "10.0.0.2:80")));
        Service before = service("orders");
        penstock.acquire(REQUEST);

        var elsewhere = new Provenance("file a", "line 99");
        ServiceSpec same = ServiceSpec.of("orders", "10.0.0.1:80");
        Applied applied = apply(state(same.withProvenance(elsewhere)));

        assertThat(service("orders")).isSameAs(before);
        assertThat(before.spec().provenance()).isEqualTo(elsewhere);
        assertThat(before.snapshot().members().get(0).load().inFlight()).isEqualTo(1);
        assertThat(applied.difference().added()).isEmpty();
        assertThat(applied.difference().changed()).isEmpty();
        assertThat(applied.difference().removed()).containsExactly("service users");
    }

    @Test
    void apply_changedService_isUpdatedInPlace() {
        apply(state(ServiceSpec.of("orders", "10.0.0.1:80")));
        Service before = service("orders");
        penstock.acquire(REQUEST);

        Applied applied = apply(
                state(ServiceSpec.of("orders", "10.0.0.1:80", "10.0.0.2:80").withBalancer("p2c")));

        assertThat(service("orders")).isSameAs(before);
        assertThat(before.snapshot().members()).hasSize(2);
        assertThat(before.snapshot().members().get(0).load().inFlight()).isEqualTo(1);
        assertThat(applied.difference().changed()).containsExactly("service orders");
    }

    @Test
    void F14_serviceRemoved_leaseGoesOnAndTheServiceRefuses() {
        apply(state(ServiceSpec.of("orders", "10.0.0.1:80")));
        Service gone = service("orders");
        Lease lease = (Lease) penstock.acquire(REQUEST);

        apply(state());

        assertThat(((Refusal) penstock.acquire(REQUEST)).reason()).isEqualTo(Reason.NO_ROUTE);
        assertThat(((Refusal) gone.acquire(REQUEST)).reason()).isEqualTo(Reason.CLOSED);
        lease.close();
        assertThat(gone.ended().toCompletableFuture()).isCompleted();
    }

    @Test
    void apply_invalid_changesNothingAndSaysEverything() {
        apply(state(ServiceSpec.of("orders", "10.0.0.1:80")));
        Table before = penstock.table();
        var routes = List.of(RouteSpec.of(Match.ALL, "ordres"));
        var bad = new CatalogState(
                "file a",
                List.of(ListenerSpec.of("web", ":8080"), ListenerSpec.of("web", "127.0.0.1:8080")),
                routes,
                List.of(ServiceSpec.of("orders", "10.0.0.9:80").withBalancer("nope")));

        assertThatThrownBy(() -> apply(bad))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining("file a")
                .hasMessageContaining("listeners[1].name")
                .hasMessageContaining("listeners[1].address")
                .hasMessageContaining(
                        "routes[0].service: \"ordres\" (expected: one of orders); did you mean \"orders\"?")
                .hasMessageContaining("services.orders.balancer: \"nope\"");
        assertThat(penstock.check(bad)).hasSize(4);
        assertThat(penstock.table()).isSameAs(before);
        assertThat(((Lease) penstock.acquire(REQUEST)).endpoint()).isEqualTo(Endpoint.parse("10.0.0.1:80"));
    }

    @Test
    void apply_schedulerThatRunsNothingMeanwhile_returnsAndGoesLiveLater() {
        var tasks = new ArrayDeque<Runnable>();
        try (Penstock other =
                Penstock.builder().ticker(time).scheduler(scheduler(tasks::add)).build()) {
            other.apply(state(ServiceSpec.of("orders", "10.0.0.1:80")));
            assertThat(((Refusal) other.acquire(REQUEST)).reason()).isEqualTo(Reason.NOT_READY);
            while (!tasks.isEmpty()) {
                tasks.remove().run();
            }
            assertThat(other.acquire(REQUEST)).isInstanceOf(Lease.class);
        }
    }

    private Scheduler scheduler(Executor tasks) {
        return new Scheduler() {
            @Override
            public void execute(Runnable task) {
                tasks.execute(task);
            }

            @Override
            public Timer schedule(Duration delay, Runnable task) {
                return time.schedule(delay, task);
            }
        };
    }

    @Test
    void acquire_serviceThatItsSourceDropped_isNoServiceUntilAnotherBringsIt() {
        apply(new CatalogState("file", List.of(), List.of(), List.of(ServiceSpec.of("orders", "10.0.0.1:80"))));
        apply(new CatalogState("labels", List.of(), List.of(RouteSpec.of(Match.ALL, "orders")), List.of()));
        assertThat(penstock.acquire(REQUEST)).isInstanceOf(Lease.class);

        apply(new CatalogState("file", List.of(), List.of(), List.of()));

        assertThat(((Refusal) penstock.acquire(REQUEST)).reason()).isEqualTo(Reason.NO_SERVICE);
        Explanation explained = penstock.explain(REQUEST);
        assertThat(explained.service()).isEqualTo("orders");
        assertThat(explained.refusal()).isEqualTo(penstock.acquire(REQUEST));

        apply(from("more", ServiceSpec.of("orders", "10.0.0.2:80")));
        assertThat(penstock.acquire(REQUEST)).isInstanceOf(Lease.class);
    }

    @Test
    void apply_aliasOfARule_isKnown() {
        apply(state(ServiceSpec.of("orders", "10.0.0.1:80").withBalancer("least")));
        assertThat(penstock.acquire(REQUEST)).isInstanceOf(Lease.class);
    }

    @Test
    void apply_nameOfAnEarlierSource_isShadowed() {
        apply(from("file a", ServiceSpec.of("orders", "10.0.0.1:80")));
        Applied applied = apply(from("labels", ServiceSpec.of("orders", "10.0.0.2:80"), ServiceSpec.of("users")));

        assertThat(applied.shadowed()).contains("service orders");
        assertThat(applied.difference().added()).containsExactly("service users");
        assertThat(((Lease) penstock.acquire(REQUEST)).endpoint().host()).isEqualTo("10.0.0.1");

        apply(from("file a"));
        assertThat(((Lease) penstock.acquire(REQUEST)).endpoint().host()).isEqualTo("10.0.0.2");
    }

    @Test
    void onApplied_isToldTheCurrentTableAndEachLater() {
        List<Long> versions = new ArrayList<>();
        long first = penstock.table().version();
        var subscription = penstock.onApplied(table -> versions.add(table.version()));
        apply(state());
        subscription.close();
        apply(state(ServiceSpec.of("orders")));

        assertThat(versions).containsExactly(first, first + 1);
    }

    @Test
    void apply_tellsObserversWhatChanged() {
        apply(state(ServiceSpec.of("orders", "10.0.0.1:80")));
        assertThat(events)
                .filteredOn(event -> event instanceof Event.CatalogApplied applied
                        && applied.source().equals("file a"))
                .hasSize(1);
        assertThat(events).anyMatch(event -> event instanceof Event.EndpointsChanged);
    }

    @Test
    void apply_afterClose_isRefused() {
        penstock.close();
        assertThatThrownBy(() -> penstock.apply(state())).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void X10_observersThatThrowOrBlock_harmNobody() throws Exception {
        var release = new CountDownLatch(1);
        var told = new CountDownLatch(3);
        try (Penstock crowded = Penstock.builder()
                .observer(event -> {
                    throw new IllegalStateException("observer");
                })
                .observer(event -> awaitQuietly(release))
                .observer(event -> told.countDown())
                .build()) {
            crowded.onApplied(table -> {
                throw new IllegalStateException("table");
            });
            crowded.onApplied(table -> awaitQuietly(release));
            for (int i = 1; i <= 3; i++) {
                crowded.apply(state(ServiceSpec.of("orders", "10.0.0.1:8" + i)));
                Lease lease = (Lease) crowded.acquire(REQUEST);
                assertThat(lease.endpoint().port()).isEqualTo(80 + i);
                lease.close();
            }
            assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();
            release.countDown();
        }
    }

    @Test
    void apply_nameServerThatBlocks_servesTheOthersMeanwhile() throws Exception {
        var release = new CountDownLatch(1);
        try (Penstock waiting = Penstock.builder()
                .hosts(host -> {
                    awaitQuietly(release);
                    throw new UnknownHostException(host);
                })
                .build()) {
            waiting.apply(state(ServiceSpec.of("orders", "slow.internal:80", "10.0.0.1:80")));
            Service orders = waiting.table().service(ServiceName.of("orders")).orElseThrow();

            orders.settled().toCompletableFuture().get(60, TimeUnit.SECONDS);

            assertThat(((Lease) waiting.acquire(REQUEST)).endpoint().host()).isEqualTo("10.0.0.1");
            assertThat(orders.snapshot().members()).hasSize(2);
            release.countDown();
        }
    }

    @Test
    void apply_balancerThatBlocks_holdsUpItsServiceOnly() throws Exception {
        var release = new CountDownLatch(1);
        BalancerFactory blocking = new BalancerFactory() {
            @Override
            public String name() {
                return "blocking";
            }

            @Override
            public Balancer create(BalancerSettings settings) {
                awaitQuietly(release);
                return BalancerRegistry.builtIn().balancer("first");
            }
        };
        try (Penstock waiting = Penstock.builder().balancer(blocking).build()) {
            waiting.apply(state(
                    ServiceSpec.of("orders", "10.0.0.1:80"),
                    ServiceSpec.of("blocked", "10.0.0.2:80").withBalancer("blocking")));
            Service blocked = waiting.table().service(ServiceName.of("blocked")).orElseThrow();

            blocked.settled().toCompletableFuture().get(60, TimeUnit.SECONDS);

            assertThat(waiting.acquire(REQUEST)).isInstanceOf(Lease.class);
            assertThat(((Refusal) blocked.acquire(REQUEST)).reason()).isEqualTo(Reason.NOT_READY);
            assertThat(blocked.plugInFaults()).isPositive();
            release.countDown();
        }
    }

    @Test
    void X10_proberThatBlocksOrThrows_holdsUpNobody() throws Exception {
        var release = new CountDownLatch(1);
        var asked = new CountDownLatch(1);
        var health = HealthSpec.defaults().withCheck(CheckSpec.of(TcpCheck.OWN_PORT));
        try (Penstock checked = Penstock.builder()
                .prober((endpoint, address, spec) -> {
                    asked.countDown();
                    if (endpoint.port() == 90) {
                        throw new IllegalStateException("prober");
                    }
                    awaitQuietly(release);
                    return new CompletableFuture<>();
                })
                .build()) {
            for (int i = 1; i <= 3; i++) {
                checked.apply(state(
                        ServiceSpec.of("orders", "10.0.0.1:8" + i),
                        ServiceSpec.of("blocked", "10.0.0.2:8" + i).withHealth(health),
                        ServiceSpec.of("broken", "10.0.0.3:90").withHealth(health)));
                assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
                for (String name : List.of("orders", "blocked", "broken")) {
                    Service service =
                            checked.table().service(ServiceName.of(name)).orElseThrow();
                    Lease lease = (Lease) service.acquire(REQUEST);
                    assertThat(lease.endpoint().port()).isEqualTo(name.equals("broken") ? 90 : 80 + i);
                    lease.close();
                }
            }
            release.countDown();
        }
    }

    @Test
    void X10_shadowThatBlocks_holdsUpNobody() throws Exception {
        var release = new CountDownLatch(1);
        BalancerFactory inItsFactory = factory("in_factory", () -> {
            awaitQuietly(release);
            return Balancers.first();
        });
        BalancerFactory inOver = factory("in_over", () -> (candidates, context) -> {
            awaitQuietly(release);
            return Balancers.first().over(candidates, context);
        });
        try (Penstock waiting =
                Penstock.builder().balancer(inItsFactory).balancer(inOver).build()) {
            for (String rule : List.of("in_factory", "in_over")) {
                for (int i = 1; i <= 3; i++) {
                    var orders = ServiceSpec.of("orders", "10.0.0.1:8" + i).withShadow(ShadowSpec.of(rule));
                    waiting.apply(state(orders));
                    Lease lease = (Lease) waiting.acquire(REQUEST);
                    assertThat(lease.endpoint().port()).isEqualTo(80 + i);
                    lease.close();
                }
            }
            Service orders = waiting.table().service(ServiceName.of("orders")).orElseThrow();
            assertThat(orders.plugInFaults()).isZero();
            release.countDown();
        }
    }

    private static BalancerFactory factory(String name, Supplier<Balancer> maker) {
        return new BalancerFactory() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Balancer create(BalancerSettings settings) {
                return maker.get();
            }
        };
    }

    @Test
    void promoteShadow_ofAServiceThatIsNotThere_isRefused() {
        apply(state(ServiceSpec.of("orders", "10.0.0.1:80")));

        assertThatThrownBy(() -> penstock.promoteShadow("ordres"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("service: \"ordres\" (expected: one of orders); did you mean \"orders\"?");
        assertThatThrownBy(() -> penstock.promoteShadow("orders")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void apply_shadowThatIsNotKnown_isRefused() {
        var orders = ServiceSpec.of("orders", "10.0.0.1:80").withShadow(ShadowSpec.of("p2"));

        assertThatThrownBy(() -> apply(state(orders)))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining("services.orders.shadow: \"p2\" (expected: one of");
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void listeners_areInTheTableInOrder() {
        var state = new CatalogState(
                "file a", List.of(ListenerSpec.of("b", ":2"), ListenerSpec.of("a", ":1")), List.of(), List.of());
        apply(state);
        assertThat(penstock.table().listeners().stream().map(ListenerSpec::name))
                .containsExactly("b", "a");
        assertThat(Stream.of(penstock.table().routes(), penstock.table().services()))
                .allMatch(List::isEmpty);
    }
}
