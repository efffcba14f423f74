package dev.penstock.examples;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.discovery.marathon.FakeMarathon;
import dev.penstock.proxy.Gateway;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.RawClient;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ServicesFromMarathonTest {
    @Test
    void start_runningTask_answers() {
        try (var marathon = FakeMarathon.start();
                var backend = EchoBackend.start("shop");
                Gateway gateway = ServicesFromMarathon.start(marathon.address())) {
            marathon.deploy(
                    "{\"id\": \"/shop\", \"ports\": [1234]}",
                    "{\"id\": \"shop.1\", \"host\": \"127.0.0.1\", \"state\": \"TASK_RUNNING\", \"ports\": ["
                            + backend.port() + "], \"servicePorts\": [1234]}");
            eventually(Duration.ofSeconds(30), () -> {
                try (var client = RawClient.connect(gateway.port())) {
                    assertThat(client.get("www.example.com", "/").text()).startsWith("shop");
                }
            });
        }
    }
}
