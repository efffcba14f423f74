package dev.penstock.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.Penstock;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.metrics.Metric;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import org.junit.jupiter.api.Test;

class MetricsInYourRegistryTest {
    @Test
    void meters_comeWithServices_andGoWithTheirKeeper() {
        var registry = new SimpleMeterRegistry();
        try (Penstock penstock = Penstock.builder()
                .service(ServiceSpec.of("orders").withEndpoints(List.of(Endpoint.parse("127.0.0.1:9001"))))
                .build()) {
            var metrics = MetricsInYourRegistry.tell(penstock, registry);

            assertThat(registry.get(Metric.ENDPOINT_ELIGIBLE.meter())
                            .tag("endpoint", "127.0.0.1:9001")
                            .gauge()
                            .value())
                    .isEqualTo(1);
            metrics.close();

            assertThat(registry.getMeters()).isEmpty();
        }
    }
}
