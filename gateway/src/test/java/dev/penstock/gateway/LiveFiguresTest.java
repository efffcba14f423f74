package dev.penstock.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.discovery.etcd.EtcdServer;
import dev.penstock.testkit.RawClient;
import dev.penstock.time.Ticker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * One endpoint of a thousand services with ten thousand routes that changes in a real etcd, once as the one key of the
 * service's endpoint, once in a text that defines all of it; writes to target/live-KIND-figures.txt. From the moment at which etcd
 * has answered the write to that at which the other endpoint answers; and what it costs the gateway, by itself.
 * {@code -Dpenstock.changes=N} makes more or less than 100.
 */
@Tag("slow")
@Timeout(1_800)
class LiveFiguresTest {
    private static final int CHANGES = Integer.getInteger("penstock.changes", 100);
    private static final int WARM_UP = 50;
    private static final int SERVICES = 1_000;
    private static final int ROUTES = 10_000;
    private static final long GOAL_MILLIS = 100;
    private static final long CPU_GOAL_MILLIS = 50;
    private static final Duration SPACING = Duration.ofMillis(500);
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String LISTENER = "listeners: [{address: 127.0.0.1:0, name: web}]\nadmin: 127.0.0.1:0\n";

    private final LoopbackBackends backends = LoopbackBackends.atPorts(3);

    @TempDir
    Path folder;

    /** Where the endpoint that changes is told. */
    enum Told {
        MEMBER,
        TEXT
    }

    /** All services but the first have the same endpoint. */
    private String definitions(String first) {
        var text = new StringBuilder("{\"routes\":[");
        for (int i = 0; i < ROUTES; i++) {
            text.append(i == 0 ? "" : ",\n")
                    .append("{\"host\":\"h")
                    .append(i)
                    .append(".test\",\"service\":\"s")
                    .append(i % SERVICES)
                    .append("\"}");
        }
        text.append("],\n\"services\":{\"s0\":{").append(first).append('}');
        for (int i = 1; i < SERVICES; i++) {
            text.append(",\n\"s").append(i).append("\":{").append(endpoints(2)).append('}');
        }
        return text.append("}}").toString();
    }

    private String endpoint(int backend) {
        return "127.0.0.1:" + backends.port(backend);
    }

    private String endpoints(int backend) {
        return "\"endpoints\":[\"" + endpoint(backend) + "\"]";
    }

    private void put(EtcdServer etcd, Told told, int backend) {
        switch (told) {
            case MEMBER -> etcd.put("v3", "/services/s0/one", endpoint(backend));
            case TEXT -> etcd.put("v3", "/penstock/gateway", definitions(endpoints(backend)));
        }
    }

    private String configuration(EtcdServer etcd, Told told) {
        String address = "etcd://" + etcd.address();
        return switch (told) {
            case MEMBER ->
                "{\"listeners\":[{\"address\":\"127.0.0.1:0\",\"name\":\"web\"}],\"admin\":\"127.0.0.1:0\","
                        + definitions("\"discover\":[\"" + address + "/services/s0\"]")
                                .substring(1);
            case TEXT -> LISTENER + "catalogs: [\"config+" + address + "/penstock/gateway\"]\n";
        };
    }

    @ParameterizedTest
    @EnumSource
    void oneEndpointOfAThousandServices_isLive(Told told) throws Exception {
        Figures figures = Figures.of("live-" + told.name().toLowerCase(Locale.ROOT));
        var random = new SplittableRandom(1);
        var turn = new AtomicInteger();
        try (backends;
                var etcd = EtcdServer.start(folder.resolve("etcd"))) {
            put(etcd, told, 0);
            try (var gateway = GatewayProcess.start(folder, configuration(etcd, told), backends.ports())) {
                gateway.awaitAnswers("h0.test", Set.of("0"));
                List<Long> nanos = new ArrayList<>();
                for (int i = 1; i <= WARM_UP + CHANGES; i++) {
                    long took = liveAfter(gateway, etcd, told, i % 2);
                    if (i > WARM_UP) {
                        nanos.add(took);
                        Waiting.pause(Duration.ofNanos(random.nextLong(SPACING.toNanos())));
                    }
                }
                figures.distribution(
                        "one endpoint, by its " + told.name().toLowerCase(Locale.ROOT), nanos, GOAL_MILLIS);
                long idle = cpuNanosOf(gateway, () -> {});
                long changing = cpuNanosOf(gateway, () -> put(etcd, told, turn.incrementAndGet() % 2));
                figures.write(
                        "CPU for each of %d changes, that of idle time left out: %.1f ms  goal %d",
                        CHANGES, (changing - idle) / 1e6 / CHANGES, CPU_GOAL_MILLIS);
                assertThat(nanos).hasSize(CHANGES);
            }
        }
    }

    /** Asks until the endpoint answers; nanoseconds. */
    private long liveAfter(GatewayProcess gateway, EtcdServer etcd, Told told, int backend) throws IOException {
        try (var client = RawClient.connect(gateway.port())) {
            put(etcd, told, backend);
            long begin = Ticker.system().nanos();
            while (!client.get("h0.test", "/").text().equals("" + backend)) {
                assertThat(Ticker.system().nanos() - begin).isLessThan(SOON.toNanos());
            }
            return Ticker.system().nanos() - begin;
        }
    }

    /** What something costs that is done so many times, with no requests beside it. */
    private static long cpuNanosOf(GatewayProcess gateway, Runnable task) {
        long begin = gateway.cpuNanos();
        for (int i = 0; i < CHANGES; i++) {
            task.run();
            Waiting.pause(SPACING);
        }
        return gateway.cpuNanos() - begin;
    }
}
