package dev.penstock.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.balancer.BalancerRegistry;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.discovery.ServiceState;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.EndpointSet;
import dev.penstock.limit.Limits;
import dev.penstock.load.Outcome;
import dev.penstock.request.PlainRequest;
import dev.penstock.request.Request;
import dev.penstock.resolve.HostResolver;
import dev.penstock.time.ControlThreads;
import dev.penstock.time.Randomness;
import dev.penstock.time.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Eight event loops acquire, wait, cancel and complete; a limit is never exceeded, nobody is forgotten, all ends at 0. */
class LimitStressTest {
    private static final Request REQUEST = PlainRequest.get("http://www.example.com/");
    private static final int LOOPS = 8;
    private static final int EACH = 100_000;
    private static final int PER_ENDPOINT = 2;

    private final ControlThreads scheduler = ControlThreads.create();
    private final AtomicInteger overLimit = new AtomicInteger();
    private final AtomicInteger waited = new AtomicInteger();
    private final List<Endpoint> endpoints =
            List.of(Endpoint.of("10.0.0.1", 80), Endpoint.of("10.0.0.2", 80), Endpoint.of("10.0.0.3", 80));

    @ParameterizedTest
    @CsvSource({"0, 5", "2, 1000", "2, 5"})
    @Timeout(150)
    void F17_stress_everythingIsBackToZero(int perEndpoint, int requests) throws Exception {
        Limits limits = Limits.defaults()
                .withRequests(requests)
                .withPerEndpoint(perEndpoint)
                .withQueue(1_000, Duration.ofSeconds(60));
        var context =
                new ServiceContext(Ticker.system(), scheduler, Randomness.system(), HostResolver.system(), event -> {});
        var source = new Stage.Source();
        ServiceSpec spec = ServiceSpec.of("orders").withLimits(limits);
        source.tell(new ServiceState.Ready(new EndpointSet(spec.name(), endpoints, "test", 1)));
        ExecutorService threads = Executors.newFixedThreadPool(LOOPS);
        try (var service = Service.start(spec, () -> BalancerRegistry.defaults().balancer("p2c"), source, context)) {
            service.settled().toCompletableFuture().get(30, TimeUnit.SECONDS);
            List<Future<?>> loops = new ArrayList<>();
            for (int i = 0; i < LOOPS; i++) {
                var loop = new Loop(service, new SplittableRandom(i), perEndpoint == 0 ? requests : PER_ENDPOINT);
                loops.add(threads.submit(loop::run));
            }
            for (Future<?> loop : loops) {
                loop.get(140, TimeUnit.SECONDS);
            }
            assertThat(service.limits().inFlight()).isZero();
            assertThat(service.limits().waiting()).isZero();
            assertThat(service.snapshot().members())
                    .allSatisfy(member -> assertThat(member.load().inFlight()).isZero());
        } finally {
            threads.shutdownNow();
            scheduler.close();
        }
        assertThat(overLimit).hasValue(0);
        assertThat(waited.get()).isPositive();
    }

    /** An event loop with up to four requests of its own. Confined to its thread, but for the queue. */
    private final class Loop {
        private final Service service;
        private final SplittableRandom chance;
        private final int most;
        private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
        private final List<Lease> held = new ArrayList<>();
        private @Nullable Waiting waiting;
        private int open;

        Loop(Service service, SplittableRandom chance, int most) {
            this.service = service;
            this.chance = chance;
            this.most = most;
        }

        @Nullable
        Void run() throws InterruptedException {
            for (int begun = 0; begun < EACH || open > 0 || !held.isEmpty(); ) {
                Runnable task = tasks.poll();
                if (task != null) {
                    task.run();
                } else if (!held.isEmpty() && (begun >= EACH || chance.nextBoolean())) {
                    held.remove(chance.nextInt(held.size())).complete(Outcome.SUCCESS);
                } else if (begun < EACH && held.size() + open < 4) {
                    begun++;
                    begin();
                } else if (held.isEmpty()) {
                    Runnable next = tasks.poll(60, TimeUnit.SECONDS);
                    assertThat(next).as("told").isNotNull();
                    next.run();
                }
            }
            return null;
        }

        private void begin() {
            Decision decision = service.acquire(REQUEST);
            if (decision instanceof Lease lease) {
                took(lease);
                return;
            }
            Waiting place = service.await(REQUEST, tasks::add, later -> {
                open--;
                if (later instanceof Lease lease) {
                    waited.incrementAndGet();
                    took(lease);
                } else {
                    overLimit.addAndGet(1_000_000); // nobody is to be sent away here
                }
            });
            if (place != null) {
                open++;
                if (waiting != null && chance.nextInt(3) == 0) {
                    place.cancel();
                    open--;
                }
                waiting = place;
            }
        }

        private void took(Lease lease) {
            held.add(lease);
            long now = service.snapshot().members().stream()
                    .filter(member -> member.endpoint().equals(lease.endpoint()))
                    .findFirst()
                    .orElseThrow()
                    .load()
                    .inFlight();
            if (now > most) {
                overLimit.incrementAndGet();
            }
        }
    }
}
