package dev.penstock.gateway;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.catalog.UpstreamTimeouts;
import dev.penstock.testkit.BackendExchange;
import dev.penstock.testkit.DeadAddress;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.StubBackend;
import dev.penstock.time.Ticker;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bodies, tunnels, times and listeners that come and go, by the packaged program as a process of its own. */
class EdgeTransferIT {
    private static final int BLOCK = 1 << 18;
    private static final long GIBIBYTE = 1L << 30;
    private static final Duration DRAIN = ListenerFile.DRAIN;
    private static final List<AutoCloseable> RESOURCES = new ArrayList<>();
    private static final CountDownLatch FIRST_SEEN = new CountDownLatch(1);
    private static final EchoBackend GOOD = keep(EchoBackend.start("good"));
    private static final EchoBackend HELD = keep(EchoBackend.start("held"));
    private static final EchoBackend BULK = keep(EchoBackend.start("bulk", EdgeTransferIT::bulk));
    private static final EchoBackend TWICE = keep(EchoBackend.start("twice", EdgeTransferIT::twice));
    private static final StubBackend SOCKET = keep(WebSocketStub.start());
    private static final StubBackend SILENT = keep(StubBackend.start());
    private static final DeadAddress UNANSWERING = keep(DeadAddress.unanswering());
    private static final StubBackend TRICKLING = keep(StubBackend.start(connection -> {
        connection.readHead();
        connection.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n");
        for (char c : "trickl".toCharArray()) {
            Waiting.pause(Duration.ofMillis(300));
            connection.send(Character.toString(c));
        }
    }));
    private static Path listeners;
    private static Packaged program;

