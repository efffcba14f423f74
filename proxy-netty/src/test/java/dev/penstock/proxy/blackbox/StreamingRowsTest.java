package dev.penstock.proxy.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.catalog.ServiceSpec;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.Eventually;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.StubBackend;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamingRowsTest {
    private static final int BLOCK = 64 << 10;
    private static final long ENOUGH_TO_STALL = 256L << 20;

    @Test
    void H12_firstChunk_reachesTheClientBeforeTheSecondIsSent() throws Exception {
        try (var stub = StubBackend.start();
                var gateway = Setup.start(ServiceSpec.of("site", stub.address()));
                var client = RawClient.connect(gateway.port())) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            var upstream = stub.accept();
            upstream.readHead();
            upstream.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
            assertThat(client.input().readNBytes(10)).asString().isEqualTo("5\r\nfirst\r\n");

            upstream.send("6\r\nsecond\r\n0\r\n\r\n");
            assertThat(client.input().readNBytes(16)).asString().isEqualTo("6\r\nsecond\r\n0\r\n\r\n");
        }
    }

    @Test
    void H12_firstBytesOfARequestBody_reachTheBackendBeforeTheRestIsSent() throws Exception {
        try (var stub = StubBackend.start();
                var gateway = Setup.start(ServiceSpec.of("site", stub.address()));
                var client = RawClient.connect(gateway.port())) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nfirst");
            var upstream = stub.accept();
            upstream.readHead();
            assertThat(upstream.read(5)).asString().isEqualTo("first");

            client.send("again");
            assertThat(upstream.read(5)).asString().isEqualTo("again");
            upstream.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            assertThat(client.read().text()).isEqualTo("ok");
        }
    }

    @Test
    void H12_slowReader_stallsTheBackend_insteadOfFillingTheProxy() throws Exception {
        var sent = new AtomicLong();
        var ended = new CountDownLatch(1);
        try (var backend = EchoBackend.start("B1", exchange -> {
                    exchange.send("HTTP/1.1 200 OK\r\nContent-Length: " + ENOUGH_TO_STALL + "\r\n\r\n");
                    var block = new byte[BLOCK];
                    try {
                        for (long left = ENOUGH_TO_STALL; left > 0; left -= BLOCK) {
                            exchange.send(block);
                            sent.addAndGet(BLOCK);
                        }
                    } finally {
                        ended.countDown();
                    }
                });
                var gateway = Setup.over(backend);
                var client = RawClient.connectSlowReader(gateway.port(), 4096)) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            client.readHead();
            long stalledAt = awaitStall(sent);

            assertThat(stalledAt).isLessThan(ENOUGH_TO_STALL / 4);
            assertThat(ended.getCount()).isEqualTo(1);
            client.input().readNBytes((int) stalledAt + (1 << 20));
            Eventually.eventually(Setup.GENEROUS, () -> assertThat(sent.get()).isGreaterThan(stalledAt));
            client.reset();
            assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void H12_slowBackend_stallsTheUpload_insteadOfFillingTheProxy() throws Exception {
        var go = new CountDownLatch(1);
        try (var backend = EchoBackend.start("B1", exchange -> {
                    awaitQuietly(go);
                    long count = exchange.body().transferTo(OutputStream.nullOutputStream());
                    exchange.respond(200, Long.toString(count).getBytes(StandardCharsets.US_ASCII));
                });
                var gateway = Setup.over(backend);
                var client = RawClient.connect(gateway.port())) {
            long total = 64L << 20;
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + total + "\r\n\r\n");
            var sent = new AtomicLong();
            var sender = Concurrently.run(() -> {
                var block = new byte[BLOCK];
                for (long left = total; left > 0; left -= BLOCK) {
                    client.send(block);
                    sent.addAndGet(BLOCK);
                }
            });

            assertThat(awaitStall(sent)).isLessThan(total / 2);
            go.countDown();
            assertThat(client.read().text()).isEqualTo(Long.toString(total));
            sender.join();
        }
    }

    private static long awaitStall(AtomicLong sent) {
        var last = new AtomicLong(-1);
        Eventually.eventually(Setup.GENEROUS, () -> {
            long before = sent.get();
            awaitQuietly(new CountDownLatch(1), 300);
            long now = sent.get();
            last.set(now);
            assertThat(now).isPositive().isEqualTo(before);
        });
        return last.get();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        awaitQuietly(latch, 60_000);
    }

    private static boolean awaitQuietly(CountDownLatch latch, long millis) {
        try {
            return latch.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** What the backend sends before it closes; each is less than it announced. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nT: u\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nx\r\n",
            })
    void responseBody_thatIsCutShort_isNeverMadeWhole(String response) throws Exception {
        try (var stub = StubBackend.start(connection -> {
                    connection.readHead();
                    connection.send(response);
                });
                var gateway = Setup.start(ServiceSpec.of("site", stub.address()));
                var client = RawClient.connect(gateway.port())) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            try {
                // Where nothing of it was sent on, an error answer is as good.
                assertThat(client.read().status()).isEqualTo(502);
            } catch (IOException broken) {
                assertThatThrownBy(client::read).isInstanceOf(IOException.class);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200 OK\r\nA: b\r\n",
                "nonsense\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nokk",
                "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nokk",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nokk",
                "HTTP/1.1 200 OK\r\nA: b\u0000c\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/1.1 2000 OK\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/1.1 99 OK\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/2.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
            })
    void responseHead_thatIsMalformed_gets502(String response) throws Exception {
        try (var stub = StubBackend.start(connection -> {
                    connection.readHead();
                    connection.send(response);
                });
                var gateway = Setup.start(ServiceSpec.of("site", stub.address()));
                var client = RawClient.connect(gateway.port())) {
            assertThat(client.exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
                            .status())
                    .isEqualTo(502);
        }
    }

    @Test
    void response_thatComesBeforeTheUploadHasEnded_reachesTheClientAtOnce() throws Exception {
        try (var stub = StubBackend.start();
                var gateway = Setup.start(ServiceSpec.of("site", stub.address()));
                var client = RawClient.connect(gateway.port())) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nbeginning");
            var upstream = stub.accept();
            upstream.readHead();
            upstream.send("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig");

            var response = client.read();
            assertThat(response.status()).isEqualTo(413);
            assertThat(response.text()).isEqualTo("big");
            upstream.close();
        }
    }
}
