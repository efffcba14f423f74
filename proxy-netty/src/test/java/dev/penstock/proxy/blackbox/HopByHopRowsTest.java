package dev.penstock.proxy.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.proxy.Gateway;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.Header;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.RequestHead;
import dev.penstock.testkit.Responder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HopByHopRowsTest {
    private final EchoBackend backend = EchoBackend.start("B1");

    @AfterEach
    void closeBackend() {
        backend.close();
    }

    private static RequestHead seen(Gateway gateway, String... headers) throws Exception {
        try (var client = RawClient.connect(gateway.port())) {
            return client.exchange("GET / HTTP/1.1\r\nHost: a\r\n" + String.join("\r\n", headers) + "\r\n\r\n")
                    .echo()
                    .head();
        }
    }

    @Test
    void H10_hopByHopHeadersOfARequest_neverReachTheEndpoint() throws Exception {
        try (var gateway = Setup.over(backend)) {
            var head = seen(
                    gateway,
                    "Connection: keep-alive, X-Secret",
                    "connection: X-OTHER",
                    "Keep-Alive: timeout=5",
                    "Proxy-Authenticate: Basic",
                    "Proxy-Authorization: Basic x",
                    "Proxy-Connection: keep-alive",
                    "TE: trailers",
                    "Trailer: X-T",
                    "Upgrade: h2c",
                    "HTTP2-Settings: AAMAAABk",
                    "X-Secret: 1",
                    "x-other: 2",
                    "X-Stays: 3");

            assertThat(head.headers())
                    .extracting(header -> header.name().toLowerCase(Locale.ROOT))
                    .doesNotContain(
                            "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection")
                    .doesNotContain("te", "trailer", "transfer-encoding", "upgrade", "x-secret", "x-other")
                    .contains("x-stays");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length", "content-length", "Host", "Transfer-Encoding", "X-Forwarded-For"})
    void H10_headersThatFramingNeeds_cannotBeNominatedAway(String name) throws Exception {
        try (var gateway = Setup.over(backend);
                var client = RawClient.connect(gateway.port())) {
            var response = client.exchange(
                    "POST /one HTTP/1.1\r\nHost: a\r\nConnection: " + name + "\r\nContent-Length: 3\r\n\r\nabc");

            if (response.status() == 400) {
                assertThat(backend.requests()).isZero();
                return;
            }
            assertThat(response.echo().body()).asString(StandardCharsets.UTF_8).isEqualTo("abc");
            assertThat(response.echo().head().headers("Host")).containsExactly("a");
            assertThat(response.echo().head().headers("X-Forwarded-For")).containsExactly("127.0.0.1");
        }
    }

    @Test
    void H10_hopByHopHeadersOfAResponse_neverReachTheClient() throws Exception {
        backend.answer(Responder.fixed(
                200,
                "body",
                new Header("Connection", "keep-alive, X-Secret"),
                new Header("connection", "x-OTHER"),
                new Header("Keep-Alive", "timeout=5"),
                new Header("Proxy-Connection", "keep-alive"),
                new Header("TE", "trailers"),
                new Header("Trailer", "X-T"),
                new Header("Upgrade", "h2c"),
                new Header("X-Secret", "1"),
                new Header("X-Other", "2"),
                new Header("X-Stays", "3")));
        try (var gateway = Setup.over(backend);
                var client = RawClient.connect(gateway.port())) {
            var response = client.get("a", "/");

            assertThat(response.text()).isEqualTo("body");
            assertThat(response.headers())
                    .extracting(header -> header.name().toLowerCase(Locale.ROOT))
                    .doesNotContain("connection", "keep-alive", "proxy-connection", "te", "trailer", "upgrade")
                    .doesNotContain("x-secret", "x-other", "transfer-encoding")
                    .contains("x-stays", "content-length");
        }
    }
}
