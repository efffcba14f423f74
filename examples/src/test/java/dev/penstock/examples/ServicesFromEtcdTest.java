package dev.penstock.examples;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.discovery.etcd.FakeEtcd;
import dev.penstock.proxy.Gateway;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.RawClient;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServicesFromEtcdTest {
    @Test
    void start_registeredContainer_answers() {
        try (var etcd = FakeEtcd.start();
                var backend = EchoBackend.start("web");
                Gateway gateway = ServicesFromEtcd.start(etcd.address())) {
            etcd.put(Map.of("/services/web/h1:web.0:80", "127.0.0.1:" + backend.port()));
            eventually(Duration.ofSeconds(30), () -> {
                try (var client = RawClient.connect(gateway.port())) {
                    assertThat(client.get("www.example.com", "/").text()).startsWith("web");
                }
            });
        }
    }
}
