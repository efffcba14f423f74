package dev.penstock.proxy.blackbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.proxy.GatewayException;
import dev.penstock.testkit.DeadAddress;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.Eventually;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.StubBackend;
import dev.penstock.time.Ticker;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DrainTest {
    /** With four descriptors each: {@code -Dpenstock.websockets=N} has more of them, as far as {@code ulimit -n} goes. */
    private static final int WEB_SOCKETS = 2_000;

    private static final String WEB_SOCKET = String.join(
            "\r\n",
            "GET / HTTP/1.1",
            "Host: a",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "",
            "");
    private static final String FRAME = "\u0081\u0085\u0000\u0000\u0000\u0000hello"; // its mask is zero
    private static final String ECHOED = "\u0081\u0005hello";

    private final EchoBackend backend = EchoBackend.start("B1");

    @AfterEach
    void closeBackend() {
        backend.close();
    }

    @Test
    void drain_letsTheRequestInFlightEnd_refusesNewOnes_andClosesIdleOnes() throws Exception {
        try (var gateway = Setup.over(backend);
                var idle = RawClient.connect(gateway.port());
                var busy = RawClient.connect(gateway.port())) {
            idle.get("a", "/");
            backend.hold();
            busy.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            backend.awaitHeld(1);

            var drained = gateway.drain(Duration.ofSeconds(60)).toCompletableFuture();

            assertThat(idle.readToEnd()).isEmpty();
            Refusals.awaitRefused(gateway.port());
            assertThat(drained).isNotDone();
            backend.release();
            var response = busy.read();
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.headers("Connection")).containsExactly("close");
            assertThat(busy.readToEnd()).isEmpty();
            drained.get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void drain_whileAnAnswerIsUnderWay_stillTakesTheNextRequest_andAnnouncesTheEndInItsAnswer() throws Exception {
        try (var stub = StubBackend.start();
                var gateway = Setup.start(ServiceSpec.of("site", stub.address()));
                var client = RawClient.connect(gateway.port())) {
            client.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n");
            var connection = stub.accept();
            connection.readHead();
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nha");
            assertThat(client.readHead()).doesNotContainIgnoringCase("connection: close");
            gateway.drain(Duration.ofSeconds(60));
            client.send("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
            connection.send("lf");
            assertThat(client.input().readNBytes(4)).asString(US_ASCII).isEqualTo("half");

            connection.readHead();
            connection.send("HTTP/1.1 204 No Content\r\n\r\n");

            assertThat(client.readHead()).startsWith("HTTP/1.1 204 ").containsIgnoringCase("connection: close");
            assertThat(client.readToEnd()).isEmpty();
        }
    }

    @Test
    void drain_atItsLimit_cutsIdleTunnels_andLeavesNothing() throws Exception {
        int tunnels = 200;
        backend.answer(exchange ->
                exchange.send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n"));
        try (var gateway = Setup.over(backend)) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < tunnels; i++) {
                var client = RawClient.connect(gateway.port());
                clients.add(client);
                client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n");
                assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
            }
            assertThat(gateway.status("web").connections()).isEqualTo(tunnels);

            gateway.drain(Duration.ofMillis(300)).toCompletableFuture().get(60, TimeUnit.SECONDS);

            for (RawClient client : clients) {
                assertThat(client.readToEnd()).isEmpty();
                client.close();
            }
            Setup.awaitNothingInFlight(gateway);
        }
    }

    /** Each takes four descriptors of this process. */
    private static int mostSockets() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? (int) Math.min(Integer.MAX_VALUE, system.getMaxFileDescriptorCount() / 5)
                : Integer.MAX_VALUE;
    }

    @Test
    void H11_drain_ofManyIdleWebSockets_endsThemAllAtItsLimit_andLeavesNothing() throws Exception {
        int sockets = Integer.getInteger("penstock.websockets", Math.min(WEB_SOCKETS, mostSockets()));
        var limits = Setup.LISTENER.limits();
        var roomy = Setup.LISTENER.withLimits(
                limits.withConnections(limits.connections().withMost(sockets, sockets)));
        List<RawClient> clients = new ArrayList<>();
        try (var echo = new WebSocketEcho();
                var gateway = Setup.start(roomy, ServiceSpec.of("site", "127.0.0.1:" + echo.port()))) {
            for (int i = 0; i < sockets; i++) {
                var client = RawClient.connect(gateway.port());
                clients.add(client);
                client.send(WEB_SOCKET);
                assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
            }
            for (RawClient client : clients) { // each is a tunnel to somebody who answers
                client.send(FRAME);
                assertThat(client.input().readNBytes(ECHOED.length()))
                        .asString(ISO_8859_1)
                        .isEqualTo(ECHOED);
            }
            assertThat(gateway.status("web").connections()).isEqualTo(sockets);
            assertThat(gateway.status("web").refused()).isEmpty();
            long start = Ticker.system().nanos();

            var drained = gateway.drain(Duration.ofSeconds(3)).toCompletableFuture();

            Refusals.awaitRefused(gateway.port());
            assertThat(drained).isNotDone(); // they have this time to end by themselves
            drained.get(60, TimeUnit.SECONDS);
            assertThat(Setup.since(start)).isBetween(Duration.ofMillis(2_950), Setup.GENEROUS);
            for (RawClient client : clients) {
                assertThat(client.readToEnd()).isEmpty(); // the gateway puts no frame of its own between theirs
            }
            Setup.awaitNothingInFlight(gateway);
            Eventually.eventually(Setup.GENEROUS, () -> {
                assertThat(echo.openConnections()).isZero();
                assertThat(gateway.status("web").connections()).isZero();
                assertThat(gateway.buffers().heldBytes()).isZero();
            });
        } finally {
            clients.forEach(RawClient::close);
        }
    }

    @Test
    void drain_atItsLimit_cutsWhatIsStillInFlight() throws Exception {
        try (var gateway = Setup.over(backend);
                var busy = RawClient.connect(gateway.port())) {
            backend.hold();
            busy.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            backend.awaitHeld(1);
            long start = Ticker.system().nanos();
            var drained = gateway.drain(Duration.ofMillis(500)).toCompletableFuture();

            drained.get(60, TimeUnit.SECONDS);
            assertThat(Setup.since(start)).isGreaterThan(Duration.ofMillis(450));
            assertThatThrownBy(busy::read).isInstanceOf(IOException.class);
            Setup.awaitNothingInFlight(gateway);
        }
    }

    @Test
    void close_withARequestThatNeverEnds_returnsAfterTheDrainTimeout() throws Exception {
        var listener = Setup.LISTENER.withTimeouts(Setup.LISTENER.timeouts().withDrain(Duration.ofMillis(300)));
        backend.hold();
        var gateway = Setup.start(listener, Setup.site(backend));
        try (var busy = RawClient.connect(gateway.port())) {
            busy.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            backend.awaitHeld(1);
            gateway.close();

            assertThatThrownBy(busy::read).isInstanceOf(IOException.class);
        }
        gateway.close(); // A second time does nothing.
        backend.release();
        assertThatThrownBy(() -> RawClient.connect(gateway.port()).close()).isInstanceOf(RuntimeException.class);
        Eventually.eventually(
                Setup.GENEROUS, () -> assertThat(backend.openConnections()).isZero());
    }

    @Test
    void start_withPortsInUse_namesEachAndLeavesNothingOpen() throws Exception {
        try (var taken1 = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var taken2 = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int free;
            try (var reserved = DeadAddress.refusing()) {
                free = reserved.port();
            }
            String one = "127.0.0.1:" + taken1.getLocalPort();
            String two = "127.0.0.1:" + taken2.getLocalPort();
            var builder = Setup.gateway()
                    .listener(ListenerSpec.of("good", "127.0.0.1:" + free))
                    .listener(ListenerSpec.of("bad1", one))
                    .listener(ListenerSpec.of("bad2", two))
                    .service(Setup.site(backend));

            assertThatThrownBy(builder::start)
                    .isInstanceOf(GatewayException.class)
                    .hasMessageContaining(one)
                    .hasMessageContaining(two);
            assertThatThrownBy(() -> RawClient.connect(free).close()).isInstanceOf(RuntimeException.class);
        }
    }

    @Test
    void listener_afterTheGatewayWasClosed_canBeOpenedAgain() throws Exception {
        int port;
        try (var gateway = Setup.over(backend)) {
            port = gateway.port();
            assertThat(Setup.statusOfNewConnection(gateway)).isEqualTo(200);
        }
        for (int i = 0; i < 5; i++) {
            try (var gateway = Setup.start(ListenerSpec.of("web", "127.0.0.1:" + port), Setup.site(backend))) {
                assertThat(gateway.port()).isEqualTo(port);
                assertThat(Setup.statusOfNewConnection(gateway)).isEqualTo(200);
            }
        }
    }
}
