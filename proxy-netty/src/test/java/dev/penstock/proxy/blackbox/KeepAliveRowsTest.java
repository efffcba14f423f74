package dev.penstock.proxy.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.catalog.ServiceSpec;
import dev.penstock.catalog.UpstreamTimeouts;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.Eventually;
import dev.penstock.testkit.Header;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.StubBackend;
import dev.penstock.time.Ticker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeepAliveRowsTest {
    private final EchoBackend backend = EchoBackend.start("B1");

    @AfterEach
    void closeBackend() {
        backend.close();
    }

    @Test
    void H13_thousandRequestsOfOneConnection_useAtMostFourBackendConnections() throws Exception {
        try (var gateway = Setup.over(backend)) {
            assertThat(Setup.tally(gateway, "a", 1000)).containsEntry("B1", 1000);
            assertThat(backend.connections()).isBetween(1, 4);
        }
    }

    @Test
    void H13_requestsOfOneConnection_withBodies_useAtMostFourBackendConnections() throws Exception {
        String request = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n" + "x".repeat(1000);
        try (var gateway = Setup.over(backend);
                var client = RawClient.connect(gateway.port())) {
            for (int i = 0; i < 200; i++) {
                assertThat(client.exchange(request).status()).isEqualTo(200);
            }
            assertThat(backend.connections()).isBetween(1, 4);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"close", "Close", "foo, CLOSE", "keep-alive, close"})
    void H13_connectionClose_ofTheClient_isHonoured(String value) throws Exception {
        try (var gateway = Setup.over(backend);
                var client = RawClient.connect(gateway.port())) {
            var response = client.exchange("GET / HTTP/1.1\r\nHost: a\r\nConnection: " + value + "\r\n\r\n");

            assertThat(response.status()).isEqualTo(200);
            assertThat(response.headers("Connection")).containsExactly("close");
            assertThat(client.readToEnd()).isEmpty();
        }
    }

    @Test
    void H13_connectionClose_ofTheClient_dropsWhatWasPipelinedAfterIt() throws Exception {
        try (var gateway = Setup.over(backend);
                var client = RawClient.connect(gateway.port())) {
            client.send("GET /1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n");

            assertThat(client.read().echo().head().target()).isEqualTo("/1");
            assertThat(client.readToEnd()).isEmpty();
            assertThat(backend.requests()).isEqualTo(1);
        }
    }

    @Test
    void H13_answersThatAreWhole_areSentBeforeAPipelinedOneBreaks() throws Exception {
        backend.answer(exchange -> {
            if (exchange.echo().head().target().equals("/broken")) {
                exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
                exchange.close();
            } else {
                exchange.respond(200, exchange.echo().toBytes());
            }
        });
        try (var gateway = Setup.over(backend);
                var client = RawClient.connect(gateway.port())) {
            client.send(Stream.of("GET /1", "GET /2", "POST /broken")
                    .map(line -> line + " HTTP/1.1\r\nHost: a\r\n\r\n")
                    .collect(Collectors.joining()));

            assertThat(client.read().echo().head().target()).isEqualTo("/1");
            assertThat(client.read().echo().head().target()).isEqualTo("/2");
            assertThat(new String(client.readToEnd(), StandardCharsets.US_ASCII))
                    .endsWith("half");
        }
    }

    @Test
    void H13_answerThatIsWhole_isSentBeforeARequestThatTheClientCutShort_endsTheConnection() throws Exception {
        var ended = new CompletableFuture<Void>();
        backend.answer(exchange -> {
            ended.join();
            exchange.respond(200, exchange.echo().toBytes());
        });
        try (var gateway = Setup.over(backend);
                var client = RawClient.connect(gateway.port())) {
            client.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n"
                    + "POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf");
            client.halfClose();
            LockSupport.parkNanos(
                    200_000_000); // the gateway hears of it before the answer; the other way round nothing can go wrong
            ended.complete(null);

            assertThat(client.read().echo().head().target()).isEqualTo("/1");
            assertThat(client.readToEnd()).isEmpty();
        }
    }

    @Test
    void H13_connectionClose_ofTheBackend_staysBetweenProxyAndBackend() throws Exception {
        backend.answer(exchange -> {
            exchange.respond(200, exchange.echo().toBytes(), new Header("Connection", "close"));
            exchange.close();
        });
        try (var gateway = Setup.over(backend)) {
            assertThat(Setup.tally(gateway, "a", 50)).containsEntry("B1", 50);
            assertThat(backend.connections()).isEqualTo(50);
        }
    }

    @Test
    void H13_http10_keepsTheConnectionOnlyWhenAsked() throws Exception {
        try (var gateway = Setup.over(backend)) {
            try (var client = RawClient.connect(gateway.port())) {
                assertThat(client.exchange("GET / HTTP/1.0\r\nHost: a\r\n\r\n").status())
                        .isEqualTo(200);
                assertThat(client.readToEnd()).isEmpty();
            }
            try (var client = RawClient.connect(gateway.port())) {
                var kept = client.exchange("GET / HTTP/1.0\r\nHost: a\r\nConnection: Keep-Alive\r\n\r\n");
                if (kept.header("Connection").orElse("").equalsIgnoreCase("keep-alive")) {
                    assertThat(client.get("a", "/").status()).isEqualTo(200);
                } else {
                    assertThat(client.readToEnd()).isEmpty();
                }
            }
        }
    }

    @Test
    void H13_idleClientConnection_isClosedAfterTheConfiguredTime_notBefore() throws Exception {
        var listener = Setup.LISTENER.withTimeouts(Setup.LISTENER.timeouts().withIdle(Duration.ofSeconds(2)));
        try (var gateway = Setup.start(listener, Setup.site(backend));
                var client = RawClient.connect(gateway.port())) {
            client.get("a", "/");
            long start = Ticker.system().nanos();

            assertThat(client.readToEnd()).isEmpty();
            assertThat(Setup.since(start)).isGreaterThan(Duration.ofMillis(1900));
        }
    }

    @Test
    void H13_idleTime_doesNotRunWhileARequestIsInFlight() throws Exception {
        var listener = Setup.LISTENER.withTimeouts(Setup.LISTENER.timeouts().withIdle(Duration.ofMillis(200)));
        try (var gateway = Setup.start(listener, Setup.site(backend));
                var client = RawClient.connect(gateway.port())) {
            backend.hold();
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            backend.awaitHeld(1);
            assertThat(client.staysSilent(Duration.ofMillis(700))).isTrue();
            backend.release();

            assertThat(client.read().status()).isEqualTo(200);
        }
    }

    // The last bytes made the client's buffer full: the connection they came on was kept, and never read again.
    @Test
    void connection_ofAnAnswerWhoseLastBytesFillTheClientsBuffer_servesTheNextRequest() throws Exception {
        for (int kibibytes = 52; kibibytes <= 132; kibibytes += 4) {
            var body = "x".repeat(kibibytes << 10);
            try (var gateway = Setup.over(backend)) {
                for (int i = 0; i < 3; i++) {
                    try (var client = RawClient.connect(gateway.port())) {
                        client.send(
                                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
                        assertThat(client.read().status()).isEqualTo(200);
                    }
                }
            }
        }
    }

    @Test
    void pooledConnection_thatTheBackendClosedWhileIdle_isNotUsedAgain() throws Exception {
        try (var gateway = Setup.over(backend);
                var client = RawClient.connect(gateway.port())) {
            for (int i = 0; i < 20; i++) {
                assertThat(client.get("a", "/").status()).isEqualTo(200);
                backend.closeConnections();
                Eventually.eventually(
                        Setup.GENEROUS,
                        () -> assertThat(backend.openConnections()).isZero());
            }
        }
    }

    @Test
    void pooledConnection_thatIsStaleAtReuse_costsNoIdempotentRequest() throws Exception {
        // The backend answers one request per connection and closes when the second comes: a close racing with reuse.
        try (var stub = StubBackend.start(connection -> {
                    connection.readHead();
                    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                    connection.readThrough("G");
                });
                var gateway = Setup.start(ServiceSpec.of("site", stub.address()));
                var client = RawClient.connect(gateway.port())) {
            for (int i = 0; i < 10; i++) {
                assertThat(client.get("a", "/").status()).isEqualTo(200);
            }
        }
    }

    @Test
    void pooledConnection_thatIsUnusedForItsTime_isClosed() throws Exception {
        var timeouts = UpstreamTimeouts.defaults().withIdle(Duration.ofMillis(300));
        try (var gateway = Setup.start(Setup.site(backend).withTimeouts(timeouts));
                var client = RawClient.connect(gateway.port())) {
            client.get("a", "/");
            assertThat(backend.openConnections()).isEqualTo(1);

            Eventually.eventually(
                    Setup.GENEROUS, () -> assertThat(backend.openConnections()).isZero());
            assertThat(client.get("a", "/").status()).isEqualTo(200);
        }
    }

    @Test
    void connection_withBytesBeyondTheResponse_isNotUsedAgain() throws Exception {
        try (var stub = StubBackend.start(connection -> {
                    connection.readHead();
                    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
                            + "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison");
                    connection.readToEnd();
                });
                var gateway = Setup.start(ServiceSpec.of("site", stub.address()));
                var client = RawClient.connect(gateway.port())) {
            for (int i = 0; i < 5; i++) {
                assertThat(client.get("a", "/").text()).isEqualTo("ok");
            }
            assertThat(stub.connections()).isEqualTo(5);
        }
    }
}
