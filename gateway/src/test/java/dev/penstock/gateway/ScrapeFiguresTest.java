package dev.penstock.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.time.Ticker;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code /metrics} of 1,000 services with 10 endpoints each takes, all of which have answered, and what it does to the
 * requests beside it; writes to target/scrape-figures.txt. {@code -Dpenstock.scrapes=N} makes more or less than 50 of them, two a
 * second.
 */
@Tag("slow")
@Timeout(1_800)
class ScrapeFiguresTest {
    private static final int SCRAPES = Integer.getInteger("penstock.scrapes", 50);
    private static final int WARM_UP = 30;
    private static final int SERVICES = 1_000;
    private static final int ENDPOINTS = 10;
    private static final int REQUESTS_PER_SECOND = 500;
    private static final int CLIENTS = 16;
    private static final long GOAL_MILLIS = 100;
    private static final double[] SHARES = {0.5, 0.99, 0.999, 1};
    private static final Duration BETWEEN = Duration.ofMillis(500);

    private final LoopbackBackends backends = LoopbackBackends.atPorts(ENDPOINTS);
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<Long> nanos = new ArrayList<>();

    @TempDir
    Path folder;

    private String configuration() {
        String endpoints = backends.ports().stream()
                .map(port -> "\"127.0.0.1:" + port + "\"")
                .collect(Collectors.joining(", "));
        String services = IntStream.range(0, SERVICES)
                .mapToObj(i -> String.format(Locale.ROOT, "  s%d: {endpoints: [%s]}%n", i, endpoints))
                .collect(Collectors.joining());
        String routes = IntStream.range(0, SERVICES)
                .mapToObj(i -> String.format(Locale.ROOT, "  - {host: s%d.test, service: s%d}%n", i, i))
                .collect(Collectors.joining());
        return "listeners: [{address: 127.0.0.1:0, name: web}]\nadmin: 127.0.0.1:0\nroutes:\n" + routes + "services:\n"
                + services;
    }

    @Test
    void S04_metricsOfAThousandServices_failNoRequestBesideThem() throws Exception {
        Figures figures = Figures.of("scrape");
        List<String> hosts =
                IntStream.range(0, SERVICES).mapToObj(i -> "s" + i + ".test").toList();
        var answers = new Answers();
        // as the launcher starts it
        List<String> options = List.of("-XX:+UseSerialGC", "-Dio.netty.leakDetection.level=disabled");
        try (backends;
                var gateway = GatewayProcess.start(folder, configuration(), backends.ports(), options)) {
            HttpRequest metrics = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.admin() + "/metrics"))
                    .build();
            byte[] body = {};
            List<Period> periods = new ArrayList<>();
            try (var load = Load.start(gateway.port(), hosts, REQUESTS_PER_SECOND, CLIENTS, answers)) {
                for (int i = 0; i < WARM_UP; i++) {
                    body = scrape(metrics);
                    Waiting.pause(BETWEEN);
                }
                nanos.clear();
                for (int half = 0; half < 2; half++) { // in turn: what a machine does beside it changes with time
                    periods.add(Period.of("without scrapes", () -> Waiting.pause(BETWEEN.multipliedBy(SCRAPES / 2))));
                    periods.add(Period.of("with scrapes   ", () -> scrapes(metrics, SCRAPES / 2)));
                }
            }
            figures.distribution("scrapes beside traffic", nanos, GOAL_MILLIS);
            nanos.clear();
            long idle = cpuNanosOf(gateway, () -> Waiting.pause(BETWEEN.multipliedBy(SCRAPES)));
            long scraping = cpuNanosOf(gateway, () -> scrapes(metrics, SCRAPES));
            figures.distribution("scrapes by themselves", nanos, GOAL_MILLIS);
            figures.write("CPU for each, that of idle time left out: %.1f ms", (scraping - idle) / 1e6 / SCRAPES);
            String text = new String(body, StandardCharsets.UTF_8);
            figures.write(
                    "%d series, %.1f MB",
                    text.lines().filter(line -> !line.startsWith("#")).count(), text.length() / 1e6);
            figures.write("%d requests/s over %d services: p50, p99, p99.9, max", REQUESTS_PER_SECOND, SERVICES);
            periods.forEach(period -> period.write(figures, answers));
            assertThat(answers.failures()).as(gateway.log()).isEmpty();
            assertThat(text).contains("penstock_series_omitted 0.0\n");
            assertThat(text.lines().filter(line -> line.startsWith("penstock_service_latency_seconds_count{")))
                    .hasSize(SERVICES);
        }
    }

    /** How long the requests took that were due between two moments. */
    private record Period(String what, long from, long to) {
        static Period of(String what, Runnable task) {
            long begin = Ticker.system().nanos();
            task.run();
            return new Period(what, begin, Ticker.system().nanos());
        }

        void write(Figures figures, Answers answers) {
            var line = new StringBuilder("  " + what);
            for (double share : SHARES) {
                line.append(String.format(Locale.ROOT, " %7.1f", answers.millis(from, to, share)));
            }
            figures.write("%s ms", line);
        }
    }

    private byte[] scrape(HttpRequest metrics) {
        try {
            long begin = Ticker.system().nanos();
            HttpResponse<byte[]> answer = client.send(metrics, HttpResponse.BodyHandlers.ofByteArray());
            nanos.add(Ticker.system().nanos() - begin);
            assertThat(answer.statusCode()).isEqualTo(200);
            return answer.body();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void scrapes(HttpRequest metrics, int times) {
        for (int i = 0; i < times; i++) {
            scrape(metrics);
            Waiting.pause(BETWEEN);
        }
    }

    private static long cpuNanosOf(GatewayProcess gateway, Runnable task) {
        long begin = gateway.cpuNanos();
        task.run();
        return gateway.cpuNanos() - begin;
    }
}
