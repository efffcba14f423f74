package dev.penstock.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.penstock.Penstock;
import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.time.Ticker;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How long the metrics of 1,000 services with 10 endpoints each take; writes to {@code target/metrics-figures.txt}. */
@Tag("slow")
class MetricsFiguresTest {
    private static final int TIMES = 50;

    @Test
    void scrape_ofThousandServices() throws Exception {
        var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try (Penstock penstock = Penstock.builder().build()) {
            penstock.apply(new CatalogState(
                    "test",
                    List.of(),
                    List.of(),
                    IntStream.range(0, 1_000)
                            .mapToObj(MetricsFiguresTest::service)
                            .toList()));
            List<Reading> readings = List.of(new PenstockReading(penstock, Ticker.system()));
            var metrics = new PenstockMetrics(registry, 100_000, readings);
            String direct = figures(
                    "text", () -> PrometheusText.scrape(100_000, readings).pieces());
            String byMeters = figures("meters", () -> {
                metrics.refresh();
                return List.of(registry.scrape().getBytes(StandardCharsets.UTF_8));
            });
            Files.writeString(Path.of("target", "metrics-figures.txt"), direct + byMeters);
        }
    }

    private static String figures(String what, Supplier<List<byte[]>> scrape) {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        double[] millis = new double[TIMES];
        double[] cpuMillis = new double[TIMES];
        List<byte[]> pieces = List.of();
        long allocated = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < TIMES; i++) {
            long start = Ticker.system().nanos();
            long startCpu = threads.getCurrentThreadCpuTime();
            pieces = scrape.get();
            cpuMillis[i] = (threads.getCurrentThreadCpuTime() - startCpu) / 1e6;
            millis[i] = (Ticker.system().nanos() - start) / 1e6;
        }
        allocated = threads.getCurrentThreadAllocatedBytes() - allocated;
        var bytes = new ByteArrayOutputStream();
        pieces.forEach(bytes::writeBytes);
        String text = bytes.toString(StandardCharsets.UTF_8);
        assertThat(text.lines().filter(line -> line.startsWith("penstock_endpoint_requests_total{")))
                .hasSize(10_000);
        double first = millis[0];
        Arrays.sort(millis);
        Arrays.sort(cpuMillis);
        return String.format(
                Locale.ROOT,
                "%s: %d series, %.1f MB: first %.0f ms, then p50 %.0f, p90 %.0f, max but the first %.0f ms; CPU p50 %.0f ms; %.1f MB allocated%n",
                what,
                text.lines().filter(line -> !line.startsWith("#")).count(),
                text.length() / 1e6,
                first,
                millis[TIMES / 2],
                millis[TIMES * 9 / 10],
                millis[TIMES - 2],
                cpuMillis[TIMES / 2],
                allocated / 1e6 / TIMES);
    }

    private static ServiceSpec service(int number) {
        return ServiceSpec.of("service-" + number)
                .withEndpoints(IntStream.range(0, 10)
                        .mapToObj(i -> Endpoint.of("10." + number / 250 + "." + number % 250 + "." + (i + 1), 8080))
                        .toList());
    }
}
