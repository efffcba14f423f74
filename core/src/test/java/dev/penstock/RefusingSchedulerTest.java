package dev.penstock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.catalog.Catalog;
import dev.penstock.catalog.CatalogFactory;
import dev.penstock.catalog.CatalogLimits;
import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.ManualCatalog;
import dev.penstock.catalog.RouteSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.discovery.Discovery;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.DiscoveryFactory;
import dev.penstock.discovery.ManualDiscovery;
import dev.penstock.discovery.ServiceQuery;
import dev.penstock.discovery.ServiceState;
import dev.penstock.discovery.Watch;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.request.PlainRequest;
import dev.penstock.route.Match;
import dev.penstock.service.Lease;
import dev.penstock.service.Service;
import dev.penstock.time.ControlThreads;
import dev.penstock.time.Scheduler;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A scheduler of the embedder that is shut down, at every moment in the life of a Penstock. */
class RefusingSchedulerTest {
    private static final ServiceName ORDERS = ServiceName.of("orders");
    private static final int MAX_TASKS = 10_000;

    @ParameterizedTest
    @ValueSource(booleans = {false, true}) // does it drop what waits, as shutdownNow() does?
    void anyTask_refusedFromThereOn_harmsNothing(boolean drops) throws Exception {
        boolean refused = true;
        for (int n = 0; refused; n++) {
            assertThat(n).isLessThan(MAX_TASKS);
            try (ControlThreads threads = ControlThreads.create()) {
                var scheduler = new Mortal(threads, n, drops);
                live(scheduler);
                refused = scheduler.refused.get();
            } catch (AssertionError e) {
                throw new AssertionError("from task " + n + " on: " + e.getMessage(), e);
            }
        }
    }

    private static void live(Scheduler scheduler) throws InterruptedException {
        var sources = new Sources();
        Penstock penstock = Penstock.builder()
                .scheduler(scheduler)
                .discovery(sources.discoveries)
                .catalog(sources.catalogs)
                .catalog(URI.create("labels:///"), CatalogLimits.none())
                .observer(event -> {})
                .build();
        var told = new CountDownLatch(3);
        try (penstock) {
            penstock.onApplied(table -> told.countDown());
            penstock.apply(new CatalogState(
                    "file",
                    List.of(),
                    List.of(RouteSpec.of(Match.ALL.withHost("orders.test"), "orders")),
                    List.of(
                            ServiceSpec.of("fixed", "10.0.0.9:80"),
                            ServiceSpec.of("orders").withDiscover(URI.create("manual:orders")))));
            sources.endpoints.set(ORDERS, List.of(Endpoint.parse("10.0.0.1:80")));
            eventually(() -> goesTo(penstock, "orders.test", "10.0.0.1"));
            sources.endpoints.set(ORDERS, List.of(Endpoint.parse("10.0.0.2:80")));
            eventually(() -> goesTo(penstock, "orders.test", "10.0.0.2"));
            eventually(() -> goesTo(penstock, "found.test", "10.0.0.3"));
        }
        for (Service service : penstock.table().services()) {
            eventually(() -> service.ended().toCompletableFuture().isDone());
        }
        eventually(() -> sources.discoveryClosed.get() && sources.catalogClosed.get());
    }

    private static boolean goesTo(Penstock penstock, String host, String address) {
        if (penstock.acquire(PlainRequest.get("http://" + host + "/")) instanceof Lease lease) {
            lease.close();
            return lease.endpoint().host().equals(address);
        }
        return false;
    }

    private interface Condition {
        boolean holds();
    }

    private static void eventually(Condition condition) throws InterruptedException {
        var never = new CountDownLatch(1);
        for (int i = 0; i < 60_000 && !condition.holds(); i++) {
            never.await(1, TimeUnit.MILLISECONDS);
        }
        assertThat(condition.holds()).isTrue();
    }

    /** What a Penstock follows here, set by hand. */
    private static final class Sources {
        private final ManualDiscovery endpoints = new ManualDiscovery();
        private final AtomicBoolean discoveryClosed = new AtomicBoolean();
        private final AtomicBoolean catalogClosed = new AtomicBoolean();

        private final DiscoveryFactory discoveries = new DiscoveryFactory() {
            @Override
            public String scheme() {
                return "manual";
            }

            @Override
            public URI shared(URI uri) {
                return URI.create("manual:all");
            }

            @Override
            public ServiceQuery query(ServiceName service, URI uri) {
                return ServiceQuery.of(service);
            }

            @Override
            public Discovery open(URI shared, DiscoveryContext context) {
                return new Discovery() {
                    @Override
                    public Watch watch(ServiceQuery query, Consumer<ServiceState> observer) {
                        return endpoints.watch(query, observer);
                    }

                    @Override
                    public void close() {
                        discoveryClosed.set(true);
                    }
                };
            }
        };

        private final CatalogFactory catalogs = new CatalogFactory() {
            @Override
            public String scheme() {
                return "labels";
            }

            @Override
            public Catalog open(URI uri, DiscoveryContext context) {
                var opened = new ManualCatalog("labels", context);
                opened.set(
                        List.of(RouteSpec.of(Match.ALL.withHost("found.test"), "found")),
                        List.of(ServiceSpec.of("found", "10.0.0.3:80")));
                return new Catalog() {
                    @Override
                    public Subscription watch(Consumer<CatalogState> observer) {
                        return opened.watch(observer);
                    }

                    @Override
                    public void close() {
                        catalogClosed.set(true);
                        opened.close();
                    }
                };
            }
        };
    }

    /** Takes so many tasks, and from then on none. */
    private static final class Mortal implements Scheduler {
        private final ControlThreads threads;
        private final boolean drops;
        private final AtomicInteger left;
        private final AtomicBoolean refused = new AtomicBoolean();

        private Mortal(ControlThreads threads, int tasks, boolean drops) {
            this.threads = threads;
            this.drops = drops;
            left = new AtomicInteger(tasks);
        }

        private void admit() {
            if (left.getAndDecrement() <= 0) {
                if (drops && refused.compareAndSet(false, true)) {
                    threads.close();
                }
                refused.set(true);
                throw new RejectedExecutionException("shut down");
            }
        }

        @Override
        public void execute(Runnable task) {
            admit();
            threads.execute(task);
        }

        @Override
        public Timer schedule(Duration delay, Runnable task) {
            admit();
            return threads.schedule(delay, task);
        }
    }
}
