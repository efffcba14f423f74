package dev.penstock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.balancer.Rules;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.ManualDiscovery;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.load.Outcome;
import dev.penstock.observe.Event;
import dev.penstock.request.PlainRequest;
import dev.penstock.request.Request;
import dev.penstock.route.Match;
import dev.penstock.route.PathMatch;
import dev.penstock.service.HandTime;
import dev.penstock.service.Lease;
import dev.penstock.service.Reason;
import dev.penstock.service.Refusal;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What a program that embeds core relies on. */
class EmbeddingTest {
    private static final Request REQUEST = PlainRequest.get("http://a.test/");

    private static Penstock site(String... endpoints) {
        return Penstock.builder()
                .service(ServiceSpec.of("site", endpoints))
                .route(Match.ALL, "site")
                .build();
    }

    @Test
    void X08_hundredInstances_leaveNoThread() throws Exception {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        for (int i = 0; i < 100; i++) {
            try (Penstock penstock = site("10.0.0.1:80", "10.0.0.2:80")) {
                ((Lease) penstock.acquire(REQUEST)).complete(Outcome.SUCCESS);
            }
        }
        List<Thread> left = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !before.contains(thread) && thread.getName().startsWith("penstock"))
                .toList();
        for (Thread thread : left) {
            thread.join(10_000); // close() has told them to end
        }
        assertThat(left).noneMatch(Thread::isAlive);
    }

    @Test
    void X08_instances_shareNoState() {
        try (Penstock one = site("10.0.0.1:80");
                Penstock other = site("10.0.0.1:80")) {
            one.acquire(REQUEST);
            var load =
                    other.table().services().get(0).snapshot().members().get(0).load();
            assertThat(load.inFlight()).isZero();
            one.close();
            assertThat(other.acquire(REQUEST)).isInstanceOf(Lease.class);
        }
    }

    @Test
    void X09_core_bringsTheLoggingApiAlone() throws IOException {
        String pom = Files.readString(Path.of("pom.xml"));
        var dependency = Pattern.compile("<dependency>(.*?)</dependency>", Pattern.DOTALL)
                .matcher(pom);
        List<String> compile = new ArrayList<>();
        while (dependency.find()) {
            if (!dependency.group(1).contains("<scope>test</scope>")) {
                compile.add(dependency.group(1).replaceAll("(?s).*<artifactId>(.*)</artifactId>.*", "$1"));
            }
        }
        assertThat(compile).containsExactly("slf4j-api");
        String parent = Files.readString(Path.of("../pom.xml"));
        String own = parent.substring(parent.indexOf("</dependencyManagement>"), parent.indexOf("<build>"));
        assertThat(own).contains("<artifactId>jspecify</artifactId>").contains("<scope>provided</scope>");
        assertThat(own.split("<dependency>", -1)).hasSize(2);
    }

    @Test
    void B11_twoServices_alternateEachOnItsOwn() {
        try (Penstock penstock = Penstock.builder()
                .service(ServiceSpec.of("one", "10.0.0.1:80", "10.0.0.2:80"))
                .service(ServiceSpec.of("two", "10.0.1.1:80", "10.0.1.2:80"))
                .route(Match.ALL.withHost("one.test"), "one")
                .route(Match.ALL.withHost("two.test"), "two")
                .build()) {
            Map<String, List<String>> got = new HashMap<>();
            for (int i = 0; i < 60; i++) {
                String host = i % 3 == 0 ? "one.test" : "two.test";
                Lease lease = (Lease) penstock.acquire(PlainRequest.get("http://" + host + "/"));
                got.computeIfAbsent(host, h -> new ArrayList<>())
                        .add(lease.endpoint().id());
                lease.close();
            }
            got.values().forEach(ids -> {
                for (int i = 1; i < ids.size(); i++) {
                    assertThat(ids.get(i)).isNotEqualTo(ids.get(i - 1));
                }
            });
        }
    }

    @Test
    void B12_manyThreads_shareExactly() throws Exception {
        Map<String, LongAdder> counts = new ConcurrentHashMap<>();
        var go = new CountDownLatch(1);
        try (Penstock penstock = site("10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80", "10.0.0.4:80")) {
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 32; t++) {
                var thread = new Thread(() -> {
                    awaitQuietly(go);
                    for (int i = 0; i < 1_000; i++) {
                        try (Lease lease = (Lease) penstock.acquire(REQUEST)) {
                            counts.computeIfAbsent(lease.endpoint().id(), id -> new LongAdder())
                                    .increment();
                        }
                    }
                });
                threads.add(thread);
                thread.start();
            }
            go.countDown();
            for (Thread thread : threads) {
                thread.join();
            }
        }
        assertThat(counts.values().stream().map(LongAdder::sum).collect(Collectors.toList()))
                .containsExactly(8_000L, 8_000L, 8_000L, 8_000L);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void B13_everyBalancerWithNoEndpoint_refusesAndServesALaterOneAtOnce() {
        for (String rule : Rules.all()) {
            var time = new HandTime();
            var source = new ManualDiscovery("manual", new DiscoveryContext(time, time, new Seeded(1)));
            try (Penstock penstock = Penstock.builder()
                    .ticker(time)
                    .scheduler(time)
                    .discovery("manual", source)
                    .service(ServiceSpec.of("site").withBalancer(rule).withDiscover(URI.create("manual:site")))
                    .route(Match.ALL, "site")
                    .build()) {
                source.absent(ServiceName.of("site"));
                var refusal = (Refusal) penstock.acquire(REQUEST);
                assertThat(refusal.reason()).isEqualTo(Reason.NO_ENDPOINTS);
                assertThat(refusal.reason().status()).isEqualTo(503);
                time.advance(Duration.ofSeconds(1));

                source.set(ServiceName.of("site"), List.of(Endpoint.of("10.0.0.1", 80)));

                assertThat(penstock.acquire(REQUEST)).as(rule).isInstanceOf(Lease.class);
            }
        }
    }

    @Test
    void H04_unknownHostOrEmptyService_isARefusalWithItsStatus() {
        try (Penstock penstock = Penstock.builder()
                .service(ServiceSpec.of("empty"))
                .route(Match.ALL.withHost("empty.test").withPath(new PathMatch.Prefix("/")), "empty")
                .build()) {
            var empty = (Refusal) penstock.acquire(PlainRequest.get("http://empty.test/"));
            assertThat(empty.reason()).isEqualTo(Reason.NO_ENDPOINTS);
            assertThat(empty.reason().status()).isEqualTo(503);
            var unknown = (Refusal) penstock.acquire(PlainRequest.get("http://unknown.test/"));
            assertThat(unknown.reason()).isEqualTo(Reason.NO_ROUTE);
            assertThat(unknown.reason().status()).isEqualTo(404);
        }
    }

    @Test
    void S01_readiness_isTheFirstAnswerOfEachService() {
        var time = new HandTime();
        var source = new ManualDiscovery("manual", new DiscoveryContext(time, time, new Seeded(1)));
        try (Penstock penstock = Penstock.builder()
                .ticker(time)
                .scheduler(time)
                .discovery("manual", source)
                .service(ServiceSpec.of("fixed", "10.0.0.1:80"))
                .service(ServiceSpec.of("found").withDiscover(URI.create("manual:found")))
                .build()) {
            var services = penstock.table().services();
            assertThat(services.get(0).firstAnswer().toCompletableFuture()).isCompleted();
            assertThat(services.get(1).firstAnswer().toCompletableFuture()).isNotDone();
            source.set(ServiceName.of("found"), List.of(Endpoint.of("10.0.0.2", 80)));
            assertThat(services.get(1).firstAnswer().toCompletableFuture()).isCompleted();
        }
    }

    @Test
    void explain_withARouterThatThrows_saysSoAndTellsNobody() {
        var time = new HandTime();
        List<Event> events = new ArrayList<>();
        try (Penstock penstock = Penstock.builder()
                .ticker(time)
                .scheduler(time)
                .observer(events::add)
                .router(request -> {
                    throw new IllegalStateException("out of order");
                })
                .build()) {
            events.clear();
            assertThat(penstock.explain(REQUEST).refusal())
                    .isEqualTo(new Refusal(
                            Reason.REJECTED, "the router failed: threw java.lang.IllegalStateException: out of order"));
            assertThat(events).isEmpty();
        }
    }

    @Test
    void X10_routerThatThrows_rejectsAndGoesOn() {
        try (Penstock penstock = Penstock.builder()
                .router(request -> {
                    throw new IllegalStateException("router");
                })
                .build()) {
            assertThat(((Refusal) penstock.acquire(REQUEST)).reason()).isEqualTo(Reason.REJECTED);
            assertThat(penstock.explain(REQUEST).refusal()).isNotNull();
        }
    }
}
