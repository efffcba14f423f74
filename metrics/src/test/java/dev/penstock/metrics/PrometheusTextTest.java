package dev.penstock.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrometheusTextTest {
    private static String text(int most, Reading... readings) {
        return PrometheusText.of(most, List.of(readings));
    }

    @Test
    void S04_values_areGroupedByMetric_labelsInTheOrderOfTheirNames() {
        assertThat(text(10, sheet -> {
                    sheet.set(Metric.ENDPOINT_REQUESTS, 3, "orders", "10.0.0.1:80");
                    sheet.set(Metric.ENDPOINT_WEIGHT, 1, "orders", "10.0.0.1:80");
                    sheet.set(Metric.ENDPOINT_REQUESTS, 12_345_678, "orders", "10.0.0.2:80");
                    sheet.set(Metric.BUFFERS_HELD, 0.5);
                }))
                .isEqualTo("""
                        # HELP penstock_endpoint_requests_total Requests and connections given to the endpoint
                        # TYPE penstock_endpoint_requests_total counter
                        penstock_endpoint_requests_total{endpoint="10.0.0.1:80",service="orders"} 3.0
                        penstock_endpoint_requests_total{endpoint="10.0.0.2:80",service="orders"} 1.2345678E7
                        # HELP penstock_endpoint_weight The weight of the endpoint as its source says
                        # TYPE penstock_endpoint_weight gauge
                        penstock_endpoint_weight{endpoint="10.0.0.1:80",service="orders"} 1.0
                        # HELP penstock_buffers_held_bytes Bytes that wait in connections
                        # TYPE penstock_buffers_held_bytes gauge
                        penstock_buffers_held_bytes 0.5
                        # HELP penstock_series_omitted Series that are not told, since there are too many
                        # TYPE penstock_series_omitted gauge
                        penstock_series_omitted 0.0
                        """);
    }

    @Test
    void S04_namesWithQuotesBackslashesAndLines_areEscaped() {
        assertThat(text(10, sheet -> sheet.set(Metric.SERVICE_PANIC, 1, "a\"b\\c\nd")))
                .contains("penstock_service_panic{service=\"a\\\"b\\\\c\\nd\"} 1.0\n");
    }

    @Test
    void S04_sameLabels_countersAddUp_theGreatestGaugeCounts() {
        String name = new String("a"); // equal, not the same
        assertThat(text(10, sheet -> {
                    sheet.set(Metric.SERVICE_REQUESTS, 3, "a");
                    sheet.set(Metric.SERVICE_REQUESTS, 1, "b");
                    sheet.set(Metric.SERVICE_REQUESTS, 4, name);
                    sheet.set(Metric.SERVICE_PANIC, 1, "a");
                    sheet.set(Metric.SERVICE_PANIC, 0, name);
                }))
                .contains("requests_total{service=\"a\"} 7.0\n", "panic{service=\"a\"} 1.0\n");
    }

    @Test
    void S04_histogram_isCumulative_andCountsAllItsLines() {
        var one = new Histogram(List.of(0.1, 1.0), List.of(2L, 1L, 1L), 4.5);
        Reading twice = sheet -> {
            sheet.set(Metric.SERVICE_LATENCY, one, "a");
            sheet.set(Metric.SERVICE_LATENCY, one, "a");
        };

        assertThat(text(6, twice)).startsWith("""
                # HELP penstock_series_omitted Series that are not told, since there are too many
                # TYPE penstock_series_omitted gauge
                penstock_series_omitted 0.0
                # HELP penstock_service_latency_seconds From the pick of an endpoint to the first byte of its answer, of connections until they are made
                # TYPE penstock_service_latency_seconds histogram
                penstock_service_latency_seconds_bucket{service="a",le="0.1"} 4
                penstock_service_latency_seconds_bucket{service="a",le="1.0"} 6
                penstock_service_latency_seconds_bucket{service="a",le="+Inf"} 8
                penstock_service_latency_seconds_sum{service="a"} 9.0
                penstock_service_latency_seconds_count{service="a"} 8
                """);
        assertThat(text(5, twice)).contains("penstock_series_omitted 10.0").doesNotContain("latency");
        assertThatThrownBy(() -> new Histogram(List.of(1.0), List.of(1L), 0))
                .hasMessage("counts: 1 (expected: one more than bounds, which are 1)");
    }

    @Test
    void S04_seriesBeyondTheBound_areCountedInstead_theFirstStay() {
        String text = text(3, sheet -> {
            sheet.set(Metric.SERVICE_PANIC, 1, "a");
            sheet.set(Metric.SERVICE_PANIC, 1, "b");
            sheet.set(Metric.SERVICE_PANIC, 1, "c");
            sheet.set(Metric.SERVICE_REQUESTS, 1, "d");
            sheet.set(Metric.SERVICE_PANIC, 2, "b"); // has its place
        });

        assertThat(text)
                .contains("{service=\"a\"} 1.0\n", "{service=\"b\"} 2.0\n", "penstock_series_omitted 2.0\n")
                .doesNotContain("\"c\"", "\"d\"", "penstock_service_requests");
        assertThatThrownBy(() -> text(1)).hasMessage("series: 1 (expected: 2 or more)");
        assertThatThrownBy(() -> text(9, sheet -> sheet.set(Metric.BUFFERS_HELD, 1, "x")))
                .hasMessageContaining("labels [x]");
    }

    @Test
    void S04_longText_isInPieces_thatTogetherAreTheText() {
        int services = 3_000;
        Reading many = sheet -> {
            for (int i = 0; i < services; i++) {
                sheet.set(Metric.SERVICE_REQUESTS, -i, "größe-" + i);
                sheet.set(Metric.SERVICE_PANIC, 1, "größe-" + i % 100); // a hundred, again and again
            }
        };
        PrometheusText.Scrape scrape = PrometheusText.scrape(services + 51, List.of(many));

        assertThat(scrape.pieces())
                .hasSizeGreaterThan(2)
                .allSatisfy(piece -> assertThat(piece).hasSizeLessThanOrEqualTo(64 * 1024));
        assertThat(scrape.series()).isEqualTo(services + 51);
        assertThat(scrape.omitted()).isEqualTo(50);
        assertThat(text(services + 51, many).lines().filter(line -> !line.startsWith("#")))
                .hasSize(services + 51)
                .startsWith(
                        "penstock_service_requests_total{service=\"größe-0\"} 0.0",
                        "penstock_service_requests_total{service=\"größe-1\"} -1.0")
                .contains("penstock_service_requests_total{service=\"größe-2949\"} -2949.0")
                .doesNotHaveDuplicates();
    }

    /** What meters of the registry tell, this does. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3}) // seeds
    void S04_lines_areThoseOfTheRegistry(long seed) {
        Reading reading = sheet -> values(sheet, new SplittableRandom(seed));
        var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        new PenstockMetrics(registry, 1_000, List.of(reading)).refresh();

        assertThat(text(1_000, reading).lines())
                .containsExactlyInAnyOrderElementsOf(registry.scrape().lines().toList());
    }

    private static void values(Sheet sheet, SplittableRandom random) {
        List<Metric> told = Arrays.stream(Metric.values())
                .filter(metric -> metric.kind() != Metric.Kind.HISTOGRAM) // a summary in the registry
                .filter(metric -> metric != Metric.SERIES_OMITTED)
                .toList();
        for (int i = 0; i < 200; i++) {
            Metric metric = told.get(random.nextInt(told.size()));
            String[] labels = metric.labels().stream()
                    .map(label -> label + "\\\"\n ä" + random.nextInt(3))
                    .toArray(String[]::new);
            double value = random.nextBoolean() ? random.nextInt(20_000_000) : random.nextDouble();
            sheet.set(metric, value, labels);
        }
    }
}
