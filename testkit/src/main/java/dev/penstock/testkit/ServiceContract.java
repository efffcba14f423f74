package dev.penstock.testkit;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.Penstock;
import dev.penstock.balancer.Balancer;
import dev.penstock.balancer.BalancerFactory;
import dev.penstock.balancer.BalancerSettings;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.catalog.ShadowSpec;
import dev.penstock.discovery.ManualDiscovery;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.Phase;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.load.Outcome;
import dev.penstock.request.Attempts;
import dev.penstock.request.PlainRequest;
import dev.penstock.request.Request;
import dev.penstock.route.Match;
import dev.penstock.service.Decision;
import dev.penstock.service.Lease;
import dev.penstock.service.Reason;
import dev.penstock.service.Refusal;
import dev.penstock.service.Service;
import dev.penstock.service.Snapshot;
import dev.penstock.shadow.ShadowReport;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a running service must keep with any {@link Balancer}: who may not be used is not, whatever changes meanwhile, and
 * every request is counted in and out again. Extend it to run your balancer in a real service, with real threads:
 *
 * <pre>{@code
 * class MyBalancerInServiceTest extends ServiceContract {
 *     protected Balancer balancer() { return new MyBalancer(); }
 * }
 * }</pre>
 */
@Timeout(300)
public abstract class ServiceContract {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final ServiceName NAME = ServiceName.of("subject");
    private static final Request REQUEST = PlainRequest.get("http://subject.test/");
    private static final int THREADS = 8;
    private static final int ACQUIRES = 100_000;
    private static final int HELD = 16;

    private final ManualDiscovery source = new ManualDiscovery();
    private final Penstock penstock = Penstock.builder()
            .balancer(new Factory())
            .discovery("manual", source)
            .hosts(host -> {
                throw new UnknownHostException(host);
            })
            .service(ServiceSpec.of(NAME.value())
                    .withBalancer("under_contract")
                    .withDiscover(URI.create("manual:" + NAME)))
            .route(Match.ALL, NAME.value())
            .build();

    /** For tests that extend it. */
    protected ServiceContract() {}

    /**
     * The rule that the service goes by.
     *
     * @return an immutable rule
     */
    protected abstract Balancer balancer();

    private final class Factory implements BalancerFactory {
        @Override
        public String name() {
            return "under_contract";
        }

        @Override
        public Balancer create(BalancerSettings settings) {
            return balancer();
        }
    }

    /** Sets four endpoints. */
    @BeforeEach
    void begin() {
        set(endpoints(4));
        eventually(LIMIT, () -> assertThat(service().snapshot().eligible()).hasSize(4));
    }

    /** Ends everything. */
    @AfterEach
    void end() {
        penstock.close();
        source.close();
    }

