package dev.penstock.proxy.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.catalog.ServiceSpec;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.Header;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.RawResponse;
import dev.penstock.testkit.Responder;
import dev.penstock.testkit.StubBackend;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class FramingRowsTest {
    private final EchoBackend backend = EchoBackend.start("B1");

    @AfterEach
    void closeBackend() {
        backend.close();
    }

    private static String raw(String status, String... lines) {
        return "HTTP/1.1 " + status + "\r\n" + String.join("\r\n", lines);
    }

    /** Method, and the bytes of the response. */
    static final List<Arguments> RESPONSES = List.of(
            Arguments.of("HEAD", raw("200 OK", "Content-Length: 5", "", "")),
            Arguments.of("HEAD", raw("200 OK", "Transfer-Encoding: chunked", "", "")),
            Arguments.of("HEAD", raw("200 OK", "A: b", "", "")),
            Arguments.of("HEAD", raw("404 Not Found", "Content-Length: 0", "", "")),
            Arguments.of("GET", raw("204 No Content", "A: b", "", "")),
            Arguments.of("GET", raw("304 Not Modified", "ETag: \"a\"", "", "")),
            Arguments.of("GET", raw("304 Not Modified", "Content-Length: 5", "ETag: \"a\"", "", "")),
            Arguments.of("GET", raw("200 OK", "Content-Length: 0", "", "")),
            Arguments.of("GET", raw("200 OK", "Content-Length: 5", "", "hello")),
            Arguments.of("GET", raw("200 OK", "Transfer-Encoding: chunked", "", "0", "", "")),
            Arguments.of("GET", raw("200 OK", "transfer-encoding: Chunked", "", "5", "hello", "1", "!", "0", "", "")),
            Arguments.of(
                    "GET", raw("200 OK", "Transfer-Encoding: chunked", "", "5", "hello", "0", "T: u", "V: w", "", "")),
            Arguments.of("GET", raw("299 Odd Reason  Here", "Content-Length: 2", "", "ok")),
            Arguments.of("GET", raw("200 ", "Content-Length: 2", "", "ok")),
            Arguments.of("POST", raw("500 Broken", "Content-Length: 2", "", "no")),
            Arguments.of("OPTIONS", raw("200 OK", "Allow: GET", "Content-Length: 0", "", "")),
            Arguments.of("DELETE", raw("205 Reset Content", "Content-Length: 0", "", "")));

    @ParameterizedTest
    @FieldSource("RESPONSES")
    void H14_responseOfAnyFraming_isWhatTheBackendGivesDirectly(String method, String response) throws Exception {
        String request =
                method + " / HTTP/1.1\r\nHost: a\r\n" + (method.equals("POST") ? "Content-Length: 0\r\n" : "") + "\r\n";
        try (var stub = StubBackend.answering(response);
                var gateway = Setup.start(ServiceSpec.of("site", stub.address()));
                var direct = RawClient.connect(stub.port());
                var proxied = RawClient.connect(gateway.port())) {
            for (int i = 0; i < 2; i++) { // The second one shows that the connection stayed in step.
                RawResponse expected = direct.exchange(request);
                RawResponse actual = proxied.exchange(request);

                assertThat(actual.status()).isEqualTo(expected.status());
                assertThat(actual.reason()).isEqualTo(expected.reason());
                assertThat(actual.body()).isEqualTo(expected.body());
                assertThat(actual.trailers()).isEqualTo(expected.trailers());
                assertThat(endToEnd(actual)).isEqualTo(endToEnd(expected));
            }
        }
    }

    private static List<Header> endToEnd(RawResponse response) {
        return response.headers().stream()
                .map(header -> new Header(header.name().toLowerCase(Locale.ROOT), header.value()))
                .filter(header -> !header.name().equals("transfer-encoding"))
                .toList();
    }

    /** RFC 9110, 8.6, and RFC 9112, 6.1: neither has a place where no body can be. */
    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 0", "Transfer-Encoding: chunked"})
    void H14_framingOfAnswersThatHaveNoBody_isNotPassedOn(String framing) throws Exception {
        String hints = raw("103 Early Hints", "Content-Length: 0", "", "");
        try (var stub = StubBackend.answering(hints + raw("204 No Content", framing, "", ""));
                var gateway = Setup.start(ServiceSpec.of("site", stub.address()));
                var client = RawClient.connect(gateway.port())) {
            for (int i = 0; i < 2; i++) {
                client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                for (int status : new int[] {103, 204}) {
                    assertThat(client.readHead().toLowerCase(Locale.ROOT))
                            .startsWith("http/1.1 " + status)
                            .doesNotContain("content-length", "transfer-encoding");
                }
            }
        }
    }

    @Test
    void H14_responseUntilClose_reachesTheClientWhole() throws Exception {
        byte[] body = Setup.randomBytes(14, 300_000);
        try (var stub = StubBackend.start(connection -> {
                    connection.readHead();
                    connection.send("HTTP/1.1 200 OK\r\nA: b\r\n\r\n").send(body);
                });
                var gateway = Setup.start(ServiceSpec.of("site", stub.address()));
                var client = RawClient.connect(gateway.port())) {
            for (int i = 0; i < 2; i++) {
                assertThat(client.get("a", "/").body()).isEqualTo(body);
            }
        }
    }

    @Test
    void H14_chunkedResponse_forAnHttp10Client_comesWithoutChunks() throws Exception {
        backend.answer(exchange -> {
            exchange.startChunked(200);
            exchange.chunk("one");
            exchange.chunk("two");
            exchange.endChunked();
        });
        try (var gateway = Setup.over(backend);
                var client = RawClient.connect(gateway.port())) {
            var response = client.exchange("GET / HTTP/1.0\r\nHost: a\r\n\r\n");

            assertThat(response.headers("Transfer-Encoding")).isEmpty();
            assertThat(response.text()).isEqualTo("onetwo");
            assertThat(client.readToEnd()).isEmpty();
        }
    }

    @Test
    void H14_chunkedRequest_withTrailers_reachesTheBackendWhole() throws Exception {
        BlockingQueue<Map.Entry<String, List<Header>>> seen = new LinkedBlockingQueue<>();
        backend.answer(exchange -> {
            String body = new String(exchange.readBody(), StandardCharsets.UTF_8);
            seen.add(Map.entry(body, exchange.trailers()));
            exchange.respond(200, new byte[0]);
        });
        try (var gateway = Setup.over(backend);
                var client = RawClient.connect(gateway.port())) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
            client.exchange("5\r\nhello\r\n7;ext=1\r\n, world\r\n0\r\nX-Sum: 12\r\n\r\n");
        }
        var got = seen.poll(30, TimeUnit.SECONDS);
        assertThat(got.getKey()).isEqualTo("hello, world");
        assertThat(got.getValue()).containsExactly(new Header("X-Sum", "12"));
    }

    @Test
    void H14_emptyBodyWithLengthZero_isForwardedAsSuch() throws Exception {
        try (var gateway = Setup.over(backend);
                var client = RawClient.connect(gateway.port())) {
            var head = client.exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
                    .echo()
                    .head();

            assertThat(head.headers("Content-Length")).containsExactly("0");
            assertThat(head.headers("Transfer-Encoding")).isEmpty();
        }
    }

    @Test
    void H14_requestWithoutABody_getsNoFraming() throws Exception {
        try (var gateway = Setup.over(backend);
                var client = RawClient.connect(gateway.port())) {
            var head = client.get("a", "/").echo().head();

            assertThat(head.headers("Content-Length")).isEmpty();
            assertThat(head.headers("Transfer-Encoding")).isEmpty();
        }
    }

    @Test
    void H14_expectContinue_isAnsweredByTheBackend_notByTheProxy() throws Exception {
        try (var stub = StubBackend.start();
                var gateway = Setup.start(ServiceSpec.of("site", stub.address()));
                var client = RawClient.connect(gateway.port())) {
            client.send("PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
            var upstream = stub.accept();
            assertThat(upstream.readHead()).containsIgnoringCase("\r\nExpect: 100-continue\r\n");
            assertThat(client.staysSilent(Duration.ofMillis(200))).isTrue();

            upstream.send("HTTP/1.1 100 Continue\r\n\r\n");
            assertThat(client.readAny("PUT").status()).isEqualTo(100);
            client.send("hi");
            assertThat(upstream.read(2)).asString().isEqualTo("hi");
            upstream.send("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
            assertThat(client.readAny("PUT").status()).isEqualTo(201);
        }
    }

    @Test
    void H14_expectContinue_refusedByTheBackend_isRefusedForTheClient() throws Exception {
        try (var stub = StubBackend.start();
                var gateway = Setup.start(ServiceSpec.of("site", stub.address()));
                var client = RawClient.connect(gateway.port())) {
            client.send("PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
            var upstream = stub.accept();
            upstream.readHead();
            upstream.send("HTTP/1.1 417 No\r\nContent-Length: 4\r\n\r\nnope");

            var response = client.readAny("PUT");
            assertThat(response.status()).isEqualTo(417);
            assertThat(response.text()).isEqualTo("nope");
        }
    }

    @Test
    void H14_expectContinue_sentWithTheBodyAtOnce_comesThrough() throws Exception {
        try (var gateway = Setup.over(backend);
                var client = RawClient.connect(gateway.port())) {
            String head = "PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
            assertThat(client.exchange(head + "hi").echo().body()).asString().isEqualTo("hi");
            assertThat(client.exchange(head + "ho").echo().body()).asString().isEqualTo("ho");
        }
    }

    @Test
    void H14_earlyHints_reachTheClientBeforeTheFinalResponse() throws Exception {
        try (var stub = StubBackend.start();
                var gateway = Setup.start(ServiceSpec.of("site", stub.address()));
                var client = RawClient.connect(gateway.port())) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            var upstream = stub.accept();
            upstream.readHead();
            upstream.send("HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n");
            assertThat(client.readAny("GET").headers("Link")).containsExactly("</a.css>");

            upstream.send("HTTP/1.1 103 Early Hints\r\nLink: </b.css>\r\n\r\n");
            assertThat(client.readAny("GET").headers("Link")).containsExactly("</b.css>");
            upstream.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            assertThat(client.readAny("GET").text()).isEqualTo("ok");
        }
    }

    @Test
    void H14_earlyHints_forAnHttp10Client_areNotSent() throws Exception {
        try (var stub = StubBackend.answering(
                        "HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                var gateway = Setup.start(ServiceSpec.of("site", stub.address()));
                var client = RawClient.connect(gateway.port())) {
            client.send("GET / HTTP/1.0\r\nHost: a\r\n\r\n");

            assertThat(client.readAny("GET").status()).isEqualTo(200);
        }
    }

    // Netty's CVE-2026-42584 and CVE-2026-100666: answers were matched with the wrong requests.
    @Test
    void H14_pipelinedRequests_areAnsweredInOrder_eachWithItsOwn() throws Exception {
        backend.answer(exchange -> {
            if (exchange.head().method().equals("HEAD")) {
                exchange.send("HTTP/1.1 103 Early Hints\r\n\r\n");
            }
            Responder.echo().answer(exchange);
        });
        try (var gateway = Setup.over(backend);
                var client = RawClient.connect(gateway.port())) {
            var all = new StringBuilder();
            for (int i = 0; i < 50; i++) {
                all.append(
                        switch (i % 4) {
                            case 0 -> "HEAD /" + i + " HTTP/1.1\r\nHost: a\r\n\r\n";
                            case 2 -> "HEAD /" + i + " HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n";
                            case 1 -> "POST /" + i + " HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";
                            default -> "GET /" + i + " HTTP/1.1\r\nHost: a\r\n\r\n";
                        });
            }
            client.send(all.toString());
            for (int i = 0; i < 50; i++) {
                RawResponse response = client.read(i % 2 == 0 ? "HEAD" : "GET");
                assertThat(response.status()).isEqualTo(200);
                if (i % 2 != 0) {
                    assertThat(response.echo().head().target()).isEqualTo("/" + i);
                }
            }
        }
    }
}
