package dev.penstock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.penstock.discovery.Discovery;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.DiscoveryFactory;
import dev.penstock.discovery.DiscoveryRegistry;
import dev.penstock.discovery.ManualDiscovery;
import dev.penstock.discovery.ServiceQuery;
import dev.penstock.discovery.ServiceState;
import dev.penstock.discovery.Watch;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.ServiceName;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DiscoveryRegistryTest {
    private static final ServiceName ORDERS = ServiceName.of("orders");
    private static final ServiceName USERS = ServiceName.of("users");
    private static final Endpoint A = Endpoint.of("10.0.0.1", 8001);
    private static final Endpoint B = Endpoint.of("10.0.0.2", 8002);

    private final ManualTime time = new ManualTime();
    private final DiscoveryContext context = new DiscoveryContext(time, time, new SeededRandomness(1));
    private final DiscoveryRegistry registry = new DiscoveryRegistry(context, event -> {});
    private final ToldStates told = new ToldStates();
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();
    private final ManualDiscovery manual = new ManualDiscovery("stub", context);

    private Watch watch(ServiceName service, String... uris) {
        Watch watch = registry.watch(
                service, List.of(), List.of(uris).stream().map(URI::create).toList(), told);
        time.runPending();
        return watch;
    }

    private void registerStub() {
        registry.register(new StubFactory("stub"));
    }

    /** {@code stub://host/name}: one source for each host. */
    private class StubFactory implements DiscoveryFactory {
        private final String scheme;

        private StubFactory(String scheme) {
            this.scheme = scheme;
        }

        @Override
        public String scheme() {
            return scheme;
        }

        @Override
        public URI shared(URI uri) {
            if (uri.getHost() == null) {
                throw new IllegalArgumentException("host: none (expected: stub://host/name)");
            }
            return URI.create(scheme + "://" + uri.getHost());
        }

        @Override
        public ServiceQuery query(ServiceName service, URI uri) {
            return new ServiceQuery(service, uri.getPath().substring(1), Map.of());
        }

        @Override
        public Discovery open(URI shared, DiscoveryContext given) {
            opened.incrementAndGet();
            return new Discovery() {
                @Override
                public Watch watch(ServiceQuery query, Consumer<ServiceState> observer) {
                    return manual.watch(query, observer);
                }

                @Override
                public void close() {
                    closed.incrementAndGet();
                }
            };
        }
    }

    /** Finds a class of its own missing. */
    private final class BrokenFactory extends StubFactory {
        private boolean repaired;
        private int calls;

        private BrokenFactory() {
            super("broken");
        }

        @Override
        public URI shared(URI uri) {
            calls++;
            if (!repaired) {
                throw new NoClassDefFoundError("client/Api");
            }
            return super.shared(uri);
        }
    }

    @Test
    void check_factoryThatCannotBeLinked_saysSo() {
        registry.register(new BrokenFactory());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> registry.check(ORDERS, URI.create("broken://one/orders")))
                .withMessage("discover: \"broken://one\": client/Api");
    }

    @Test
    void watch_factoryThatCannotBeLinked_leavesTheOtherSources() {
        registerStub();
        registry.register(new BrokenFactory());
        manual.set(ORDERS, List.of(A));
        Watch watch = watch(ORDERS, "stub://one/orders", "broken://one/orders");
        assertThat(told.last().endpoints()).extracting(Endpoint::id).containsExactly(A.id());
        assertThat(told.last()).isInstanceOf(ServiceState.Stale.class);
        watch.close();
        time.runPending();
        assertThat(closed).hasValue(1);
    }

    @Test
    void watch_factoryThatCannotBeLinked_isTriedAgainWithBackOff() {
        var factory = new BrokenFactory();
        registry.register(factory);
        manual.set(ORDERS, List.of(A));
        Watch watch = watch(ORDERS, "broken://one/orders");
        assertThat(((ServiceState.Failed) told.last()).problem()).contains("client/Api");
        assertThat(registry.faults()).containsEntry("broken://one", 1L);
        time.advance(Duration.ofMinutes(5));
        assertThat(factory.calls).isBetween(20, 40); // one in about 13 seconds, in the end
        factory.repaired = true;

        time.advance(Duration.ofSeconds(15));

        assertThat(told.last()).isInstanceOf(ServiceState.Ready.class);
        assertThat(told.last().endpoints()).containsExactly(A);
        watch.close();
        time.runPending();
        assertThat(closed).hasValue(1);
        assertThat(time.timers()).isZero();
    }

    @Test
    void watch_factoryThatCannotBeLinked_amongOthers_joinsThemLater() {
        registerStub();
        var factory = new BrokenFactory();
        registry.register(factory);
        manual.set(ORDERS, List.of(A));
        manual.set(USERS, List.of(B));
        Watch watch = watch(ORDERS, "stub://one/orders", "broken://one/users");
        assertThat(told.last()).isInstanceOf(ServiceState.Stale.class);
        factory.repaired = true;

        time.advance(Duration.ofSeconds(15));

        assertThat(told.last()).isInstanceOf(ServiceState.Ready.class);
        assertThat(told.last().endpoints()).extracting(Endpoint::id).containsExactly(A.id(), B.id());
        registry.close();
        watch.close();
        time.runPending();
        assertThat(closed).hasValue(2);
        assertThat(time.timers()).isZero();
    }

    @Test
    void watch_equalShared_opensOneSourceAndClosesItWithTheLastWatch() {
        registerStub();
        Watch orders = watch(ORDERS, "stub://one/orders");
        Watch users = watch(USERS, "stub://one/users");
        Watch elsewhere = watch(USERS, "stub://two/users");
        assertThat(opened).hasValue(2);
        elsewhere.close();
        orders.close();
        orders.close();
        time.runPending();
        assertThat(closed).hasValue(1);
        users.close();
        time.runPending();
        assertThat(closed).hasValue(2);
        watch(USERS, "stub://one/users");
        assertThat(opened).hasValue(3);
    }

    @Test
    void P09_readySource_feedsAServiceFromAnyThread() throws Exception {
        registry.register("Mine", manual);
        watch(ORDERS, "mine:wares?zone=a");
        var wares = ServiceName.of("wares");
        List<Thread> threads = IntStream.rangeClosed(1, 4)
                .mapToObj(t -> new Thread(() -> manual.set(wares, List.of(A.withWeight(t), B))))
                .toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        time.runPending();
        assertThat(told.last().endpoints()).extracting(Endpoint::id).containsExactly(A.id(), B.id());
        manual.set(wares, List.of(B.withWeight(3)));
        time.runPending();
        assertThat(told.last().endpoints()).containsExactly(B.withWeight(3));
        manual.absent(wares);
        time.runPending();
        assertThat(told.last()).isInstanceOf(ServiceState.Absent.class);
        registry.close();
        manual.set(wares, List.of(A));
        manual.watch(ServiceQuery.of(wares), told);
        time.runPending();
        assertThat(told.last().endpoints()).containsExactly(A); // not closed by the registry
    }

    @Test
    void B13_noEndpointsThenSome_isAbsentThenReadyAtOnce() {
        registry.register("mine", manual);
        watch(ORDERS, "mine:/");
        manual.absent(ORDERS);
        time.runPending();
        assertThat(told.last()).isInstanceOf(ServiceState.Absent.class);
        manual.set(ORDERS, List.of(A));
        time.runPending();
        assertThat(told.last().endpoints()).containsExactly(A);
    }

    @Test
    void watch_fixedAndDiscovered_areOne_andTheDefinitionWins() {
        registry.register("mine", manual);
        manual.set(ORDERS, List.of(A.withWeight(9), B));
        registry.watch(ORDERS, List.of(A), List.of(URI.create("mine:/")), told);
        time.runPending();
        assertThat(told.last().endpoints()).extracting(Endpoint::weight).containsExactly(1, 1);
        assertThat(told.last().endpoints())
                .extracting(endpoint -> endpoint.metadata().get("source"))
                .containsExactly(DiscoveryRegistry.FIXED, "mine:/");
    }

    @Test
    void watch_neitherFixedNorDiscovered_isAbsent() {
        watch(ORDERS);
        assertThat(told.last()).isInstanceOf(ServiceState.Absent.class);
    }

    @Test
    void check_unknownScheme_listsKnownOnesAndSuggests() {
        registerStub();
        registry.register("mine", manual);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> registry.check(ORDERS, URI.create("stbu://one/orders")))
                .withMessage("discover: scheme \"stbu\" (expected: one of mine, stub); did you mean \"stub\"?");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> registry.check(ORDERS, URI.create("orders")))
                .withMessageStartingWith("discover: \"orders\" (expected: a URI with a scheme");
        registry.check(ORDERS, URI.create("STUB://one/orders"));
    }

    @Test
    void check_refusedByTheFactory_saysWhyAndHidesSecrets() {
        registerStub();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> registry.check(ORDERS, URI.create("stub://us:er:pw@/orders?token=t0p")))
                .withMessageContaining("expected: stub://host/name")
                .withMessageNotContainingAny("pw", "t0p");
    }

    @Test
    void register_schemeTakenOrImpossible_isRefused() {
        registerStub();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> registry.register("STUB", manual))
                .withMessage("scheme: \"STUB\" (expected: registered once)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> registry.register("a b", manual))
                .withMessageStartingWith("scheme: \"a b\"");
    }

    @Test
    void X10_openThrows_isFailedCountedAndOthersGoOn() {
        registry.register("mine", manual);
        registry.register(new StubFactory("bad") {
            @Override
            public Discovery open(URI shared, DiscoveryContext given) {
                throw new IllegalStateException("no library");
            }
        });
        watch(USERS, "bad://one/users");
        assertThat(((ServiceState.Failed) told.last()).problem()).contains("no library");
        assertThat(registry.faults()).containsEntry("bad://one", 1L);
        manual.set(ORDERS, List.of(A));
        watch(ORDERS, "mine:/");
        assertThat(told.last().endpoints()).containsExactly(A);
    }

    @Test
    void close_closesWhatIsOpen_andLaterWatchesFail() {
        registerStub();
        Watch watch = watch(ORDERS, "stub://one/orders");
        registry.close();
        assertThat(closed).hasValue(1);
        assertThat(watch.firstAnswer().toCompletableFuture()).isDone();
        watch.close();
        time.runPending();
        assertThat(closed).hasValue(1);
    }

    @Test
    void defaults_findsFactoriesOfTheClassPath_andLeavesBrokenOnesOut() {
        assertThat(DiscoveryRegistry.defaults(context, event -> {}).schemes()).contains("loaded");
    }
}
