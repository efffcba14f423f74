package dev.penstock.gateway;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.testkit.DeadAddress;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.FileEdit;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.Responder;
import dev.penstock.time.Ticker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The packaged program, told in each way what one server is: by its file, which is edited, by a file of balancer's form, and by
 * the native API. {@link ServerApiIT} has the same of balancer's API.
 */
class DefinitionWaysIT {
    private static final Duration DRAIN = Duration.ofSeconds(3); // a listener's own by default

    @TempDir
    Path directory;

    private final int port = FreePorts.next();

    /** How the program is told what there is. */
    enum Way {
        /** Its file is edited. */
        FILE("-f") {
            @Override
            void define(Path file, String api, String server) {
                FileEdit.RENAME.edit(
                        file, server.isEmpty() ? OTHER : server.replaceFirst("\\[", "[" + LISTENER + ", "));
            }
        },
        /** A file of balancer's form is edited. */
        SERVERS_FILE("-e") {
            @Override
            void define(Path file, String api, String server) {
                FileEdit.RENAME.edit(file, "[" + server + "]");
            }
        },
        /** The API is asked. */
        API("-f") {
            @Override
            void define(Path file, String api, String server) throws Exception {
                var request = HttpRequest.newBuilder(URI.create(api + "/v1/config"))
                        .header("Content-Type", "application/json")
                        .PUT(HttpRequest.BodyPublishers.ofString(server.isEmpty() ? "{}" : server))
                        .build();
                HttpResponse<String> answer =
                        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            }
        };

        private static final String LISTENER = "{\"name\": \"other\", \"address\": \"127.0.0.1:0\"}";
        private static final String OTHER = "{\"listeners\": [" + LISTENER + "], \"services\": {}, \"routes\": []}";

        private final String flag;

        Way(String flag) {
            this.flag = flag;
        }

        /** Has the program know this server, or none where it is empty. */
        abstract void define(Path file, String api, String server) throws Exception;

        String server(int port, int endpoint, String fallbacks) {
            return this == SERVERS_FILE
                    ? String.format(
                            Locale.ROOT,
                            "{'address': ':%d', 'upstreams': [{'Target': '127.0.0.1', 'Port': %d}], 'fallbacks': [%s]}"
                                    .replace('\'', '"'),
                            port,
                            endpoint,
                            fallbacks)
                    : String.format(
                            Locale.ROOT,
                            ("{'listeners': [{'name': 'web', 'address': '127.0.0.1:%d'}],"
                                            + "'routes': [{'listeners': 'web', 'name': 'web', 'service': 'web'}],"
                                            + "'services': {'web': {'endpoints': ['127.0.0.1:%d']%s}}}")
                                    .replace('\'', '"'),
                            port,
                            endpoint,
                            fallbacks.isEmpty() ? "" : ", \"fallback\": {\"endpoints\": [" + fallbacks + "]}");
        }

        String fallback(int port, int priority, int weight) {
            String form = this == SERVERS_FILE
                    ? "{'Target': '127.0.0.1', 'Port': %d, 'Priority': %d, 'Weight': %d}"
                    : "{'address': '127.0.0.1:%d', 'priority': %d, 'weight': %d}";
            return String.format(Locale.ROOT, form.replace('\'', '"'), port, priority, weight);
        }
    }

    /** A program that is told in one way, and what it is told. */
    private static final class Told implements AutoCloseable {
        private final Way way;
        private final Path file;
        private final Packaged program;
        private final String api;

        Told(Way way, Path directory) throws IOException {
            this.way = way;
            this.file = way == Way.SERVERS_FILE
                    ? Files.writeString(directory.resolve("told.json"), "[]")
                    : Files.writeString(directory.resolve("told.yaml"), Way.OTHER);
            this.program = Packaged.start("run", way.flag, file.toString(), "--admin", "127.0.0.1:0");
            this.api = "http://127.0.0.1:" + program.port("admin http://127.0.0.1:");
        }

        void define(String server) throws Exception {
            way.define(file, api, server);
        }

        long pid() {
            return program.pid();
        }

        @Override
        public void close() {
            program.close();
        }
    }

    private String served() {
        try (var client = RawClient.connect(port)) {
            var response = client.get("a.test", "/");
            return response.status() == 200 ? response.echo().backend() : String.valueOf(response.status());
        } catch (IOException | UncheckedIOException e) {
            return "refused";
        }
    }

