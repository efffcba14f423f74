package dev.penstock.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.Penstock;
import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.RouteSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.load.Outcome;
import dev.penstock.request.PlainRequest;
import dev.penstock.route.Match;
import dev.penstock.service.Lease;
import dev.penstock.time.Ticker;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PenstockMetricsTest {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Penstock penstock = Penstock.builder().build();

    @AfterEach
    void close() {
        penstock.close();
    }

    private PenstockMetrics metrics(int most) {
        return new PenstockMetrics(registry, most, List.of(new PenstockReading(penstock, Ticker.system())));
    }

    private void define(String... addresses) {
        ServiceSpec orders = ServiceSpec.of("orders")
                .withEndpoints(List.of(addresses).stream().map(Endpoint::parse).toList());
        penstock.apply(
                new CatalogState("test", List.of(), List.of(RouteSpec.of(Match.ALL, "orders")), List.of(orders)));
    }

    private Lease lease() {
        return penstock.acquire(PlainRequest.get("http://a.test/")).fold(held -> held, refusal -> {
            throw new AssertionError(refusal);
        });
    }

    private List<String> lines(String begin) {
        return registry.scrape().lines().filter(line -> line.startsWith(begin)).toList();
    }

    @Test
    void S04_counts_areThoseOfTheEndpoints() {
        define("127.0.0.1:9001", "127.0.0.1:9002");
        PenstockMetrics metrics = metrics(1_000);
        lease().complete(Outcome.SUCCESS);
        lease().complete(Outcome.ERROR_ANSWER);
        Lease third = lease();
        metrics.refresh();

        assertThat(lines("penstock_endpoint_requests_total"))
                .containsExactlyInAnyOrder(
                        "penstock_endpoint_requests_total{endpoint=\"127.0.0.1:9001\",service=\"orders\"} "
                                + (third.endpoint().port() == 9001 ? "2.0" : "1.0"),
                        "penstock_endpoint_requests_total{endpoint=\"127.0.0.1:9002\",service=\"orders\"} "
                                + (third.endpoint().port() == 9002 ? "2.0" : "1.0"));
        assertThat(lines("penstock_endpoint_failures_total"))
                .filteredOn(line -> line.endsWith(" 1.0"))
                .hasSize(1);
        assertThat(lines("penstock_endpoint_in_flight{endpoint=\""
                        + third.endpoint().address()))
                .singleElement()
                .asString()
                .endsWith(" 1.0");
        assertThat(lines("penstock_service_in_flight"))
                .containsExactly("penstock_service_in_flight{service=\"orders\"} 1.0");
        assertThat(lines("penstock_service_endpoints"))
                .contains("penstock_service_endpoints{eligible=\"true\",service=\"orders\"} 2.0");
        third.complete(Outcome.SUCCESS);
        metrics.refresh();

        assertThat(lines("penstock_service_in_flight"))
                .containsExactly("penstock_service_in_flight{service=\"orders\"} 0.0");
    }

    @Test
    void S04_outcomesAndLatencies_ofAService() {
        define("127.0.0.1:9001");
        PenstockMetrics metrics = metrics(1_000);
        metrics.refresh();
        assertThat(registry.scrape()).doesNotContain("penstock_service_failures", "penstock_service_latency");
        Lease answered = lease();
        answered.firstByte();
        answered.complete(Outcome.ERROR_ANSWER);
        lease().complete(Outcome.CONNECT_FAILED);
        penstock.table().services().get(0).answers().ended(502, 3, 40);
        penstock.table().services().get(0).answers().ended(0, 0, 0);
        metrics.refresh();

        assertThat(registry.scrape().lines())
                .contains(
                        "penstock_service_answers_total{service=\"orders\",status=\"5xx\"} 1.0",
                        "penstock_service_answers_total{service=\"orders\",status=\"none\"} 1.0",
                        "penstock_service_failures_total{outcome=\"error_answer\",service=\"orders\"} 1.0",
                        "penstock_service_failures_total{outcome=\"connect_failed\",service=\"orders\"} 1.0",
                        "penstock_service_latency_seconds_count{service=\"orders\"} 1",
                        "penstock_service_received_bytes_total{service=\"orders\"} 3.0",
                        "penstock_service_sent_bytes_total{service=\"orders\"} 40.0");
    }

    @Test
    void S04_endpointThatIsGone_leavesNoSeries() {
        define("127.0.0.1:9001", "127.0.0.1:9002");
        PenstockMetrics metrics = metrics(1_000);
        metrics.refresh();
        assertThat(lines("penstock_endpoint_weight")).hasSize(2);
        define("127.0.0.1:9002");
        metrics.refresh();

        assertThat(registry.scrape()).contains("127.0.0.1:9002").doesNotContain("127.0.0.1:9001");
        metrics.close();

        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void S04_bytesOfAService_areToldFromTheBegin() {
        define("127.0.0.1:9001");
        metrics(1_000).refresh();

        assertThat(lines("penstock_service_received_bytes_total")).hasSize(1);
        assertThat(lines("penstock_service_sent_bytes_total")).hasSize(1);
    }

    @Test
    void S04_seriesBeyondTheBound_areCountedInstead_thoseOfServicesComeFirst() {
        define("127.0.0.1:9001", "127.0.0.1:9002");
        PenstockMetrics metrics = metrics(20);
        metrics.refresh();

        assertThat(registry.getMeters()).hasSize(20);
        assertThat(lines("penstock_service_requests_total")).hasSize(1);
        double omitted = registry.get(Metric.SERIES_OMITTED.meter()).gauge().value();
        assertThat(omitted).isPositive();
        metrics.refresh();

        assertThat(registry.getMeters()).hasSize(20);
        assertThat(registry.get(Metric.SERIES_OMITTED.meter()).gauge().value()).isEqualTo(omitted);
    }

    @Test
    void S04_seriesThatCome_takeThePlaceOfThoseThatGo_theMostImportantFirst() {
        define("127.0.0.1:9001", "127.0.0.1:9002");
        PenstockMetrics metrics = metrics(20);
        metrics.refresh();
        define("127.0.0.1:9003", "127.0.0.1:9004");
        metrics.refresh();

        assertThat(registry.getMeters()).hasSize(20);
        assertThat(registry.scrape()).contains("127.0.0.1:9003").doesNotContain("127.0.0.1:9001");
        var simple = new SimpleMeterRegistry();
        List<String> names = new ArrayList<>(List.of("b"));
        var few = new PenstockMetrics(
                simple, 2, List.of(sheet -> names.forEach(name -> sheet.set(Metric.SERVICE_PANIC, 1, name))));
        few.refresh();
        names.add(0, "a");
        few.refresh();

        assertThat(simple.find(Metric.SERVICE_PANIC.meter()).tag("service", "a").gauge())
                .isNotNull();
        assertThat(simple.find(Metric.SERVICE_PANIC.meter()).tag("service", "b").gauge())
                .isNull();
        assertThat(simple.get(Metric.SERIES_OMITTED.meter()).gauge().value()).isEqualTo(1);
    }

    @Test
    void valuesOfTheSameLabels_countersAddUp_theGreatestGaugeCounts() {
        var simple = new SimpleMeterRegistry();
        Reading twice = sheet -> {
            sheet.set(Metric.SERVICE_REQUESTS, 3, "a");
            sheet.set(Metric.SERVICE_REQUESTS, 4, "a");
            sheet.set(Metric.SERVICE_PANIC, 1, "a");
            sheet.set(Metric.SERVICE_PANIC, 0, "a");
        };
        new PenstockMetrics(simple, 10, List.of(twice)).refresh();

        assertThat(simple.get(Metric.SERVICE_REQUESTS.meter()).functionCounter().count())
                .isEqualTo(7);
        assertThat(simple.get(Metric.SERVICE_PANIC.meter()).gauge().value()).isEqualTo(1);
    }

    @Test
    void labels_ofAnotherNumber_areRefused() {
        var metrics = new PenstockMetrics(registry, 10, List.of(sheet -> sheet.set(Metric.BUFFERS_HELD, 1, "x")));

        assertThatThrownBy(metrics::refresh).hasMessageContaining("labels [x]").hasMessageContaining("expected");
        assertThatThrownBy(() -> metrics(1)).hasMessage("series: 1 (expected: 2 or more)");
    }
}
