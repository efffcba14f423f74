package dev.penstock.proxy.blackbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.catalog.ServiceSpec;
import dev.penstock.proxy.ClientRefusal;
import dev.penstock.proxy.ExchangeRecord;
import dev.penstock.proxy.Gateway;
import dev.penstock.route.Match;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.Eventually;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.Responder;
import dev.penstock.testkit.StubBackend;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients that would have the proxy hold more than it may: some go, the sum stays, and nobody else is harmed. */
class BufferBudgetRowsTest {
    private static final long BUDGET = 1 << 20;
    private static final int READ = 64 << 10;
    private static final int LEAST_PIECE = 8 << 10;
    private static final String REQUEST = "GET /big HTTP/1.1\r\nHost: a\r\n\r\n";

    private final EchoBackend backend = EchoBackend.start("B1");
    private final Records records = new Records();
    private final List<RawClient> clients = new ArrayList<>();

    @AfterEach
    void close() {
        clients.forEach(RawClient::close);
        backend.close();
    }

    /** Each client may have the whole budget, an eighth of it when little is left: a few of them are too many. */
    private Gateway start(ServiceSpec site) {
        return start(site, BUDGET);
    }

    private Gateway start(ServiceSpec site, long budget) {
        var limits = Setup.LISTENER.limits();
        var listener = Setup.LISTENER.withLimits(
                limits.withConnections(limits.connections().withBufferBytes((int) BUDGET)));
        return Setup.builder(listener, site)
                .buffers(budget)
                .threads(2)
                .observer(records)
                .start();
    }

    private static long cutOff(Gateway gateway) {
        return gateway.status("web").refused().getOrDefault(ClientRefusal.BUFFERS, 0L);
    }

    private void awaitNothingHeld(Gateway gateway) {
        clients.forEach(RawClient::reset);
        Eventually.eventually(
                Setup.GENEROUS, () -> assertThat(gateway.buffers().heldBytes()).isZero());
        Setup.awaitNothingInFlight(gateway);
    }

    @Test
    void slowReadersOfLargeAnswers_holdNoMoreThanTheBudget_andOthersAreServed() throws Exception {
        String piece = "0123456789".repeat(5_000);
        backend.answer(exchange -> {
            if (exchange.head().path().equals("/big")) {
                exchange.startChunked(200);
                for (int i = 0; i < 200; i++) { // more than the systems on the way hold
                    exchange.chunk(piece);
                }
                exchange.endChunked();
            } else {
                exchange.respond(200, new byte[1_000]);
            }
        });
        try (var gateway = start(Setup.site(backend));
                var other = RawClient.connect(gateway.port())) {
            for (int i = 0; i < 16; i++) {
                clients.add(RawClient.connectSlowReader(gateway.port(), 4_096).send(REQUEST));
            }

            Eventually.eventually(Setup.GENEROUS, () -> {
                assertThat(other.get("a", "/small").status()).isEqualTo(200);
                assertThat(gateway.buffers().heldBytes()).isLessThanOrEqualTo(BUDGET + 17 * READ);
                assertThat(cutOff(gateway)).isGreaterThanOrEqualTo(2);
            });

            assertThat(gateway.buffers().mostBytes()).isEqualTo(BUDGET);
            assertThat(other.get("a", "/small").status()).isEqualTo(200);
            awaitNothingHeld(gateway);
        }
    }

