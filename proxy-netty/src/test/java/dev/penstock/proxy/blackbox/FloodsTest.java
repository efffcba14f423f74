package dev.penstock.proxy.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.penstock.catalog.ListenerSpec;
import dev.penstock.proxy.ClientRefusal;
import dev.penstock.proxy.Gateway;
import dev.penstock.proxy.Transport;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.Eventually;
import dev.penstock.testkit.RawClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Clients that send, hold or drop more than anybody needs: nothing stays of them, and nothing grows. */
class FloodsTest {
    private static final String REQUEST = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final int PIPELINED = 1_000_000;

    private final EchoBackend backend = EchoBackend.start("B1");

    @AfterEach
    void closeBackend() {
        backend.close();
    }

    private static void awaitNobody(Gateway gateway) {
        Eventually.eventually(
                Setup.GENEROUS,
                () -> assertThat(gateway.status("web").connections()).isZero());
    }

    // Netty's CVE-2026-42577: on epoll such connections stayed for ever, and the loop spun.
    @Test
    void clientsThatHalfCloseThenReset_areAllGone_andTheLoopsRest() throws Exception {
        halfCloseThenReset(1_000);
    }

    @Test
    @Tag("slow")
    void tenThousandClientsThatHalfCloseThenReset_areAllGone_andTheLoopsRest() throws Exception {
        halfCloseThenReset(10_000);
    }

    private void halfCloseThenReset(int clients) throws Exception {
        backend.hold();
        try (var gateway = Setup.over(backend)) {
            assumeThat(gateway.transport()).isEqualTo(Transport.EPOLL); // the others are told nothing of such a reset
            for (int i = 0; i < clients; i++) {
                var client = RawClient.connect(gateway.port());
                switch (i % 4) {
                    case 0 ->
                        client.send(i % 100 == 0 ? REQUEST : "GET / HTTP/1.1\r\n")
                                .halfClose();
                    case 1 -> client.halfClose();
                    case 2 -> client.send(REQUEST.repeat(3).substring(0, 40)).halfClose();
                    default ->
                        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf")
                                .halfClose();
                }
                client.reset();
            }

            awaitNobody(gateway);
            Setup.awaitNothingInFlight(gateway);
            backend.release();
            Eventually.eventually(
                    Setup.GENEROUS,
                    () -> assertThat(cpuOfLoops(Duration.ofMillis(500))).isLessThan(Duration.ofMillis(150)));
            assertThat(Setup.statusOfNewConnection(gateway)).isEqualTo(200);
        }
    }

    /** What all event loops of this process use of the processors while a connection stays silent for so long. */
    private Duration cpuOfLoops(Duration time) throws IOException {
        try (var idle = RawClient.connect(backend.port())) {
            long before = cpuOfLoops();
            assertThat(idle.staysSilent(time)).isTrue();
            return Duration.ofNanos(cpuOfLoops() - before);
        }
    }

    private static long cpuOfLoops() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return Arrays.stream(threads.getAllThreadIds())
                .filter(id -> threads.getThreadInfo(id) != null
                        && threads.getThreadInfo(id).getThreadName().startsWith("penstock-loop"))
                .map(threads::getThreadCpuTime)
                .filter(nanos -> nanos > 0)
                .sum();
    }

    // Netty's CVE-2026-93491: pipelined requests were decoded and queued without bound.
    @Test
    void millionPipelinedRequests_whileTheEndpointStalls_areLeftWithTheSystem() {
        backend.hold();
        byte[] many = REQUEST.repeat(1_000).getBytes(StandardCharsets.US_ASCII);
        var sent = new AtomicLong();
        try (var gateway = Setup.over(backend);
                var client = RawClient.connect(gateway.port())) {
            Concurrently.run(() -> {
                while (sent.get() < PIPELINED) {
                    client.send(many);
                    sent.addAndGet(1_000);
                }
            });
            backend.awaitHeld(1);
            awaitStandstill(sent);

            assertThat(sent.get()).isPositive().isLessThan(PIPELINED / 2);
            assertThat(backend.requests()).isEqualTo(1);
            client.reset();
            awaitNobody(gateway);
            Setup.awaitNothingInFlight(gateway);
        } finally {
            backend.release();
        }
    }

    private static void awaitStandstill(AtomicLong count) {
        var last = new long[] {-1, 0};
        Eventually.eventually(Setup.GENEROUS, () -> {
            last[1] = last[0] == count.get() ? last[1] + 1 : 0;
            last[0] = count.get();
            assertThat(last[1]).isGreaterThanOrEqualTo(10); // so many looks in a row
        });
    }

    @Test
    void trailersWithoutEnd_areRefused() throws Exception {
        try (var gateway = Setup.over(backend);
                var client = RawClient.connect(gateway.port())) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n");
            byte[] trailer = ("X: " + "y".repeat(1_000) + "\r\n").repeat(100).getBytes(StandardCharsets.US_ASCII);
            long sent = 0;
            try {
                for (; sent < 100_000_000; sent += trailer.length) {
                    client.send(trailer);
                }
            } catch (IOException e) {
                assertThat(sent).isLessThan(100_000_000);
            }

            assertThat(sent).isLessThan(100_000_000);
            awaitNobody(gateway);
            Setup.awaitNothingInFlight(gateway);
            assertThat(gateway.status("web").refused()).containsKey(ClientRefusal.MALFORMED);
        }
    }

    @Test
    void clientThatDoesNotReadItsAnswer_isCutAfterTheWriteTimeout_andCounted() throws Exception {
        ListenerSpec impatient =
                Setup.LISTENER.withTimeouts(Setup.LISTENER.timeouts().withWrite(Duration.ofMillis(500)));
        backend.answer(exchange -> {
            exchange.startChunked(200);
            for (int i = 0; i < 2_000; i++) {
                exchange.chunk("0123456789".repeat(5_000));
            }
            exchange.endChunked();
        });
        try (var gateway = Setup.start(impatient, Setup.site(backend));
                var client = RawClient.connectSlowReader(gateway.port(), 4_096)) {
            client.send(REQUEST);

            Eventually.eventually(
                    Setup.GENEROUS,
                    () -> assertThat(gateway.status("web").refused()).containsEntry(ClientRefusal.WRITE_TIMEOUT, 1L));
            awaitNobody(gateway);
            Setup.awaitNothingInFlight(gateway);
            assertThat(endsBroken(client.input())).isTrue();
        }
    }

    private static boolean endsBroken(InputStream in) {
        try {
            in.transferTo(OutputStream.nullOutputStream());
            return false;
        } catch (IOException e) {
            return true; // reset: nobody takes what came for the whole answer
        }
    }
}
