package dev.penstock.examples;

import static dev.penstock.discovery.dns.Records.a;
import static dev.penstock.discovery.dns.Records.srv;
import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.discovery.dns.FakeDns;
import dev.penstock.proxy.Gateway;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.RawClient;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ServicesFromDnsTest {
    @Test
    void start_srvRecords_leadToTheirTargets() {
        try (var nameserver = new FakeDns();
                var backend = EchoBackend.start("api");
                Gateway gateway = ServicesFromDns.start(nameserver.address())) {
            nameserver.zone(
                    srv("_http._tcp.api.internal", 1, 0, 1, backend.port(), "host.internal"),
                    a("host.internal", 1, "127.0.0.1"));
            eventually(Duration.ofSeconds(20), () -> {
                try (var client = RawClient.connect(gateway.port())) {
                    assertThat(client.get("api.example.com", "/").text()).startsWith("api");
                    assertThat(client.get("www.example.com", "/").status()).isEqualTo(503);
                }
            });
        }
    }
}