    /** Both are slow, by turns: what either has too much of waits where it is, and nobody is cut off for it. */
    @Test
    void slowEndpointBesideASlowClient_holdNoMoreThanTheirWatermarks_andTheFastAreUnharmed() throws Exception {
        int slow = 4;
        var running = new AtomicInteger(slow);
        int most = 16 << 10; // of an answer that its client does not take
        byte[] body = Setup.randomBytes(1, 8 << 20); // more than the systems on the way hold
        var limits = Setup.LISTENER.limits();
        var listener = Setup.LISTENER.withLimits(
                limits.withConnections(limits.connections().withBufferBytes(most)));
        try (var stub = StubBackend.start(connection -> {
                    connection.readHead();
                    var pace = new Pace(connection.hashCode(), 1);
                    for (int read = 0; read < body.length; ) {
                        int piece = Math.min(pace.next(), body.length - read);
                        byte[] expected = Arrays.copyOfRange(body, read, read + piece);
                        assertThat(connection.read(piece)).isEqualTo(expected);
                        read += piece;
                    }
                    connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n");
                    var faster = new Pace(connection.hashCode(), 4); // than its client, in the long run
                    for (int sent = 0; sent < body.length; ) {
                        int piece = Math.min(faster.next(), body.length - sent);
                        connection.send(Arrays.copyOfRange(body, sent, sent + piece));
                        sent += piece;
                    }
                    while (running.get() > 0) { // of a connection that ends epoll takes all that the system holds
                        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
                    }
                });
                var gateway = Setup.gateway()
                        .listener(listener)
                        .service(ServiceSpec.of("slow", stub.address()))
                        .service(Setup.service("fast", backend))
                        .route(Match.ALL.withHost("slow"), "slow")
                        .route(Match.ALL.withHost("fast"), "fast")
                        .threads(2)
                        .start()) {
            byte[] head = ("POST / HTTP/1.1\r\nHost: slow\r\nContent-Length: " + body.length + "\r\n\r\n")
                    .getBytes(ISO_8859_1);
            var sending = Concurrently.run(slow, index -> {
                try (var client = RawClient.connectSlowReader(gateway.port(), 4_096)) {
                    client.send(head).send(body); // as fast as it is taken
                    assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
                    var pace = new Pace(index, 1);
                    for (int read = 0; read < body.length; ) {
                        byte[] piece = client.input().readNBytes(Math.min(pace.next(), body.length - read));
                        assertThat(piece).isEqualTo(Arrays.copyOfRange(body, read, read + piece.length));
                        read += piece.length;
                    }
                } finally {
                    running.decrementAndGet();
                }
            });
            long highest = 0;
            int answered = 0;
            backend.answer(Responder.fixed(200, "quick"));
            try (var fast = RawClient.connect(gateway.port())) {
                while (running.get() > 0) {
                    assertThat(fast.get("fast", "/").text()).isEqualTo("quick");
                    answered++;
                    highest = Math.max(highest, gateway.buffers().heldBytes());
                }
            }
            sending.join();

            assertThat(answered).isGreaterThan(10);
            // What docs/security.md says of a connection.
            assertThat(highest).isBetween(1L, slow * (400L << 10));
            assertThat(gateway.status("web").refused()).isEmpty();
            awaitNothingHeld(gateway);
        }
    }

    /** Pieces of any length, with pauses before one of so many: now one side is the slower, now the other. */
    private static final class Pace {
        private final SplittableRandom random;
        private final int pauses;

        Pace(long seed, int pauses) {
            random = new SplittableRandom(seed);
            this.pauses = pauses;
        }

