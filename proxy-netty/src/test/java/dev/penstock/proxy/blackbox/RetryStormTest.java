package dev.penstock.proxy.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.catalog.HealthSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.outlier.OutlierSpec;
import dev.penstock.retry.Retries;
import dev.penstock.retry.RetrySpec;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.StubBackend;
import dev.penstock.testkit.StubConnection;
import dev.penstock.time.Ticker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When everything fails: what arrives at the backends, counted there. */
class RetryStormTest {
    private static final int CLIENTS = 4;
    private static final int REQUESTS = 500;

    private final List<StubBackend> stubs = new ArrayList<>();

    @AfterEach
    void close() {
        stubs.forEach(StubBackend::close);
    }

    /** Each connection carries one request: it is reset, or answered 503 and closed. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void F02_fullOutage_retriesAddAFifthAndTenPerSecond_noMore(boolean answers) throws Exception {
        Stream.generate(() -> StubBackend.start(connection -> fail(connection, answers)))
                .limit(5)
                .forEach(stubs::add);
        RetrySpec retry = RetrySpec.defaults();
        var spec = ServiceSpec.of(
                        "site", stubs.stream().map(StubBackend::address).toArray(String[]::new))
                .withHealth(HealthSpec.defaults().withOutliers(OutlierSpec.OFF))
                .withRetry(retry.withWhen(retry.when().withStatuses(503)));
        try (var gateway = Setup.start(spec)) {
            long start = Ticker.system().nanos();
            Concurrently.run(CLIENTS, index -> {
                        try (var client = RawClient.connect(gateway.port())) {
                            for (int i = 0; i < REQUESTS; i++) {
                                assertThat(client.get("a", "/").status()).isIn(502, 503);
                            }
                        }
                    })
                    .join();
            long seconds = Setup.since(start).toSeconds() + 1;

            int requests = CLIENTS * REQUESTS;
            int arrived = stubs.stream().mapToInt(StubBackend::connections).sum();
            Retries retries = gateway.penstock().table().services().get(0).retries();
            // Ten seconds' worth of the least rate is there at the begin, and each second brings one more.
            assertThat((double) arrived).isBetween(requests + 100.0, 1.2 * requests + 10 * (10 + seconds));
            assertThat(arrived).isEqualTo((int) (requests + retries.retries()));
            assertThat(retries.budget().denied()).isPositive();
            Setup.awaitNothingInFlight(gateway);
        }
    }

    private static void fail(StubConnection connection, boolean answers) throws IOException {
        connection.readHead();
        if (answers) {
            connection.send("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        } else {
            connection.reset();
        }
    }
}
