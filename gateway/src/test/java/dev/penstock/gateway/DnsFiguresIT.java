package dev.penstock.gateway;

import static dev.penstock.discovery.dns.Records.a;
import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.discovery.dns.FakeDns;
import dev.penstock.discovery.dns.KnotServer;
import dev.penstock.testkit.RequiresTool;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How soon a change of DNS is live in traffic, and what a slow nameserver does to it; the packaged program and h2load are
 * processes of their own. Writes to target/dns-figures.txt.
 */
@Tag("slow")
class DnsFiguresIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int CHANGES = 100;
    private static final int OUTAGES = 5;

    private final LoopbackBackends backends = LoopbackBackends.start("127.0.0.1", "127.0.0.2", "127.0.0.3");
    private final HttpClient client = HttpClient.newHttpClient();

    @TempDir
    Path directory;

    @AfterEach
    void close() {
        backends.close();
    }

    /** A program that serves on a port which was free a moment ago. */
    private Packaged start(int port, String nameserver) {
        return Packaged.start(
                "dns", "--admin", "off", "--nameserver", nameserver, port + ":web.lb.test:" + backends.port());
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private String get(int port) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + port + "/");
        return client.send(HttpRequest.newBuilder(uri).timeout(SOON).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private long millisUntil(int port, String expected) throws Exception {
        long begin = Ticker.system().nanos();
        while (!get(port).equals(expected)) {
            FakeDns.pause(2);
        }
        return (Ticker.system().nanos() - begin) / 1_000_000;
    }

    @Test
    void N03_changes_areLiveWithin() throws Exception {
        int port = freePort();
        try (var knot = KnotServer.start(directory);
                var program = start(port, knot.address())) {
            knot.put(a("web.lb.test", 60, "127.0.0.1"));
            eventually(SOON, () -> assertThat(get(port)).isEqualTo("127.0.0.1"));
            var millis = new long[CHANGES];
            for (int i = 0; i < CHANGES; i++) {
                String next = "127.0.0." + (1 + (i + 1) % 3);
                FakeDns.pause(37L * i % 1_000); // at all moments of the interval
                knot.put(a("web.lb.test", 60, next));
                millis[i] = millisUntil(port, next);
            }
            tell("change of DNS live in traffic at 1 s", millis);
            tell("of these reads failed: " + program.err().split("failed", -1).length, new long[] {0});
        }
    }

    @Test
    void N08_changesDuringAnOutage_areLiveWithin() throws Exception {
        int port = freePort();
        try (var knot = KnotServer.start(directory);
                var program = start(port, knot.address())) {
            knot.put(a("web.lb.test", 60, "127.0.0.1"));
            eventually(SOON, () -> assertThat(get(port)).isEqualTo("127.0.0.1"));
            var millis = new long[OUTAGES];
            for (int i = 0; i < OUTAGES; i++) {
                String before = get(port);
                knot.stop();
                FakeDns.pause(20_000 + 700L * i); // at other moments of the back-off
                assertThat(get(port)).as(program.err()).isEqualTo(before);
                knot.restart();
                String next = "127.0.0." + (2 + i % 2);
                knot.put(a("web.lb.test", 60, next));
                millis[i] = millisUntil(port, next);
            }
            tell("change of DNS live in traffic after the nameserver's return", millis);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 250, 0, 250})
    void N05_slowNameserver_underLoad(long delayMillis) throws Exception {
        RequiresTool.find("h2load");
        int port = freePort();
        try (var nameserver = new FakeDns()) {
            nameserver.script((question, tcp) -> {
                FakeDns.pause(delayMillis);
                return FakeDns.ofZone(question, List.of(a("web.lb.test", 1, "127.0.0.1")));
            });
            try (var program = start(port, nameserver.address())) {
                eventually(SOON, () -> assertThat(get(port)).as(program.err()).isEqualTo("127.0.0.1"));
                load(port, 3);
                long[] micros = load(port, 10);
                assertThat(nameserver.asked()).hasSizeGreaterThan(5);
                tell(
                        "200 clients for 10 s, nameserver takes " + delayMillis + " ms",
                        Arrays.stream(micros).map(m -> m / 1_000).toArray());
            }
        }
    }

    /** The time that each request took, in microseconds; fails unless each was answered with 200. */
    private long[] load(int port, int seconds) throws Exception {
        Path log = directory.resolve("h2load.log");
        Files.deleteIfExists(log);
        var run = RequiresTool.run(
                "h2load",
                "--h1",
                "-c",
                "200",
                "-D",
                String.valueOf(seconds),
                "--log-file=" + log,
                "http://127.0.0.1:" + port + "/");
        assertThat(run.status()).as(run.output()).isZero();
        assertThat(run.output()).contains(" 0 failed, 0 errored, 0 timeout", " 0 3xx, 0 4xx, 0 5xx");
        return Files.readAllLines(log).stream()
                .map(line -> line.split("\t", -1))
                .filter(fields -> fields[1].equals("200"))
                .mapToLong(fields -> Long.parseLong(fields[2]))
                .toArray();
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
