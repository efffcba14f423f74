package dev.penstock.gateway;

import static dev.penstock.discovery.dns.Records.a;
import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.discovery.dns.FakeDns;
import dev.penstock.discovery.dns.KnotServer;
import dev.penstock.time.Ticker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How soon a change of DNS is live in traffic, and what a slow nameserver does to it; writes to target/dns-figures.txt. */
@Tag("slow")
class DnsFiguresTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int SIGTERM = 15;
    private static final int CHANGES = 100;
    private static final int CLIENTS = 200;
    private static final Duration LOAD = Duration.ofSeconds(10);

    private final LoopbackBackends backends = LoopbackBackends.start("127.0.0.1", "127.0.0.2", "127.0.0.3");
    private final HttpClient client = HttpClient.newHttpClient();
    private final InProcess program = new InProcess(Map.of());
    private CompletableFuture<Integer> running = CompletableFuture.completedFuture(0);

    @TempDir
    Path directory;

    @AfterEach
    void close() throws Exception {
        program.signal(SIGTERM);
        assertThat(InProcess.status(running)).as(program.err()).isZero();
        backends.close();
    }

    private URI start(String nameserver) throws Exception {
        int port = freePort();
        running = program.start(
                "dns", "--admin", "off", "--nameserver", nameserver, port + ":web.lb.test:" + backends.port());
        eventually(SOON, () -> assertThat(program.out()).contains("\n"));
        URI uri = URI.create("http://127.0.0.1:" + port + "/");
        eventually(SOON, () -> assertThat(get(uri)).isEqualTo("127.0.0.1"));
        return uri;
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private String get(URI uri) throws Exception {
        return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    @Test
    void N03_changes_areLiveWithin() throws Exception {
        try (var knot = KnotServer.start(directory)) {
            knot.put(a("web.lb.test", 60, "127.0.0.1"));
            URI uri = start(knot.address());
            var millis = new long[CHANGES];
            for (int i = 0; i < CHANGES; i++) {
                String next = "127.0.0." + (1 + (i + 1) % 3);
                FakeDns.pause(37L * i % 1_000); // at all moments of the interval
                knot.put(a("web.lb.test", 60, next));
                long begin = Ticker.system().nanos();
                while (!get(uri).equals(next)) {
                    FakeDns.pause(2);
                }
                millis[i] = (Ticker.system().nanos() - begin) / 1_000_000;
            }
            tell("change of DNS live in traffic at 1 s", millis);
        }
    }

    @Test
    void N05_slowNameserver_underLoad() throws Exception {
        var threads = Executors.newCachedThreadPool();
        try (var nameserver = new FakeDns()) {
            nameserver.script((question, tcp) -> {
                FakeDns.pause(250);
                return FakeDns.ofZone(question, List.of(a("web.lb.test", 1, "127.0.0.1")));
            });
            URI uri = start(nameserver.address());
            Queue<Long> micros = new ConcurrentLinkedQueue<>();
            var wrong = new AtomicLong();
            long begin = Ticker.system().nanos();
            for (int i = 0; i < CLIENTS; i++) {
                threads.execute(() -> {
                    long now = Ticker.system().nanos();
                    while (now - begin < LOAD.toNanos()) {
                        try {
                            wrong.addAndGet(get(uri).equals("127.0.0.1") ? 0 : 1);
                        } catch (Exception e) {
                            wrong.incrementAndGet();
                        }
                        long end = Ticker.system().nanos();
                        micros.add((end - now) / 1_000);
                        now = end;
                    }
                });
            }
            threads.shutdown();
            assertThat(threads.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
            long[] sorted = micros.stream()
                    .mapToLong(Long::longValue)
                    .map(m -> m / 1_000)
                    .toArray();
            tell("200 clients while DNS takes 250 ms, " + wrong + " wrong answers", sorted);
            assertThat(wrong).hasValue(0);
        }
    }

    private static void tell(String what, long[] millis) throws IOException {
        Arrays.sort(millis);
        String line = String.format(
                Locale.ROOT,
                "%s: n %d, min %d, p50 %d, p90 %d, p99 %d, max %d ms%n",
                what,
                millis.length,
                millis[0],
                at(millis, 0.5),
                at(millis, 0.9),
                at(millis, 0.99),
                millis[millis.length - 1]);
        Files.writeString(
                Path.of("target/dns-figures.txt"), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static long at(long[] sorted, double share) {
        return sorted[Math.min(sorted.length - 1, (int) (share * sorted.length))];
    }
}
