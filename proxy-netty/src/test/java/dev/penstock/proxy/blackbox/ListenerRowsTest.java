package dev.penstock.proxy.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.Penstock;
import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.ClientTimeouts;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.RouteSpec;
import dev.penstock.proxy.Gateway;
import dev.penstock.route.Match;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.Eventually;
import dev.penstock.testkit.RawClient;
import dev.penstock.time.Ticker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Listeners that are deleted while requests run, and created again. */
class ListenerRowsTest {
    private static final Duration DRAIN = Duration.ofSeconds(1);

    private final EchoBackend backend = EchoBackend.start("B1");
    private final Penstock penstock = Penstock.builder().build();
    private Gateway gateway;

    @BeforeEach
    void start() {
        apply();
        gateway = Setup.gateway().penstock(penstock).start();
    }

    @AfterEach
    void close() {
        gateway.close();
        penstock.close();
        backend.close();
    }

    private void apply(ListenerSpec... listeners) {
        penstock.apply(new CatalogState(
                "test", List.of(listeners), List.of(RouteSpec.of(Match.ALL, "site")), List.of(Setup.site(backend))));
    }

    private static ListenerSpec listener(int port) {
        return ListenerSpec.of("web", "127.0.0.1:" + port)
                .withTimeouts(ClientTimeouts.defaults().withDrain(DRAIN));
    }

    @Test
    void F15_deletedListener_takesNoMore_letsShortRequestsEnd_andCutsLongOnesAtItsLimit() throws Exception {
        int port = freePort();
        apply(listener(port));
        assertServes(port);
        try (var idle = RawClient.connect(port);
                var brief = RawClient.connect(port);
                var endless = RawClient.connect(port)) {
            idle.get("a", "/");
            backend.answer(exchange -> {
                if (exchange.head().target().equals("/endless")) {
                    exchange.startChunked(200);
                    exchange.chunk("x");
                    LockSupport.parkNanos(Duration.ofSeconds(10).toNanos());
                } else {
                    exchange.respond(200, new byte[2]);
                }
            });
            backend.hold();
            brief.send("GET /brief HTTP/1.1\r\nHost: a\r\n\r\n");
            endless.send("GET /endless HTTP/1.1\r\nHost: a\r\n\r\n");
            backend.awaitHeld(2);

            long deleted = Ticker.system().nanos();
            apply();
            Refusals.awaitRefused(port);
            assertThat(idle.readToEnd()).isEmpty();
            backend.release();
            assertThat(brief.read().status()).isEqualTo(200);
            endless.readToEnd();

            assertThat(Setup.since(deleted)).isBetween(DRAIN, DRAIN.plusSeconds(8)); // it was not let end
        }
        assertThat(ClientTimeouts.defaults().drain()).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void F16_listener_deletedAndCreatedAgainOnItsPort_serves_twentyTimes_andLeavesNoThread() throws Exception {
        int port = freePort();
        apply(listener(port));
        assertServes(port);
        int threads = loops();
        for (int i = 0; i < 20; i++) {
            apply();
            Refusals.awaitRefused(port);
            apply(listener(port));
            assertServes(port);
        }

        assertThat(loops()).isEqualTo(threads);
        long version = gateway.penstock().table().version();
        gateway.followed(version).toCompletableFuture().get(30, TimeUnit.SECONDS); // a port may serve a little earlier
        assertThat(gateway.status("web").connections()).isLessThanOrEqualTo(1);
    }

    private static void assertServes(int port) {
        Eventually.eventually(Setup.GENEROUS, () -> {
            try (var client = RawClient.connect(port)) {
                assertThat(client.get("a", "/").status()).isEqualTo(200);
            }
        });
    }

    private static int loops() {
        return (int) Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("penstock-loop"))
                .count();
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