    private static List<Endpoint> endpoints(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> Endpoint.of("10.0.0." + (i + 1), 80))
                .toList();
    }

    private void set(List<Endpoint> endpoints) {
        source.set(NAME, endpoints);
    }

    private Service service() {
        return penstock.table().service(NAME).orElseThrow();
    }

    private Lease lease() {
        return lease(REQUEST);
    }

    private Lease lease(Request request) {
        Decision decision = penstock.acquire(request);
        assertThat(decision).isInstanceOf(Lease.class);
        return (Lease) decision;
    }

    /** P4: weight 0, a phase other than active, and an unknown host keep requests away. */
    @Test
    void p4_endpointsThatMayNotServe_getNoRequest() {
        List<Endpoint> four = endpoints(4);
        set(List.of(
                four.get(0).withWeight(0),
                four.get(1).withPhase(Phase.DRAINING),
                four.get(2).withPhase(Phase.STARTING),
                Endpoint.of("unknown.invalid", 80),
                four.get(3)));
        eventually(LIMIT, () -> assertThat(service().snapshot().members()).hasSize(5));

        for (int i = 0; i < 1_000; i++) {
            try (Lease lease = lease()) {
                assertThat(lease.endpoint()).isEqualTo(four.get(3));
            }
        }
    }

    /** P4: with nobody left the answer is a refusal, and with somebody back it is a lease again. */
    @Test
    void p4_noneLeft_isRefusedUntilOneComesBack() {
        source.absent(NAME);
        eventually(
                LIMIT,
                () -> assertThat(penstock.acquire(REQUEST))
                        .isInstanceOfSatisfying(
                                Refusal.class,
                                refusal -> assertThat(refusal.reason()).isEqualTo(Reason.NO_ENDPOINTS)));

        set(endpoints(1));

        eventually(LIMIT, () -> assertThat(service().snapshot().eligible()).hasSize(1));
        lease().close();
    }

    /** P4: once a snapshot without an endpoint is out, nobody gets it any more. */
    @Test
    void p4_endpointThatLeft_getsNoFurtherRequest() {
        List<Endpoint> four = endpoints(4);
        for (int round = 0; round < 20; round++) {
            Endpoint leaving = four.get(round % 4);
            set(four.stream().filter(endpoint -> !endpoint.equals(leaving)).toList());
            eventually(LIMIT, () -> assertThat(service().snapshot().eligible()).hasSize(3));
            for (int i = 0; i < 100; i++) {
                try (Lease lease = lease()) {
                    assertThat(lease.endpoint()).isNotEqualTo(leaving);
                }
            }
            set(four);
            eventually(LIMIT, () -> assertThat(service().snapshot().eligible()).hasSize(4));
        }
    }

    /** B08: the lowest priority number serves, and the next one whoever has tried all of it, or found it gone. */
    @Test
    public void tiers_lowestServes_nextWhenItIsTriedOrGone() {
        List<Endpoint> four = endpoints(4);
        List<Endpoint> preferred = List.of(four.get(1), four.get(2));
        List<Endpoint> spare = Stream.of(four.get(0), four.get(3))
                .map(endpoint -> endpoint.withPriority(2))
                .toList();
        List<Endpoint> both = Stream.of(preferred, spare).flatMap(List::stream).toList();
        set(both);
        eventually(
                LIMIT,
                () -> assertThat(service()
                                .snapshot()
                                .members()) // candidates are live: they show it before it is decided
                        .map(member -> member.endpoint().priority())
                        .containsExactly(2, 0, 0, 2));
        var tried = new Attempts();
        preferred.forEach(endpoint -> tried.add(endpoint.id()));
        Request again = PlainRequest.get("http://subject.test/").withTried(tried);
        for (int i = 0; i < 100; i++) {
            assertThat(served(REQUEST)).isIn(preferred);
            assertThat(served(again)).isIn(spare);
        }
        set(spare);
        eventually(LIMIT, () -> assertThat(service().snapshot().eligible()).hasSize(2));
        assertThat(served(REQUEST)).isIn(spare);
        set(both);
        eventually(LIMIT, () -> assertThat(service().snapshot().eligible()).hasSize(4));
        assertThat(served(REQUEST)).isIn(preferred);
    }

    private Endpoint served(Request request) {
        try (Lease lease = lease(request)) {
            return lease.endpoint();
        }
    }

    /** P8: many threads, endpoints that come and go: only members are picked, and what is in flight goes back to 0. */
    @Test
    void p8_manyThreadsAndChanges_leaveNothingInFlight() throws Exception {
        Set<Snapshot.Member> seen = ConcurrentHashMap.newKeySet();
        var failures = new LongAdder();
        var done = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS + 1);
        try {
            Future<?> changes = threads.submit(() -> change(done, seen));
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                running.add(threads.submit(() -> acquire(failures)));
            }
            for (Future<?> thread : running) {
                thread.get(4, TimeUnit.MINUTES);
            }
            done.set(true);
            changes.get(1, TimeUnit.MINUTES);
        } finally {
            done.set(true);
            threads.shutdownNow();
        }
        seen.addAll(service().snapshot().members());
        assertThat(failures.sum()).isZero();
        assertThat(service().plugInFaults()).isZero();
        assertThat(seen)
                .allSatisfy(member -> assertThat(member.load().inFlight()).isZero());
    }

    /**
     * As the shadow of another rule it sees requests, changes nothing of what the other does, and can be promoted.
     *
     * @throws Exception if a thread of the test failed
     */
    @Test
    public void shadow_besideAnotherRule_harmsNothingAndCanBePromoted() throws Exception {
        var failures = new LongAdder();
        try (Penstock shadowed = Penstock.builder()
                .balancer(new Factory())
                .service(ServiceSpec.of(NAME.value())
                        .withEndpoints(endpoints(4))
                        .withShadow(ShadowSpec.of("under_contract")))
                .route(Match.ALL, NAME.value())
                .build()) {
            Service service = shadowed.table().service(NAME).orElseThrow();
            eventually(LIMIT, () -> {
                acquire(shadowed, 1, failures); // it is asked a moment after its report knows the endpoints
                assertThat(service.shadow())
                        .hasValueSatisfying(
                                report -> assertThat(report.requests()).isPositive());
            });
            ShadowReport first = service.shadow().orElseThrow();
            long before = started(service);
            ExecutorService threads = Executors.newFixedThreadPool(THREADS);
            try {
                List<Future<?>> running = new ArrayList<>();
                for (int i = 0; i < THREADS; i++) {
                    running.add(threads.submit(() -> acquire(shadowed, ACQUIRES / 10, failures)));
                }
                for (Future<?> thread : running) {
                    thread.get(4, TimeUnit.MINUTES);
                }
            } finally {
                threads.shutdownNow();
            }
            ShadowReport report = service.shadow().orElseThrow();
            int requests = THREADS * ACQUIRES / 10;
            assertThat(report.fault()).isEmpty();
            assertThat(report.requests() - first.requests()).isEqualTo(requests);
            assertThat(report.endpoints()).hasSize(4).allSatisfy(share -> {
                assertThat(share.live().picks() - picks(first, share)) // as round and round as without it
                        .isEqualTo(requests / 4);
                assertThat(share.live().inFlight()).isZero();
                assertThat(share.shadow().inFlight()).isZero();
            });
            assertThat(service.snapshot().members())
                    .allSatisfy(member -> assertThat(member.load().inFlight()).isZero());

            service.promoteShadow().toCompletableFuture().get(1, TimeUnit.MINUTES);

            assertThat(service.shadow()).isEmpty();
            acquire(shadowed, 1_000, failures);
            assertThat(started(service) - before).isEqualTo(requests + 1_000);
            assertThat(failures.sum()).isZero();
            assertThat(service.plugInFaults()).isZero();
        }
    }

    private static long started(Service service) {
        return service.snapshot().members().stream()
                .mapToLong(member -> member.load().started())
                .sum();
    }

    /** How often the live rule had picked the same endpoint. */
    private static long picks(ShadowReport report, ShadowReport.Share of) {
        return report.endpoints().stream()
                .filter(share -> share.endpoint().equals(of.endpoint()))
                .mapToLong(share -> share.live().picks())
                .sum();
    }

    private void acquire(LongAdder failures) {
        acquire(penstock, ACQUIRES, failures);
    }

    private static void acquire(Penstock from, int count, LongAdder failures) {
        ArrayDeque<Lease> held = new ArrayDeque<>();
        for (int i = 0; i < count; i++) {
            Decision decision = from.acquire(REQUEST);
            if (decision instanceof Lease lease && lease.endpoint().weight() > 0) {
                held.add(lease);
            } else {
                failures.increment();
            }
            if (held.size() > HELD) {
                held.remove().complete(i % 3 == 0 ? Outcome.BROKEN : Outcome.SUCCESS);
            }
        }
        held.forEach(Lease::close);
    }

    private void change(AtomicBoolean done, Set<Snapshot.Member> seen) {
        List<Endpoint> four = endpoints(4);
        int round = 0;
        while (!done.get()) {
            Snapshot before = service().snapshot();
            seen.addAll(before.members());
            int size = 1 + round++ % 4;
            set(four.subList(0, size));
            eventually(LIMIT, () -> assertThat(service().snapshot().members()).hasSize(size));
        }
    }
}