    private void awaitServed(String by) {
        eventually(Packaged.SOON, () -> assertThat(served()).isEqualTo(by));
    }

    private void awaitRefused() {
        eventually(
                Packaged.SOON,
                () -> assertThatThrownBy(() -> RawClient.connect(port).close())
                        .isInstanceOf(UncheckedIOException.class));
    }

    private Map<String, Integer> tally(int requests) {
        Map<String, Integer> counts = new TreeMap<>();
        for (int i = 0; i < requests; i++) {
            counts.merge(served(), 1, Integer::sum);
        }
        return counts;
    }

    @ParameterizedTest
    @EnumSource
    void F06_F07_F08_fallbacks_standIn_byPriorityAndWeight(Way way) throws Exception {
        try (var told = new Told(way, directory);
                var own = EchoBackend.start("own");
                var first = EchoBackend.start("first");
                var second = EchoBackend.start("second");
                var refusing = DeadAddress.refusing()) {
            told.define(way.server(
                    port, own.port(), way.fallback(refusing.port(), 1, 1) + "," + way.fallback(second.port(), 2, 1)));
            awaitServed("own");
            own.answer(Responder.fixed(503, "broken"));
            assertThat(tally(10)).containsOnlyKeys("second"); // the first fallback refuses
            own.answer(Responder.fixed(404, "not here"));
            assertThat(served()).isEqualTo("404");
            own.refuse();
            own.closeConnections();
            assertThat(tally(20)).containsOnlyKeys("second");
            own.answer(Responder.echo());
            own.accept();
            awaitServed("own");
            assertThat(tally(20)).containsOnlyKeys("own");

            told.define(way.server(
                    port, refusing.port(), way.fallback(first.port(), 1, 2) + "," + way.fallback(second.port(), 1, 1)));
            awaitServed("first");
            Map<String, Integer> shared = tally(300);
            assertThat(shared.get("first")).isBetween(180, 220);
            assertThat(shared.get("second")).isBetween(80, 120);
        }
    }

    @ParameterizedTest
    @EnumSource
    void F15_F16_serverThatIsTakenOut_endsWhatItHas_andServesWhenItIsBack(Way way) throws Exception {
        var brief = new CountDownLatch(1);
        var endless = new CountDownLatch(1);
        try (var told = new Told(way, directory);
                var backend = EchoBackend.start("own", exchange -> {
                    String target = exchange.head().target();
                    if (target.equals("/")) {
                        Responder.echo().answer(exchange);
                        return;
                    }
                    exchange.startChunked(200);
                    exchange.chunk("begin");
                    await(target.equals("/brief") ? brief : endless);
                    exchange.endChunked();
                })) {
            String server = way.server(port, backend.port(), "");
            told.define(server);
            awaitServed("own");
            try (var idle = RawClient.connect(port);
                    var ending = RawClient.connect(port);
                    var cut = RawClient.connect(port)) {
                assertThat(idle.get("a.test", "/").status()).isEqualTo(200);
                ending.send("GET /brief HTTP/1.1\r\nHost: a.test\r\n\r\n").readHead();
                cut.send("GET /endless HTTP/1.1\r\nHost: a.test\r\n\r\n").readHead();
                long out = Ticker.system().nanos();
                told.define("");
                awaitRefused();
                assertThat(idle.readToEnd()).isEmpty();
                brief.countDown();
                assertThat(new String(ending.readToEnd(), StandardCharsets.US_ASCII))
                        .endsWith("0\r\n\r\n");
                cut.readToEnd();
                assertThat(Duration.ofNanos(Ticker.system().nanos() - out)).isGreaterThanOrEqualTo(DRAIN);
            }
            told.define(server);
            awaitServed("own");
            Vitals before = Vitals.of(told.pid(), Set.of(port, backend.port()));
            int times = way == Way.API ? 20 : 5; // to notice an edit takes its time
            for (int i = 0; i < times; i++) {
                told.define("");
                awaitRefused();
                told.define(server);
                awaitServed("own");
            }
            eventually(
                    Packaged.SOON,
                    () -> Vitals.of(told.pid(), Set.of(port, backend.port())).assertNotAbove(before));
        } finally {
            brief.countDown();
            endless.countDown();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
