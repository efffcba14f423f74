package dev.penstock.proxy.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.catalog.ListenerSpec;
import dev.penstock.proxy.ClientRefusal;
import dev.penstock.proxy.Gateway;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.Eventually;
import dev.penstock.testkit.RawClient;
import dev.penstock.time.Ticker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BadClientRowsTest {
    private final EchoBackend backend = EchoBackend.start("B1");

    @AfterEach
    void closeBackend() {
        backend.close();
    }

    private static ListenerSpec headerWithin(Duration time) {
        return Setup.LISTENER.withTimeouts(Setup.LISTENER.timeouts().withHeader(time));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.1\r\nHost: a\r\nFoo: b", "GET / HT", "GET / HTTP/1.1\r\nHost: a\r\n"})
    void F20_halfAHeader_isClosedAfterTheHeaderTimeout_withoutABackend(String half) throws Exception {
        try (var gateway = Setup.start(headerWithin(Duration.ofSeconds(1)), Setup.site(backend));
                var client = RawClient.connect(gateway.port())) {
            long start = Ticker.system().nanos();
            client.send(half);
            var end = new String(client.readToEnd(), StandardCharsets.ISO_8859_1);

            assertThat(Setup.since(start)).isGreaterThan(Duration.ofMillis(900));
            assertThat(end).matches("(?s)|HTTP/1.1 408 .*");
            assertThat(backend.connections()).isZero();
            assertThat(gateway.status("web").refused()).containsEntry(ClientRefusal.HEADER_TIMEOUT, 1L);
        }
        assertThat(Setup.LISTENER.timeouts().header()).isEqualTo(Duration.ofSeconds(15));
    }

    @Test
    void F20_headerThatTrickles_isClosedAllTheSame() throws Exception {
        try (var gateway = Setup.start(headerWithin(Duration.ofSeconds(1)), Setup.site(backend));
                var client = RawClient.connect(gateway.port())) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n");
            int sent = 0;
            while (sent < 300 && stillOpen(client)) {
                sent++;
            }
            assertThat(sent).isLessThan(300);
            assertThat(backend.connections()).isZero();
        }
    }

    private static boolean stillOpen(RawClient client) {
        try {
            client.send("X: y\r\n");
            return client.staysSilent(Duration.ofMillis(100));
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void F20_secondRequestOfAConnection_isHeldToTheHeaderTimeoutToo() throws Exception {
        try (var gateway = Setup.start(headerWithin(Duration.ofSeconds(1)), Setup.site(backend));
                var client = RawClient.connect(gateway.port())) {
            client.get("a", "/");
            client.send("GET /half HTTP/1.1\r\n");
            client.readToEnd();

            assertThat(backend.requests()).isEqualTo(1);
        }
    }

    @Test
    void bodyThatStops_gets408AfterTheBodyTimeout() throws Exception {
        var listener = Setup.LISTENER.withTimeouts(Setup.LISTENER.timeouts().withBody(Duration.ofMillis(500)));
        try (var gateway = Setup.start(listener, Setup.site(backend));
                var client = RawClient.connect(gateway.port())) {
            long start = Ticker.system().nanos();
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf");
            var response = client.read();

            assertThat(response.status()).isEqualTo(408);
            assertThat(Setup.since(start)).isGreaterThan(Duration.ofMillis(450));
            assertThat(client.readToEnd()).isEmpty();
            Setup.awaitNothingInFlight(gateway);
            Eventually.eventually(
                    Setup.GENEROUS, () -> assertThat(backend.openConnections()).isZero());
        }
    }

    @Test
    void bodyThatTrickles_belowTheLeastRate_gets408() throws Exception {
        var limits = Setup.LISTENER.limits();
        var listener = Setup.LISTENER
                .withTimeouts(Setup.LISTENER.timeouts().withBody(Duration.ofMillis(500)))
                .withLimits(limits.withConnections(limits.connections().withBodyRate(1_000)));
        try (var gateway = Setup.start(listener, Setup.site(backend));
                var client = RawClient.connect(gateway.port())) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n");
            int sent = 0;
            while (sent < 300 && client.staysSilent(Duration.ofMillis(50))) { // at most 20 bytes per second
                client.send("x");
                sent++;
            }

            assertThat(sent).isBetween(1, 299);
            assertThat(gateway.status("web").refused()).containsEntry(ClientRefusal.BODY_TIMEOUT, 1L);
            Setup.awaitNothingInFlight(gateway);
        }
    }

    @Test
    void bodyThatTrickles_fasterThanTheLeastRate_comesThrough() throws Exception {
        var limits = Setup.LISTENER.limits();
        var listener = Setup.LISTENER
                .withTimeouts(Setup.LISTENER.timeouts().withBody(Duration.ofSeconds(5)))
                .withLimits(limits.withConnections(limits.connections().withBodyRate(1)));
        try (var gateway = Setup.start(listener, Setup.site(backend));
                var client = RawClient.connect(gateway.port())) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n");
            for (int i = 0; i < 10; i++) {
                assertThat(client.staysSilent(Duration.ofMillis(50))).isTrue();
                client.send("x");
            }

            assertThat(client.read().echo().body()).hasSize(10);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4}) // seeds
    void F21_randomBytes_neverHarmTheNextGoodRequest(long seed) throws Exception {
        var random = new SplittableRandom(seed);
        try (var gateway = Setup.start(headerWithin(Duration.ofSeconds(5)), Setup.site(backend))) {
            for (int i = 0; i < 250; i++) { // times four seeds: 1,000 connections
                sendGarbage(gateway, random);
            }
            assertThat(Setup.statusOfNewConnection(gateway)).isEqualTo(200);
            Setup.awaitNothingInFlight(gateway);
        }
    }

    private static void sendGarbage(Gateway gateway, SplittableRandom random) {
        var bytes = new byte[1 + random.nextInt(random.nextInt(10) == 0 ? 100_000 : 300)];
        random.nextBytes(bytes);
        byte[] start = random.nextInt(3) == 0
                ? "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII)
                : new byte[0];
        var client = RawClient.connect(gateway.port());
        try {
            client.send(start).send(bytes);
            switch (random.nextInt(3)) {
                case 0 -> client.reset();
                case 1 -> client.halfClose().readToEnd();
                default -> client.close();
            }
        } catch (IOException e) {
            client.close(); // The gateway was faster.
        } finally {
            client.close();
        }
    }

    private static final String REQUEST = String.join(
            "",
            "POST /a?b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
            "5\r\nhello\r\n3;x=y\r\nabc\r\n0\r\nT: u\r\n\r\n");

    @Test
    void F21_clientThatLeavesAtAnyByteOfARequest_leavesNothingBehind() throws Exception {
        try (var gateway = Setup.over(backend)) {
            for (int offset = 0; offset <= REQUEST.length(); offset++) {
                for (int way = 0; way < 3; way++) {
                    leave(gateway, REQUEST.substring(0, offset), way);
                }
            }
            assertThat(Setup.statusOfNewConnection(gateway)).isEqualTo(200);
            Setup.awaitNothingInFlight(gateway);
            Eventually.eventually(
                    Setup.GENEROUS, () -> assertThat(backend.inFlight()).isZero());
        }
    }

    private static void leave(Gateway gateway, String beginning, int way) throws IOException {
        var client = RawClient.connect(gateway.port());
        client.send(beginning);
        switch (way) {
            case 0 -> client.reset();
            case 1 -> {
                client.halfClose();
                client.readToEnd();
                client.close();
            }
            default -> client.close();
        }
    }

    @Test
    void F21_clientThatLeavesAtAnyByteOfAResponse_leavesNothingBehind() throws Exception {
        backend.answer(exchange -> {
            exchange.startChunked(200);
            for (int i = 0; i < 40; i++) {
                exchange.chunk("0123456789".repeat(500));
            }
            exchange.endChunked();
        });
        try (var gateway = Setup.over(backend)) {
            for (int offset = 0; offset < 200_000; offset += 3_001) {
                var client = RawClient.connect(gateway.port()).send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                client.input().readNBytes(offset);
                client.reset();
            }
            assertThat(Setup.statusOfNewConnection(gateway)).isEqualTo(200);
            Setup.awaitNothingInFlight(gateway);
            Eventually.eventually(
                    Setup.GENEROUS, () -> assertThat(backend.inFlight()).isZero());
        }
    }

    @Test
    void clientThatLeavesWhileItWaits_frees_theEndpoint() throws Exception {
        try (var gateway = Setup.over(backend)) {
            backend.hold();
            var client = RawClient.connect(gateway.port()).send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            backend.awaitHeld(1);
            client.reset();

            Setup.awaitNothingInFlight(gateway);
            backend.release();
            Eventually.eventually(
                    Setup.GENEROUS, () -> assertThat(backend.openConnections()).isZero());
        }
    }

    @Test
    void clientThatHalfCloses_afterItsRequest_isAnsweredOrClosed_andLeavesNothingBehind() throws Exception {
        try (var gateway = Setup.over(backend);
                var client = RawClient.connect(gateway.port())) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").halfClose();

            assertThat(new String(client.readToEnd(), StandardCharsets.ISO_8859_1))
                    .matches("(?s)|HTTP/1.1 200 .*");
            Setup.awaitNothingInFlight(gateway);
        }
    }

    @Test
    void manyPipelinedRequests_whileTheBackendStalls_areNotReadWithoutBound() throws Exception {
        backend.hold();
        try (var gateway = Setup.over(backend);
                var client = RawClient.connect(gateway.port())) {
            byte[] many = "GET / HTTP/1.1\r\nHost: a\r\n\r\n".repeat(1000).getBytes(StandardCharsets.US_ASCII);
            var sender = Concurrently.run(() -> {
                for (int i = 0; i < 5; i++) {
                    client.send(many);
                }
            });
            backend.awaitHeld(1);
            assertThat(backend.requests()).isEqualTo(1);
            backend.release();
            for (int i = 0; i < 5000; i++) {
                assertThat(client.read().status()).isEqualTo(200);
            }
            sender.join();
        }
    }
}
