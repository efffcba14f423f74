package dev.penstock.proxy.blackbox;

import static dev.penstock.testkit.Eventually.eventually;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.proxy.Gateway;
import dev.penstock.proxy.LocalAnswer;
import dev.penstock.proxy.LocalStream;
import dev.penstock.testkit.RawClient;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Answers of code that have no end of their own. Where clients may take their time, none of them is cut off by it. */
@Timeout(60)
class LocalStreamTest {
    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final byte[] NOTHING = {};
    private static final Duration LONG = Duration.ofMinutes(10);

    private final Queue<byte[]> pieces = new ConcurrentLinkedQueue<>();
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();
    private volatile boolean endless;
    private volatile boolean broken;
    private volatile boolean whole;
    private final Gateway gateway = Setup.gateway()
            .listener(Setup.LISTENER.withTimeouts(
                    Setup.LISTENER.timeouts().withWrite(LONG).withDrain(LONG)))
            .handler("web", request -> LocalAnswer.streamed(Map.of("Content-Type", "text/plain"), new Pieces(), PAUSE))
            .start();

    private final class Pieces implements LocalStream {
        @Override
        public byte @Nullable [] next() {
            asked.incrementAndGet();
            if (whole && pieces.isEmpty()) {
                return null;
            }
            if (broken) {
                throw new IllegalStateException("meant");
            }
            if (endless) {
                return new byte[64 << 10];
            }
            byte[] piece = pieces.poll();
            return piece == null ? NOTHING : piece;
        }

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    }

    @AfterEach
    void close() {
        gateway.close();
    }

    private RawClient ask(String method, String version) throws IOException {
        return RawClient.connect(gateway.port()).send(method + " / HTTP/" + version + "\r\nHost: a\r\n\r\n");
    }

    private static String read(RawClient client, int bytes) throws IOException {
        return new String(client.input().readNBytes(bytes), US_ASCII);
    }

    private void awaitClosed() {
        eventually(Setup.GENEROUS, () -> assertThat(closed).hasValue(1));
    }

    @Test
    void pieces_comeAsChunks_oneByOne_untilTheClientLeaves() throws Exception {
        try (var client = ask("GET", "1.1")) {
            assertThat(client.readHead())
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .containsIgnoringCase("transfer-encoding: chunked\r\n")
                    .containsIgnoringCase("connection: close\r\n")
                    .doesNotContainIgnoringCase("content-length");
            pieces.add("one".getBytes(US_ASCII));
            assertThat(read(client, 8)).isEqualTo("3\r\none\r\n");
            pieces.add("second".getBytes(US_ASCII));
            assertThat(read(client, 11)).isEqualTo("6\r\nsecond\r\n");
            assertThat(closed).hasValue(0);
        }
        endless = true; // what is written to who has left is refused
        awaitClosed();
    }

    @Test
    void toAClientOfHttp10_piecesComeAsTheyAre() throws Exception {
        try (var client = ask("GET", "1.0")) {
            assertThat(client.readHead()).doesNotContainIgnoringCase("transfer-encoding");
            pieces.add("one".getBytes(US_ASCII));
            assertThat(read(client, 3)).isEqualTo("one");
        }
    }

    @Test
    void toAHead_onlyTheHeadIsSent_andTheStreamClosed() throws Exception {
        try (var client = ask("HEAD", "1.1")) {
            assertThat(client.readHead())
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .doesNotContainIgnoringCase("content-length"); // a GET has none
            awaitClosed();
            assertThat(asked).hasValue(0);
        }
    }

    @Test
    void readerWhoTakesNothing_isNotAskedForMore() throws Exception {
        endless = true;
        try (var client = RawClient.connectSlowReader(gateway.port(), 4_096)) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").readHead();
            var last = new AtomicInteger(-1);
            var same = new AtomicInteger();
            eventually(
                    Setup.GENEROUS,
                    () -> { // looks that lie a few milliseconds apart
                        boolean grown = last.getAndSet(asked.get()) != asked.get();
                        assertThat(grown ? same.getAndSet(0) : same.incrementAndGet())
                                .isGreaterThan(50);
                    });
            assertThat((long) asked.get() * (64 << 10)).isLessThan(64L << 20);
        }
    }

    @Test
    void drain_endsTheStream_asAWholeAnswer() throws Exception {
        try (var client = ask("GET", "1.1")) {
            client.readHead();
            gateway.close();
            assertThat(new String(client.readToEnd(), US_ASCII)).isEqualTo("0\r\n\r\n");
            awaitClosed();
        }
    }

    @Test
    void drain_doesNotWaitForAReaderWhoTakesNothing() throws Exception {
        endless = true;
        try (var client = RawClient.connectSlowReader(gateway.port(), 4_096)) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").readHead();
            eventually(Setup.GENEROUS, () -> assertThat(asked.get()).isPositive());
            gateway.close();
            awaitClosed();
        }
    }

    @Test
    void streamThatFails_isBrokenOff_notEnded() throws Exception {
        try (var client = ask("GET", "1.1")) {
            client.readHead();
            broken = true;
            assertThat(client.readToEnd()).isEmpty();
            awaitClosed();
        }
    }

    @Test
    void streamThatEnds_endsTheAnswer_asAWholeOne() throws Exception {
        try (var client = ask("GET", "1.1")) {
            client.readHead();
            pieces.add("last".getBytes(US_ASCII));
            whole = true;
            assertThat(new String(client.readToEnd(), US_ASCII)).isEqualTo("4\r\nlast\r\n0\r\n\r\n");
            awaitClosed();
        }
    }

    /** Told until something waits in the gateway, which is far less than it takes to be no longer writable, and nothing then. */
    private static final class Little implements LocalStream {
        private final AtomicReference<Gateway> gateway;
        private final AtomicInteger closed;
        private boolean quiet;

        private Little(AtomicReference<Gateway> gateway, AtomicInteger closed) {
            this.gateway = gateway;
            this.closed = closed;
        }

        @Override
        public byte[] next() {
            quiet = quiet || gateway.get().buffers().heldBytes() > 0;
            return quiet ? NOTHING : new byte[1024];
        }

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    }

    @Test
    void readerWhoTakesNothing_isCutOff_howeverLittleWaitsForHim() throws Exception {
        var running = new AtomicReference<Gateway>();
        var listener = Setup.LISTENER.withTimeouts(
                Setup.LISTENER.timeouts().withWrite(Duration.ofMillis(300)).withDrain(LONG));
        try (Gateway quiet = Setup.gateway()
                .listener(listener)
                .handler("web", request -> LocalAnswer.streamed(Map.of(), new Little(running, closed), PAUSE))
                .start()) {
            running.set(quiet);
            try (var client = RawClient.connectSlowReader(quiet.port(), 4_096)) {
                client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").readHead();
                awaitClosed();
            }
        }
    }

    @Test
    void pause_mustBePositive() {
        assertThatThrownBy(() -> LocalAnswer.streamed(Map.of(), new Pieces(), Duration.ZERO))
                .hasMessage("pause: PT0S (expected: > 0)");
    }
}
