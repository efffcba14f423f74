package dev.penstock.examples;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.discovery.consul.FakeConsul;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.proxy.Gateway;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.RawClient;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServicesFromConsulTest {
    @Test
    void start_healthyInstance_answers() {
        try (var consul = FakeConsul.start();
                var backend = EchoBackend.start("orders");
                Gateway gateway = ServicesFromConsul.start(consul.address())) {
            consul.put(
                    "/v1/health/service/orders",
                    FakeConsul.array(List.of(FakeConsul.entry(Endpoint.of("127.0.0.1", backend.port())))));
            eventually(Duration.ofSeconds(20), () -> {
                try (var client = RawClient.connect(gateway.port())) {
                    assertThat(client.get("www.example.com", "/").text()).startsWith("orders");
                }
            });
        }
    }
}