    private static <T extends AutoCloseable> T keep(T resource) {
        RESOURCES.add(resource);
        return resource;
    }

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        listeners = Files.createFile(directory.resolve("listeners"));
        // The times of the listener for WebSockets and of their service are shorter than the pause of these.
        Path file = Files.writeString(directory.resolve("transfer.yaml"), """
                listeners:
                  - {address: 127.0.0.1:0, name: web}
                  - {address: 127.0.0.1:0, name: hasty, timeouts: {header: 1s, body: 1s, idle: 1s}}
                catalogs: ["listeners://FILE"]
                admin: off
                drain: 0s
                routes:
                  - {path: /socket, service: socket}
                  - {path: /brief, service: brief}
                  - {host: bulk.test, service: bulk}
                  - {host: twice.test, service: twice}
                  - {host: held.test, service: held}
                  - {host: unanswering.test, service: unanswering}
                  - {host: silent.test, service: silent}
                  - {host: endless.test, service: endless}
                  - {host: trickling.test, service: trickling}
                services:
                  socket: {endpoints: SOCKET, timeouts: {response: 500ms, idle: 500ms}}
                  brief: {endpoints: SOCKET, timeouts: {tunnel: 2s}}
                  bulk: {endpoints: BULK}
                  twice: {endpoints: TWICE}
                  held: {endpoints: HELD}
                  unanswering: {endpoints: [UNANSWERING, GOOD], timeouts: {connect: 300ms}}
                  silent: {endpoints: SILENT, timeouts: {response: 500ms}}
                  endless: {endpoints: SILENT}
                  trickling: {endpoints: TRICKLING, timeouts: {response: 1s}}
                """.replace("FILE", listeners.toString())
                .replace("SOCKET", SOCKET.address())
                .replace("BULK", BULK.address())
                .replace("TWICE", TWICE.address())
                .replace("HELD", HELD.address())
                .replace("UNANSWERING", UNANSWERING.address())
                .replace("GOOD", GOOD.address())
                .replace("SILENT", SILENT.address())
                .replace("TRICKLING", TRICKLING.address()));
        String classPath = Packaged.JAR + File.pathSeparator + "target/test-classes";
        program = Packaged.command(
                Map.of(),
                List.of(
                        Packaged.JAVA,
                        "-Xmx128m",
                        "-cp",
                        classPath,
                        "dev.penstock.gateway.Main",
                        "run",
                        "-f",
                        file.toString()));
        connect().close();
    }

    @AfterAll
    static void stop() throws Exception {
        try {
            program.signal("TERM");
            assertThat(program.status()).as(program.err()).isZero();
        } finally {
            program.close();
            for (AutoCloseable resource : RESOURCES) {
                resource.close();
            }
        }
    }

    private static int port() {
        return program.port("web http://127.0.0.1:");
    }

    private static RawClient connect() {
        return RawClient.connect(port());
    }

    private static Duration since(long start) {
        return Duration.ofNanos(Ticker.system().nanos() - start);
    }

    // ---- tunnels

    /** What comes back. */
    private static final class Received implements WebSocket.Listener {
        private final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
        private final CountDownLatch over = new CountDownLatch(1);
        private final StringBuilder text = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                texts.add(text.toString());
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            over.countDown();
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            over.countDown();
        }

        String next() throws InterruptedException {
            String next = texts.poll(Packaged.SOON.toSeconds(), TimeUnit.SECONDS);
            assertThat(next).as(program.err()).isNotNull();
            return next;
        }
    }

    private static WebSocket socket(String path, Received received) throws Exception {
        return HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create("ws://127.0.0.1:" + program.port("hasty http://127.0.0.1:") + path), received)
                .get(Packaged.SOON.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void H11_thousandTextFrames_areEchoedIntact_andOneMoreAfterAPause() throws Exception {
        var random = new SplittableRandom(11);
        var received = new Received();
        WebSocket socket = socket("/socket", received);
        for (int i = 0; i < 1_000; i++) {
            String text = String.valueOf((char) ('a' + i % 26)).repeat(1024 + random.nextInt(63 * 1024 + 1)) + i;
            socket.sendText(text, true).get(Packaged.SOON.toSeconds(), TimeUnit.SECONDS);
            assertThat(received.next()).as("frame %d", i).isEqualTo(text);
        }
        Waiting.pause(Duration.ofMillis(1_500)); // longer than any time-out but the tunnel's own

        socket.sendText("one more", true).get(Packaged.SOON.toSeconds(), TimeUnit.SECONDS);
        assertThat(received.next()).isEqualTo("one more");
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "bye").get(Packaged.SOON.toSeconds(), TimeUnit.SECONDS);
        assertThat(received.over.await(Packaged.SOON.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        assertThat(UpstreamTimeouts.defaults().tunnel()).isEqualTo(Duration.ofHours(1)); // which holds here
    }

    @Test
    void H11_silentTunnel_endsAfterItsOwnTime() throws Exception {
        var received = new Received();
        WebSocket socket = socket("/brief", received);
        long start = Ticker.system().nanos();
        socket.sendText("one", true).get(Packaged.SOON.toSeconds(), TimeUnit.SECONDS);
        assertThat(received.next()).isEqualTo("one");

        assertThat(received.over.await(Packaged.SOON.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        assertThat(since(start)).isGreaterThan(Duration.ofMillis(1_990));
    }

    // ---- bodies

    private static void twice(BackendExchange exchange) throws IOException {
        exchange.startChunked(200);
        exchange.chunk("first");
        try {
            assertThat(FIRST_SEEN.await(Packaged.SOON.toSeconds(), TimeUnit.SECONDS))
                    .as("the client has the first chunk")
                    .isTrue();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        exchange.chunk("second");
        exchange.endChunked();
    }

    @Test
    void H12_firstChunk_isThereBeforeTheSecondIsSent() throws Exception {
        try (var client = connect()) {
            client.send("GET / HTTP/1.1\r\nHost: twice.test\r\n\r\n");
            client.readHead();
            assertThat(new String(client.input().readNBytes(10), StandardCharsets.US_ASCII))
                    .isEqualTo("5\r\nfirst\r\n");
            FIRST_SEEN.countDown();
            assertThat(new String(client.input().readNBytes(16), StandardCharsets.US_ASCII))
                    .isEqualTo("6\r\nsecond\r\n0\r\n\r\n");
        }
    }

    @Test
    void H12_oneGibibyteEachWay_passesThrough128MebibytesOfHeap() throws Exception {
        try (var client = connect()) {
            client.send("PUT /up HTTP/1.1\r\nHost: bulk.test\r\nContent-Length: " + GIBIBYTE + "\r\n\r\n");
            String sent = send(client::send);
            assertThat(client.read().text()).isEqualTo(sent);

            client.send("GET /down HTTP/1.1\r\nHost: bulk.test\r\n\r\n");
            assertThat(client.readHead()).contains("200", "Content-Length: " + GIBIBYTE);
            assertThat(checksum(client.input())).isEqualTo(sent);
        }
    }

    private static void bulk(BackendExchange exchange) throws IOException {
        if (exchange.head().method().equals("PUT")) {
            exchange.respond(200, checksum(exchange.body()).getBytes(StandardCharsets.US_ASCII));
        } else {
            exchange.send("HTTP/1.1 200 OK\r\nContent-Length: " + GIBIBYTE + "\r\n\r\n");
            assertThat(send(exchange::send)).isNotEmpty();
        }
    }

    /** Sends a gibibyte, each block different from the one before. */
    private static String send(Sender sender) throws IOException {
        var sum = new CRC32();
        byte[] block = new byte[BLOCK];
        new SplittableRandom(12).nextBytes(block);
        for (int i = 0; i < GIBIBYTE / BLOCK; i++) {
            block[i]++;
            sum.update(block);
            sender.send(block);
        }
        return Long.toHexString(sum.getValue());
    }

    private static String checksum(InputStream in) throws IOException {
        var sum = new CRC32();
        byte[] buffer = new byte[BLOCK];
        for (long left = GIBIBYTE; left > 0; ) {
            int read = in.read(buffer, 0, (int) Math.min(BLOCK, left));
            if (read < 0) {
                return left + " bytes are missing";
            }
            sum.update(buffer, 0, read);
            left -= read;
        }
        return Long.toHexString(sum.getValue());
    }

    @FunctionalInterface
    private interface Sender {
        void send(byte[] bytes) throws IOException;
    }

    // ---- endpoints that do not answer

    @Test
    void F04_unansweringAddress_isGivenUpAfterItsTime() throws Exception {
        Duration longest = Duration.ZERO;
        try (var client = connect()) {
            for (int i = 0; i < 2; i++) { // one of them has the other address first
                long start = Ticker.system().nanos();
                assertThat(client.get("unanswering.test", "/").echo().backend()).isEqualTo("good");
                longest = longest.compareTo(since(start)) < 0 ? since(start) : longest;
            }
        }
        assertThat(longest).isGreaterThan(Duration.ofMillis(290));
    }

    @Test
    void F05_silentBackend_gets504AfterItsTime_andOneThatTricklesIsNotCut() throws Exception {
        try (var client = connect()) {
            long start = Ticker.system().nanos();
            assertThat(client.get("silent.test", "/").status()).isEqualTo(504);
            assertThat(since(start)).isBetween(Duration.ofMillis(490), Duration.ofSeconds(25)); // 30 s by default

            start = Ticker.system().nanos();
            assertThat(client.get("trickling.test", "/").text()).isEqualTo("trickl");
            assertThat(since(start)).isGreaterThan(Duration.ofMillis(1_500));
        }
    }

    // ---- listeners that come and go

    /** Says which listeners there are, in one step. */
    private static void listen(Integer... ports) throws IOException {
        List<String> lines =
                List.of(ports).stream().map(port -> "127.0.0.1:" + port).toList();
        Path next = Files.write(listeners.resolveSibling("next"), lines);
        Files.move(next, listeners, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void awaitServes(int port) {
        eventually(Packaged.SOON, () -> {
            try (var client = RawClient.connect(port)) {
                assertThat(client.get("held.test", "/").status()).isEqualTo(200);
            }
        });
    }

    private static void awaitRefused(int port) {
        eventually(
                Packaged.SOON,
                () -> assertThatThrownBy(() -> RawClient.connect(port).close())
                        .isInstanceOf(UncheckedIOException.class));
    }

    @Test
    void F15_deletedListener_takesNoMore_letsShortRequestsEnd_andCutsLongOnesAtItsLimit() throws Exception {
        int port = FreePorts.next();
        listen(port);
        awaitServes(port);
        try (var idle = RawClient.connect(port);
                var brief = RawClient.connect(port);
                var endless = RawClient.connect(port)) {
            idle.get("held.test", "/");
            HELD.hold();
            brief.send("GET /brief HTTP/1.1\r\nHost: held.test\r\n\r\n");
            HELD.awaitHeld(1);
            endless.send("GET / HTTP/1.1\r\nHost: endless.test\r\n\r\n");

            long deleted = Ticker.system().nanos();
            listen();
            awaitRefused(port);
            assertThat(idle.readToEnd()).isEmpty();
            HELD.release();
            assertThat(brief.read().status()).isEqualTo(200);
            assertThat(since(deleted)).isLessThan(DRAIN);
            endless.readToEnd();
            assertThat(since(deleted)).isGreaterThanOrEqualTo(DRAIN);
        }
    }

    @Test
    void F16_listener_createdAgainOnItsPort_serves_twentyTimes_andLeavesNothing() throws Exception {
        int port = FreePorts.next();
        listen(port);
        awaitServes(port);
        Vitals before = Vitals.of(program.pid(), Set.of(port, HELD.port()));
        for (int i = 0; i < 20; i++) {
            listen();
            awaitRefused(port);
            listen(port);
            awaitServes(port);
        }
        eventually(
                Packaged.SOON,
                () -> Vitals.of(program.pid(), Set.of(port, HELD.port())).assertNotAbove(before));
    }
}
