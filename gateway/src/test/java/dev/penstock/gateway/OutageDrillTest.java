package dev.penstock.gateway;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.Penstock;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.discovery.ManualDiscovery;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.proxy.Gateway;
import dev.penstock.retry.RetrySpec;
import dev.penstock.route.Match;
import dev.penstock.testkit.BackendExchange;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.time.Ticker;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Ten backends under steady traffic: what clients see when some of them fail in different ways, and when all are replaced.
 * Writes to {@code target/outage-drill-figures.txt}; {@code -Dpenstock.drill.rate=N} makes it other than 2,000 requests/s,
 * {@code -Dpenstock.drill.seconds=N} its parts other than 10 s, {@code -Dpenstock.drill.warm=N} the time before other than
 * 20 s, in which compilers get done, {@code -Dpenstock.drill.balancer=NAME} the rule other than p2c.
 *
 * <p>Load, backends and gateway share one process: for figures have it collect no garbage meanwhile, by Maven's {@code
 * -Dtest.heap='-Xms4g -Xmn3g'}. What the collector did stands beside them.
 */
@Tag("slow")
@Timeout(600)
class OutageDrillTest {
    private static final int RATE = Integer.getInteger("penstock.drill.rate", 2_000);
    private static final Duration PART = Duration.ofSeconds(Integer.getInteger("penstock.drill.seconds", 10));
    private static final Duration WARM = Duration.ofSeconds(Integer.getInteger("penstock.drill.warm", 20));
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final double GOAL = 1.5;
    private static final Duration RECOVERY = Duration.ofSeconds(3);
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration NORMAL = Duration.ofMillis(5);
    private static final int CLIENTS = 100;
    private static final int BACKENDS = 10;
    private static final ServiceName SITE = ServiceName.of("site");

    private final List<EchoBackend> backends = new ArrayList<>();
    private final List<Endpoint> endpoints = new ArrayList<>();
    private final ManualDiscovery discovery = new ManualDiscovery();
    private final Answers answers = new Answers();
    private final Penstock penstock;
    private final Gateway gateway;

    OutageDrillTest() {
        RetrySpec retry = RetrySpec.defaults();
        var site = ServiceSpec.of(SITE.value())
                .withBalancer(System.getProperty("penstock.drill.balancer", "p2c"))
                .withDiscover(URI.create("manual:///site"))
                .withRetry(retry.withWhen(retry.when().withStatuses(502, 503, 504))
                        .withTryTimeout(Duration.ofMillis(500)));
        penstock = Penstock.builder()
                .discovery("manual", discovery)
                .listener(ListenerSpec.of("web", "127.0.0.1:0"))
                .service(site)
                .route(Match.ALL, SITE.value())
                .build();
        gateway = Gateway.builder().penstock(penstock).start();
        for (int i = 0; i < BACKENDS; i++) {
            add();
        }
        publish();
    }

    @AfterEach
    void close() {
        gateway.close();
        penstock.close();
        discovery.close();
        backends.forEach(EchoBackend::close);
    }

    private void add() {
        var backend = EchoBackend.start("B" + backends.size(), exchange -> answer(exchange, 200, NORMAL));
        backends.add(backend);
        endpoints.add(Endpoint.of("127.0.0.1", backend.port()));
    }

    private static void answer(BackendExchange exchange, int status, Duration after) throws IOException {
        LockSupport.parkNanos(after.toNanos());
        exchange.respond(status, exchange.backend().getBytes(StandardCharsets.UTF_8));
    }

    private void publish() {
        discovery.set(SITE, endpoints);
        var ids = endpoints.stream().map(Endpoint::id).sorted().toList();
        eventually(
                SOON,
                () -> assertThat(penstock.table().services().get(0).snapshot().members())
                        .extracting(member -> member.endpoint().id())
                        .containsExactlyElementsOf(ids));
    }

    private Load load() {
        return Load.start(gateway.port(), List.of("www.example.com"), RATE, CLIENTS, answers);
    }

