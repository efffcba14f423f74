package dev.penstock.examples;

import dev.penstock.Penstock;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.catalog.ShadowSpec;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.route.Match;
import dev.penstock.shadow.ShadowReport;
import java.util.Locale;

/** Would another rule do better with the requests that really come? It picks beside the one in use, and sends nothing. */
public final class TryAnotherRule implements AutoCloseable {
    private final Penstock penstock;

    /**
     * A service that goes round, with a rule beside it that goes by load.
     *
     * @param endpoints as in {@code 127.0.0.1:9001}
     */
    public TryAnotherRule(String... endpoints) {
        penstock = Penstock.builder()
                .service(ServiceSpec.of("site", endpoints)
                        .withBalancer("round_robin")
                        .withShadow(ShadowSpec.of("p2c_ewma")))
                .route(Match.ALL, "site")
                .build();
    }

    /**
     * What gives requests their endpoints; a gateway may stand before it.
     *
     * @return open until this is closed
     */
    public Penstock penstock() {
        return penstock;
    }

    /**
     * What to expect.
     *
     * @return one line for a person
     */
    public String verdict() {
        ShadowReport report = penstock.table()
                .service(ServiceName.of("site"))
                .orElseThrow()
                .shadow()
                .orElseThrow();
        ShadowReport.Expected expected = report.expected();
        return String.format(
                Locale.ROOT,
                "%s: %d requests, the same endpoint for %.0f %%, %.0f ms where it would be %.0f ms",
                report.balancer(),
                report.requests(),
                100 * report.agreement(),
                expected.liveNanos() / 1e6,
                expected.shadowNanos() / 1e6);
    }

    /** Has requests go by the other rule from now on. */
    public void promote() {
        penstock.promoteShadow("site").toCompletableFuture().join();
    }

    @Override
    public void close() {
        penstock.close();
    }
}
