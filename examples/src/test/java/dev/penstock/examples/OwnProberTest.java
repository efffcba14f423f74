package dev.penstock.examples;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.Penstock;
import dev.penstock.catalog.HealthSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.health.CheckSpec;
import dev.penstock.health.Health;
import dev.penstock.health.HttpCheck;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.Responder;
import java.net.http.HttpClient;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class OwnProberTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Test
    void F11_checkOfOnesOwn_takesAnEndpointOutAndIn() throws Exception {
        try (var backend = EchoBackend.start("B1");
                var penstock = Penstock.builder()
                        .prober(new OwnProber(HttpClient.newHttpClient()))
                        .service(ServiceSpec.of("orders", backend.address())
                                .withHealth(HealthSpec.defaults()
                                        .withCheck(CheckSpec.of(HttpCheck.get("/health"))
                                                .withInterval(Duration.ofMillis(100)))))
                        .build()) {
            var service = penstock.table().services().get(0);
            eventually(
                    LIMIT,
                    () -> assertThat(service.health(backend.address()).health()).isEqualTo(Health.UP));

            backend.answer(Responder.fixed(503, "no"));
            eventually(
                    LIMIT,
                    () -> assertThat(service.health(backend.address()).health()).isEqualTo(Health.DOWN));
            eventually(LIMIT, () -> assertThat(service.snapshot().eligible()).isEmpty());
        }
    }
}