    @Test
    void fourOfTenFailInFourWays_noClientSeesAnError() {
        Figures figures = Figures.of("outage-drill");
        Collected collected;
        double[] before;
        double[] after;
        try (var load = load()) {
            Waiting.pause(WARM.plus(PART));
            long fault = Ticker.system().nanos();
            collected = Collected.now();
            before = eachSecond(fault - PART.toNanos(), fault);
            backends.get(0).close();
            backends.get(1).hold();
            backends.get(2).answer(exchange -> answer(exchange, 503, Duration.ZERO));
            backends.get(3).answer(exchange -> answer(exchange, 200, NORMAL.multipliedBy(10)));
            long[] toSlow = new long[(int) PART.toSeconds()];
            for (int i = 0; i < toSlow.length; i++) {
                long already = backends.get(3).requests();
                Waiting.pause(SECOND);
                toSlow[i] = backends.get(3).requests() - already;
            }
            Waiting.pause(SECOND);
            after = eachSecond(fault, fault + PART.toNanos());
            figures.write("requests of each second to the slow one: %s", Arrays.toString(toSlow));
            figures.write("from the fault on: %s", Collected.now().since(collected));
        }
        write(figures, before, after);
        assertThat(answers.failures()).isEmpty();
        assertThat(answers.answered()).isPositive();
    }

    /** What the collector of garbage has done. */
    private record Collected(long times, long millis) {
        static Collected now() {
            long times = 0;
            long millis = 0;
            for (var collector : ManagementFactory.getGarbageCollectorMXBeans()) {
                times += collector.getCollectionCount();
                millis += collector.getCollectionTime();
            }
            return new Collected(times, millis);
        }

        String since(Collected before) {
            long count = times - before.times;
            return count == 0
                    ? "no garbage was collected"
                    : "garbage was collected " + count + " times, for " + (millis - before.millis)
                            + " ms: not comparable; -Dtest.heap='-Xms4g -Xmn3g' makes room";
        }
    }

    /** The 99th percentile of each second, in milliseconds. */
    private double[] eachSecond(long from, long to) {
        long second = SECOND.toNanos();
        return LongStream.range(0, (to - from) / second)
                .mapToDouble(i -> answers.p99Millis(from + i * second, from + (i + 1) * second))
                .toArray();
    }

    private static double median(double[] values) {
        double[] sorted = Arrays.stream(values).sorted().toArray();
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    private void write(Figures figures, double[] before, double[] after) {
        double normal = median(before);
        double[] recovered = Arrays.copyOfRange(after, (int) RECOVERY.toSeconds(), after.length);
        double then = median(recovered);
        long within =
                Arrays.stream(recovered).filter(p99 -> p99 <= GOAL * normal).count();
        var retries = penstock.table().services().get(0).retries();
        figures.write("p99 of each second before, ms: %s", Arrays.toString(before));
        figures.write("p99 of each second from the fault on, ms: %s", Arrays.toString(after));
        figures.write(
                "one killed, one hangs, one 503, one ten times slower, %d requests/s: %d answers, failed %s; median"
                        + " p99 of a second before %.1f ms, from the third second on %.1f ms: goal of %.1f times %s, in %d"
                        + " of %d seconds; retries %d, denied %d",
                RATE,
                answers.answered(),
                answers.failures(),
                normal,
                then,
                GOAL,
                then <= GOAL * normal ? "reached" : "missed",
                within,
                recovered.length,
                retries.retries(),
                retries.budget().denied());
    }

    @Test
    void allTenAreReplacedOneByOne_noClientSeesAnError() {
        try (var load = load()) {
            Waiting.pause(PART.dividedBy(10));
            for (int i = 0; i < BACKENDS; i++) {
                EchoBackend old = backends.get(i);
                add();
                publish();
                endpoints.remove(0);
                publish();
                eventually(SOON, () -> assertThat(old.inFlight()).isZero());
                old.close();
                long answered = answers.answered();
                eventually(SOON, () -> assertThat(answers.answered()).isGreaterThan(answered + 100));
            }
        }
        assertThat(answers.failures()).isEmpty();
        assertThat(backends.subList(BACKENDS, 2 * BACKENDS))
                .allSatisfy(backend -> assertThat(backend.requests()).isPositive());
    }
}
