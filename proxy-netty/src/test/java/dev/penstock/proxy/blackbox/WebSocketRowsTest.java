package dev.penstock.proxy.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.catalog.ClientTimeouts;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.catalog.UpstreamTimeouts;
import dev.penstock.proxy.Gateway;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.StubBackend;
import dev.penstock.time.Ticker;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class WebSocketRowsTest {
    private static final Duration SHORT = Duration.ofMillis(500);
    private static final ListenerSpec IMPATIENT = Setup.LISTENER.withTimeouts(new ClientTimeouts(
            SHORT, SHORT, SHORT, Duration.ofSeconds(30), Duration.ofSeconds(1), SHORT, Duration.ofMinutes(1)));
    private static final UpstreamTimeouts IMPATIENT_UPSTREAM =
            UpstreamTimeouts.defaults().withResponse(SHORT).withIdle(SHORT);

    private final WebSocketEcho echo = new WebSocketEcho();

    @AfterEach
    void closeEcho() {
        echo.close();
    }

    private ServiceSpec site() {
        return ServiceSpec.of("site", "127.0.0.1:" + echo.port());
    }

    private static WebSocket connect(Gateway gateway, Received received) throws Exception {
        return HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create("ws://127.0.0.1:" + gateway.port() + "/chat?x=1"), received)
                .get(30, TimeUnit.SECONDS);
    }

    @Test
    void H11_thousandTextFrames_areEchoedIntact_andOneMoreAfterAPause() throws Exception {
        var random = new SplittableRandom(11);
        var received = new Received();
        // All time-outs but the tunnel's own are shorter than the pause: none of them may end the tunnel.
        try (var gateway = Setup.start(IMPATIENT, site().withTimeouts(IMPATIENT_UPSTREAM))) {
            var socket = connect(gateway, received);
            for (int i = 0; i < 1000; i++) {
                String text = text(random, 1024 + random.nextInt(63 * 1024 + 1));
                socket.sendText(text, true).get(30, TimeUnit.SECONDS);
                assertThat(received.next())
                        .as("frame %d of %d", i, text.length())
                        .isEqualTo(text);
            }
            pause(Duration.ofSeconds(2));
            socket.sendText("one more", true).get(30, TimeUnit.SECONDS);

            assertThat(received.next()).isEqualTo("one more");
            socket.sendClose(WebSocket.NORMAL_CLOSURE, "bye").get(30, TimeUnit.SECONDS);
            assertThat(received.closed.await(30, TimeUnit.SECONDS)).isTrue();
            Setup.awaitNothingInFlight(gateway);
        }
        assertThat(UpstreamTimeouts.defaults().tunnel()).isEqualTo(Duration.ofHours(1));
    }

    @Test
    @Tag("slow")
    void H11_idleForAMinute_withTheDefaults_thenOneMoreFrame() throws Exception {
        var received = new Received();
        try (var gateway = Setup.start(site())) {
            var socket = connect(gateway, received);
            pause(Duration.ofSeconds(61));
            socket.sendText("one more", true).get(30, TimeUnit.SECONDS);

            assertThat(received.next()).isEqualTo("one more");
            socket.abort();
        }
    }

    private static void pause(Duration time) throws InterruptedException {
        assertThat(new CountDownLatch(1).await(time.toMillis(), TimeUnit.MILLISECONDS))
                .isFalse();
    }

    private static String text(SplittableRandom random, int length) {
        var text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append((char) ('a' + random.nextInt(26)));
        }
        return text.toString();
    }

    private static final String UPGRADE =
            "GET /t HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: chat\r\n\r\n";
    private static final String SWITCHING =
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n";

    @Test
    void H11_tunnel_passesBytesBothWays_andAHalfClose() throws Exception {
        try (var stub = StubBackend.start();
                var gateway = Setup.start(ServiceSpec.of("site", stub.address()));
                var client = RawClient.connect(gateway.port())) {
            client.send(UPGRADE);
            var upstream = stub.accept();
            assertThat(upstream.readHead())
                    .containsIgnoringCase("\r\nConnection: upgrade\r\n")
                    .containsIgnoringCase("\r\nUpgrade: chat\r\n");
            upstream.send(SWITCHING + "early");
            var response = client.read();
            assertThat(response.status()).isEqualTo(101);
            assertThat(response.header("Upgrade")).contains("chat");
            assertThat(response.header("Connection").orElseThrow()).isEqualToIgnoringCase("upgrade");
            assertThat(client.input().readNBytes(5)).asString().isEqualTo("early");

            byte[] up = Setup.randomBytes(1, 300_000);
            client.send(up).halfClose();
            assertThat(upstream.readToEnd()).isEqualTo(up);
            byte[] down = Setup.randomBytes(2, 300_000);
            upstream.send(down).close();
            assertThat(client.readToEnd()).isEqualTo(down);
            Setup.awaitNothingInFlight(gateway);
        }
    }

    @Test
    void H11_upgrade_thatTheBackendRefuses_isAnOrdinaryExchange() throws Exception {
        try (var stub = StubBackend.answering("HTTP/1.1 426 Upgrade Required\r\nContent-Length: 2\r\n\r\nno");
                var gateway = Setup.start(ServiceSpec.of("site", stub.address()));
                var client = RawClient.connect(gateway.port())) {
            assertThat(client.exchange(UPGRADE).status()).isEqualTo(426);
            assertThat(client.get("a", "/").status()).isEqualTo(426);
        }
    }

    @Test
    void H11_tunnel_thatIsSilentForItsTime_isClosed() throws Exception {
        var timeouts = UpstreamTimeouts.defaults().withTunnel(Duration.ofMillis(500));
        try (var stub = StubBackend.start();
                var gateway = Setup.start(ServiceSpec.of("site", stub.address()).withTimeouts(timeouts));
                var client = RawClient.connect(gateway.port())) {
            client.send(UPGRADE);
            var upstream = stub.accept();
            upstream.readHead();
            upstream.send(SWITCHING);
            client.read();
            long start = Ticker.system().nanos();

            assertThat(client.readToEnd()).isEmpty();
            assertThat(Setup.since(start)).isGreaterThan(Duration.ofMillis(450));
            assertThat(upstream.readToEnd()).isEmpty();
            Setup.awaitNothingInFlight(gateway);
        }
    }

    /** Whole text messages as they come in. */
    private static final class Received implements WebSocket.Listener {
        final CountDownLatch closed = new CountDownLatch(1);
        private final LinkedBlockingQueue<String> messages = new LinkedBlockingQueue<>();
        private final StringBuilder partial = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            partial.append(data);
            if (last) {
                messages.add(partial.toString());
                partial.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            closed.countDown();
            return null;
        }

        String next() throws InterruptedException {
            return messages.poll(30, TimeUnit.SECONDS);
        }
    }
}
