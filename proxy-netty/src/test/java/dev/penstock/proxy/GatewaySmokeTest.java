package dev.penstock.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.catalog.ServiceSpec;
import dev.penstock.route.Match;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.RawClient;
import org.junit.jupiter.api.Test;

final class GatewaySmokeTest {
    @Test
    void get_oneEndpoint_isAnsweredByIt() throws Exception {
        try (var backend = EchoBackend.start("B1");
                var gateway = Gateway.builder()
                        .listen("127.0.0.1:0")
                        .service(ServiceSpec.of("site", backend.address()))
                        .route(Match.ALL, "site")
                        .start();
                var client = RawClient.connect(gateway.port())) {
            var response = client.get("www.example.com", "/a/b?x=1");

            assertThat(response.status()).isEqualTo(200);
            assertThat(response.echo().backend()).isEqualTo("B1");
            assertThat(client.get("www.example.com", "/again").status()).isEqualTo(200);
            assertThat(client.exchange("POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello")
                            .echo()
                            .body())
                    .isEqualTo("hello".getBytes(US_ASCII));
            assertThat(client.exchange(
                                    "POST /p HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")
                            .echo()
                            .body())
                    .isEqualTo("hello".getBytes(US_ASCII));
            assertThat(backend.connections()).isEqualTo(1);
            assertThat(client.exchange(
                                    "POST /p HTTP/1.1\r\nHost: x\r\nTransfer-Encoding : chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")
                            .status())
                    .isEqualTo(400);
        }
    }
}
