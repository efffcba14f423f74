package dev.penstock.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.Penstock;
import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.RouteSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.load.Outcome;
import dev.penstock.request.PlainRequest;
import dev.penstock.route.Match;
import dev.penstock.service.Lease;
import dev.penstock.service.Service;
import dev.penstock.time.Ticker;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How many series a service is, as {@code docs/metrics.md} says: what {@code admin.series} has to be for so many of them. */
class SeriesCountTest {
    private static final int OF_A_SERVICE = 16;
    private static final int OF_AN_ENDPOINT = 6;
    private static final int DEFAULT_BOUND = 100_000;

    private final Penstock penstock = Penstock.builder().build();

    @AfterEach
    void close() {
        penstock.close();
    }

    private void define(int endpoints) {
        ServiceSpec orders = ServiceSpec.of("orders")
                .withEndpoints(IntStream.range(0, endpoints)
                        .mapToObj(i -> Endpoint.of("127.0.0.1", 9_001 + i))
                        .toList());
        penstock.apply(
                new CatalogState("test", List.of(), List.of(RouteSpec.of(Match.ALL, "orders")), List.of(orders)));
    }

    private Service service() {
        return penstock.table().services().get(0);
    }

    /** Lines that begin with one of these, as they are told. */
    private long series(String... begins) {
        return PrometheusText.of(DEFAULT_BOUND, List.of(new PenstockReading(penstock, Ticker.system())))
                .lines()
                .filter(line -> List.of(begins).stream().anyMatch(line::startsWith))
                .count();
    }

    private long ofTheService() {
        return series("penstock_service_", "penstock_endpoint_");
    }

    private void attempt(Outcome outcome) {
        Lease lease = penstock.acquire(PlainRequest.get("http://a.test/")).fold(held -> held, refusal -> {
            throw new AssertionError(refusal);
        });
        lease.firstByte();
        lease.complete(outcome);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 10})
    void S04_serviceThatHasNotAnswered_isSixteenSeries_andSixOfEachEndpoint(int endpoints) {
        define(endpoints);

        assertThat(ofTheService()).isEqualTo(OF_A_SERVICE + (long) OF_AN_ENDPOINT * endpoints);
    }

    @Test
    void S04_serviceThatHasAnswered_isSeventeenToTwentySevenMore() {
        define(10);
        long before = ofTheService();
        attempt(Outcome.SUCCESS);
        service().answers().ended(200, 0, 0);
        assertThat(ofTheService()).isEqualTo(before + 17);

        for (Outcome outcome : Outcome.values()) {
            attempt(outcome);
        }
        for (int status : new int[] {0, 101, 204, 301, 404, 503}) {
            service().answers().ended(status, 0, 0);
        }

        assertThat(ofTheService()).isEqualTo(before + 27);
    }

    @Test
    void S04_seriesBeyondTheBound_areThoseOfTheLastEndpoints_andCounted() {
        define(20);
        List<Reading> readings = List.of(new PenstockReading(penstock, Ticker.system()));
        int all = PrometheusText.scrape(DEFAULT_BOUND, readings).series();
        String text = PrometheusText.of(100, readings);

        assertThat(all).isEqualTo(OF_A_SERVICE + 20 * OF_AN_ENDPOINT + 1);
        assertThat(text.lines().filter(line -> !line.startsWith("#"))).hasSize(100);
        assertThat(text.lines().filter(line -> line.startsWith("penstock_service_")))
                .hasSize(OF_A_SERVICE);
        assertThat(text)
                .contains("penstock_series_omitted " + (all - 100) + ".0\n")
                .doesNotContain("127.0.0.1:9020");
    }
}
