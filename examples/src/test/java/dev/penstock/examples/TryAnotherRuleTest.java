package dev.penstock.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.endpoint.ServiceName;
import dev.penstock.load.Outcome;
import dev.penstock.request.PlainRequest;
import dev.penstock.service.Lease;
import dev.penstock.service.Service;
import dev.penstock.testkit.Eventually;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TryAnotherRuleTest {
    private static Lease lease(TryAnotherRule example) {
        return (Lease) example.penstock().acquire(PlainRequest.get("http://www.example.com/"));
    }

    @Test
    void anotherRule_seesTheRequests_andIsTheRuleOncePromoted() {
        try (var example = new TryAnotherRule("127.0.0.1:9001", "127.0.0.1:9002", "127.0.0.1:9003")) {
            Service site =
                    example.penstock().table().service(ServiceName.of("site")).orElseThrow();
            // The shadow begins a moment after its service.
            Eventually.eventually(Duration.ofSeconds(30), () -> {
                try (Lease lease = lease(example)) {
                    lease.firstByte();
                    lease.complete(Outcome.SUCCESS);
                }
                assertThat(site.shadow())
                        .hasValueSatisfying(
                                report -> assertThat(report.requests()).isPositive());
            });
            for (int i = 0; i < 300; i++) {
                try (Lease lease = lease(example)) {
                    lease.firstByte();
                    lease.complete(Outcome.SUCCESS);
                }
            }
            assertThat(example.verdict())
                    .matches("p2c_ewma: 30[0-9] requests, the same endpoint for [0-9]+ %, [0-9]+ ms where it would be"
                            + " [0-9]+ ms");

            example.promote();

            assertThat(site.spec().balancer()).isEqualTo("p2c_ewma");
            assertThat(site.shadow()).isEmpty();
            lease(example).close();
        }
    }
}
