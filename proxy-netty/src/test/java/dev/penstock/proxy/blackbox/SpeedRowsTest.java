package dev.penstock.proxy.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.RawResponse;
import dev.penstock.testkit.Responder;
import dev.penstock.time.Ticker;
import java.time.Duration;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What 64 clients see at once, directly and through the gateway. The slow test measures, and wants the machine at rest. */
class SpeedRowsTest {
    private static final Logger LOG = LoggerFactory.getLogger(SpeedRowsTest.class);
    private static final int CLIENTS = 64;
    private static final int ANSWER_BYTES = 1024;

    private final Ticker ticker = Ticker.system();

    @Test
    void H26_64clients_seeNoError() throws Exception {
        try (var backend = EchoBackend.start("a", Responder.ofSize(ANSWER_BYTES));
                var gateway = Setup.over(backend)) {
            Concurrently.run(CLIENTS, client -> ask(gateway.port(), 50)).join();

            assertThat(backend.requests()).isEqualTo(CLIENTS * 50);
        }
    }

    private static void ask(int port, int times) throws Exception {
        try (var client = RawClient.connect(port)) {
            for (int i = 0; i < times; i++) {
                check(client.get("site", "/"));
            }
        }
    }

    private static void check(RawResponse answer) {
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).hasSize(ANSWER_BYTES);
    }

    @Test
    @Tag("slow")
    void H26_64clients_for30seconds_seeNoError_andWaitForTheGatewayLessThan10msMore() throws Exception {
        try (var backend = EchoBackend.start("a", Responder.ofSize(ANSWER_BYTES));
                var gateway = Setup.over(backend)) {
            Queue<long[]> direct = new ConcurrentLinkedQueue<>();
            Queue<long[]> proxied = new ConcurrentLinkedQueue<>();
            measure(gateway.port(), Duration.ofSeconds(10), new ConcurrentLinkedQueue<>());
            for (int i = 0; i < 6; i++) { // in turn, so that whatever else the machine does slows down both
                measure(backend.port(), Duration.ofSeconds(5), direct);
                measure(gateway.port(), Duration.ofSeconds(5), proxied);
            }

            assertThat(p99("proxied", proxied))
                    .isLessThanOrEqualTo(p99("direct", direct).plusMillis(10));
        }
    }

    private void measure(int port, Duration time, Queue<long[]> all) throws Exception {
        long end = ticker.nanos() + time.toNanos();
        Concurrently.run(CLIENTS, client -> all.add(times(port, end))).join(time);
    }

    /** Says requests per second and p50 as well. */
    private static Duration p99(String what, Queue<long[]> all) {
        long[] sorted = all.stream().flatMapToLong(LongStream::of).sorted().toArray();
        var p99 = Duration.ofNanos(sorted[sorted.length * 99 / 100]);
        LOG.info(
                "{}: {} requests/s, p50 {} us, p99 {} us",
                what,
                sorted.length / 30,
                sorted[sorted.length / 2] / 1_000,
                p99.toNanos() / 1_000);
        return p99;
    }

    private long[] times(int port, long end) throws Exception {
        var times = new long[1 << 16];
        int count = 0;
        try (var client = RawClient.connect(port)) {
            for (long begin = ticker.nanos(); begin - end < 0; begin = ticker.nanos()) {
                check(client.get("site", "/"));
                times = count < times.length ? times : Arrays.copyOf(times, 2 * count);
                times[count++] = ticker.nanos() - begin;
            }
        }
        return Arrays.copyOf(times, count);
    }
}
