package dev.penstock.proxy.blackbox;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.penstock.catalog.ClientTimeouts;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.catalog.UpstreamTimeouts;
import dev.penstock.proxy.LocalAnswer;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.Eventually;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.StubBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Clients and endpoints that stop half-way: none may hold a connection or memory for ever. */
class StalledPeersTest {
    private static final Duration SHORT = Duration.ofMillis(500);

    private static ListenerSpec listener(Duration body, Duration write) {
        ClientTimeouts timeouts = Setup.LISTENER.timeouts();
        return Setup.LISTENER.withTimeouts(timeouts.withBody(body).withWrite(write));
    }

    @Test
    void bodyOfARefusedRequest_thatNeverComes_endsTheConnectionAfterTheBodyTimeout() throws Exception {
        try (var gateway = Setup.gateway().listener(listener(SHORT, SHORT)).start();
                var client = RawClient.connect(gateway.port())) {
            var refused = client.exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n");

            assertThat(refused.status()).isEqualTo(404);
            assertThat(client.readToEnd()).isEmpty();
        }
    }

    @Test
    void bodyForAHandler_thatNeverComes_gets408AfterTheBodyTimeout() throws Exception {
        try (var gateway = Setup.gateway()
                        .listener(listener(SHORT, SHORT))
                        .handler("web", request -> LocalAnswer.of(200, Map.of(), ""))
                        .start();
                var client = RawClient.connect(gateway.port())) {
            var late = client.exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n");

            assertThat(late.status()).isEqualTo(408);
        }
    }

    @Test
    void clientThatWaitsForTheGoAhead_isNotTakenForSilent() throws Exception {
        try (var stub = StubBackend.start();
                var gateway = Setup.start(listener(SHORT, SHORT), ServiceSpec.of("site", stub.address()));
                var client = RawClient.connect(gateway.port())) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
            var upstream = stub.accept();
            upstream.readHead();

            assertThat(client.staysSilent(SHORT.multipliedBy(3))).isTrue();
            upstream.send("HTTP/1.1 100 Continue\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 100 ");
            client.send("body");
            assertThat(upstream.read(4)).asString(US_ASCII).isEqualTo("body");
            upstream.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(200);
        }
    }

    @Test
    void clientThatSendsRequestsAndReadsNoAnswers_isHeldBackAndCutOff() {
        byte[] many = "GET / HTTP/1.1\r\nHost: a\r\n\r\n".repeat(1_000).getBytes(US_ASCII);
        try (var gateway = Setup.gateway().listener(listener(SHORT, SHORT)).start();
                var client = RawClient.connectSlowReader(gateway.port(), 4_096)) {
            // More than all buffers of both systems take; each request has an answer longer than itself.
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 1_200; i++) {
                            client.send(many);
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void drain_whileAnswersWaitForASlowReader_cutsNoneShort() throws Exception {
        byte[] answer = new byte[16 << 10];
        byte[] many = "GET / HTTP/1.1\r\nHost: a\r\n\r\n".repeat(3_000).getBytes(US_ASCII);
        try (var backend = EchoBackend.start("B1")) {
            backend.answer(exchange -> exchange.respond(200, answer));
            try (var gateway = Setup.start(listener(SHORT, Setup.GENEROUS), Setup.site(backend));
                    var client = RawClient.connectSlowReader(gateway.port(), 4_096)) {
                client.send(many);
                awaitStall(backend);

                var drained = gateway.drain(Setup.GENEROUS).toCompletableFuture();
                int answers = 0;
                for (byte[] rest = client.input().readNBytes(1);
                        rest.length > 0;
                        rest = client.input().readNBytes(1)) {
                    var head = new String(rest, US_ASCII) + client.readHead();
                    assertThat(head).startsWith("HTTP/1.1 200 ");
                    assertThat(client.input().readNBytes(answer.length)).hasSize(answer.length);
                    answers++;
                }

                assertThat(answers).isEqualTo(backend.requests()).isLessThan(3_000);
                drained.get(60, TimeUnit.SECONDS);
            }
        }
    }

    /** Waits until no request has come for two looks in a row. */
    private static void awaitStall(EchoBackend backend) {
        var last = new long[] {0};
        Eventually.eventually(Setup.GENEROUS, () -> {
            long before = last[0];
            last[0] = backend.requests();
            assertThat(before).isPositive().isEqualTo(backend.requests());
        });
    }

    @Test
    void tunnel_whoseClientReadsNothing_isCutAfterItsTimes() throws Exception {
        try (var stub = StubBackend.start();
                var gateway = Setup.start(
                        listener(SHORT, SHORT),
                        ServiceSpec.of("site", stub.address())
                                .withTimeouts(UpstreamTimeouts.defaults().withTunnel(SHORT)));
                var client = RawClient.connectSlowReader(gateway.port(), 4_096)) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: chat\r\n\r\n");
            var upstream = stub.accept();
            upstream.readHead();
            upstream.send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 1_000; i++) {
                            upstream.send(new byte[100_000]);
                        }
                    })
                    .isInstanceOf(IOException.class);

            Eventually.eventually(
                    Setup.GENEROUS,
                    () -> assertThatThrownBy(() -> client.send("x")).isInstanceOf(IOException.class));
        }
    }

    @Test
    void tunnelThatSaysNothing_isWatchedByTheSystem_onBothSides_asLongAsSaid() throws Exception {
        assumeThat(Path.of("/proc/net/tcp")).exists();
        var listener = Setup.LISTENER.withTimeouts(ClientTimeouts.defaults().withKeepAlive(Duration.ofHours(1)));
        try (var stub = StubBackend.start();
                var gateway = Setup.start(listener, ServiceSpec.of("site", stub.address()));
                var client = RawClient.connect(gateway.port())) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: chat\r\n\r\n");
            var upstream = stub.accept();
            upstream.readHead();
            upstream.send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n");
            client.readHead();

            Eventually.eventually(Setup.GENEROUS, () -> {
                assertThat(timers(gateway.port(), client.localPort()))
                        .singleElement()
                        .satisfies(StalledPeersTest::isOfHours);
                assertThat(timersTo(stub.port())).singleElement().satisfies(StalledPeersTest::isOfHours);
            });
            upstream.close();
            client.readToEnd();
        }
    }

    /** Keep-alive is kind 2; then the time left, in hundredths of a second: more than half an hour, less than the hours of the system's own. */
    private static void isOfHours(String timer) {
        assertThat(timer).startsWith("02:");
        assertThat(Long.parseLong(timer.substring(3), 16)).isBetween(180_000L, 360_000L);
    }

    /** The timers of connections with these ports, as Linux lists them; of the proxy's own side only. */
    private static List<String> timers(int local, int remote) throws IOException {
        return timers(hex(local), hex(remote));
    }

    private static List<String> timersTo(int remote) throws IOException {
        return timers("", hex(remote));
    }

    private static String hex(int port) {
        return String.format(Locale.ROOT, ":%04X", port);
    }

    private static List<String> timers(String local, String remote) throws IOException {
        List<String> timers = new ArrayList<>();
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            if (Files.exists(Path.of(table))) {
                Files.readAllLines(Path.of(table)).stream()
                        .filter(line -> line.contains(remote))
                        .map(line -> line.strip().split("\\s+"))
                        .filter(fields -> fields[1].endsWith(local) && fields[2].endsWith(remote))
                        .map(fields -> fields[5])
                        .forEach(timers::add);
            }
        }
        return timers;
    }
}