        int next() {
            if (random.nextInt(pauses) == 0) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(1, 8)));
            }
            return random.nextInt(LEAST_PIECE, 2 * READ);
        }
    }

    @Test
    void halfHeads_holdNoMoreThanTheBudget_andOthersAreServed() throws Exception {
        String half = "GET / HTTP/1.1\r\nHost: a\r\nX: " + "y".repeat(30_000);
        try (var gateway = start(Setup.site(backend));
                var other = RawClient.connect(gateway.port())) {
            for (int i = 0; i < 100; i++) {
                clients.add(RawClient.connect(gateway.port()).send(half));
                assertThat(gateway.buffers().heldBytes()).isLessThanOrEqualTo(BUDGET + (i + 2L) * READ);
            }

            Eventually.eventually(
                    Setup.GENEROUS, () -> assertThat(cutOff(gateway)).isGreaterThanOrEqualTo(60));
            Eventually.eventually(
                    Setup.GENEROUS,
                    () -> assertThat(gateway.buffers().heldBytes()).isLessThanOrEqualTo(BUDGET));
            assertThat(other.get("a", "/").status()).isEqualTo(200);
            awaitNothingHeld(gateway);
        }
    }

    @Test
    void bodiesThatNoEndpointTakes_holdNoMoreThanTheBudget() throws Exception {
        byte[] piece = new byte[100_000];
        try (var stub = StubBackend.start();
                var gateway = start(ServiceSpec.of("site", stub.address()))) {
            for (int i = 0; i < 16; i++) {
                var client = RawClient.connect(gateway.port());
                clients.add(client);
                client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n");
                Concurrently.run(() -> {
                    for (int sent = 0; sent < 1_000; sent++) {
                        client.send(piece); // until it is cut off
                    }
                });
            }

            Eventually.eventually(Setup.GENEROUS, () -> {
                assertThat(gateway.buffers().heldBytes()).isLessThanOrEqualTo(BUDGET + 32 * READ);
                assertThat(gateway.buffers().heldBytes()).isGreaterThan(BUDGET / 3);
            });
            awaitNothingHeld(gateway);
        }
    }

    @Test
    void tunnelWhoseClientReadsNothing_isCounted_andCutWhenTheBudgetIsSpent() throws Exception {
        byte[] piece = new byte[100_000];
        try (var stub = StubBackend.start();
                var gateway = start(ServiceSpec.of("site", stub.address()))) {
            for (int i = 0; i < 20; i++) {
                var client = RawClient.connectSlowReader(gateway.port(), 4_096);
                clients.add(client);
                client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: chat\r\n\r\n");
                var upstream = stub.accept();
                upstream.readHead();
                upstream.send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n");
                Concurrently.run(() -> {
                    for (int sent = 0; sent < 1_000; sent++) {
                        upstream.send(piece);
                    }
                });
            }

            Eventually.eventually(Setup.GENEROUS, () -> {
                assertThat(gateway.buffers().heldBytes()).isLessThanOrEqualTo(BUDGET + 40 * READ);
                assertThat(cutOff(gateway)).isPositive();
            });
            ExchangeRecord record = records.next();
            assertThat(record.reason()).isEqualTo("buffers");
            assertThat(record.ending().token()).isEqualTo("proxy.tunnel");
            awaitNothingHeld(gateway);
        }
    }

    /** What the allocator has taken from the system, whatever it is used for. */
    private static long directBytes() {
        return ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT)
                .metric()
                .usedDirectMemory();
    }

    @Test
    void lastByteOfALargeRead_countsAsWhatItKeepsFromBeingUsed() throws Exception {
        long budget = 2 << 20;
        int count = 200;
        backend.answer(Responder.fixed(200, ""));
        String upload = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n" + "x".repeat(60_000);
        try (var gateway = start(Setup.site(backend), budget)) {
            for (int i = 0; i < count; i++) {
                var client = RawClient.connect(gateway.port());
                clients.add(client);
                for (int j = 0; j < 3; j++) {
                    assertThat(client.exchange(upload).status()).isEqualTo(200);
                }
            }
            backend.hold();
            for (RawClient client : clients) {
                client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            }
            backend.awaitHeld(count);
            long before = directBytes();
            for (int i = 0; i < count; i++) {
                clients.get(i).send("G"); // of the next request, in a buffer for reads as large as those before
                if (i % 10 == 9) {
                    awaitLoops(gateway);
                    assertThat(directBytes() - before).isLessThan(4 * budget);
                }
            }
            Eventually.eventually(Setup.GENEROUS, () -> {
                assertThat(cutOff(gateway)).isGreaterThanOrEqualTo(count / 2);
                assertThat(gateway.buffers().heldBytes()).isLessThanOrEqualTo(budget);
            });
            backend.release();
            awaitNothingHeld(gateway);
        }
    }

    /** Waits until both event loops have been through what was sent before: what is no request is answered in its turn. */
    private static void awaitLoops(Gateway gateway) throws IOException {
        for (int i = 0; i < 4; i++) {
            try (var client = RawClient.connect(gateway.port())) {
                client.send("BAD\r\n\r\n").readToEnd();
            }
        }
    }
}
