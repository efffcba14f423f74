package dev.penstock.gateway;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.testkit.RawClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The program with definitions from stores, and three backends that texts may name; seen from outside. Confined to its test. */
final class PushedProgram implements AutoCloseable {
    static final Duration SOON = Duration.ofSeconds(60);
    static final String CLOSED = "closed";

    private static final int SIGTERM = 15;
    private static final String BROKEN_OFF = "broken off"; // as when it is about to be closed

    private final LoopbackBackends backends = LoopbackBackends.atAddresses(3);
    private final InProcess program = new InProcess(Map.of());
    private final int admin = FreePorts.next();
    private CompletableFuture<Integer> running = CompletableFuture.completedFuture(0);

    /** A store that holds one text. */
    interface Store {
        String uri();

        void put(String text);

        void delete();
    }

    void run(Path folder, String... catalogs) throws IOException {
        Path file = Files.writeString(
                folder.resolve("gateway.yaml"),
                "admin: \"127.0.0.1:" + admin + "\"\ncatalogs: [\"" + String.join("\", \"", catalogs) + "\"]\n");
        running = program.start("run", "-f", file.toString());
        eventually(SOON, () -> assertThat(program.out()).as(program.err()).startsWith("penstock "));
    }

    void stop() throws Exception {
        if (!running.isDone()) {
            program.signal(SIGTERM);
        }
        assertThat(InProcess.status(running)).as(program.err()).isZero();
    }

    int backendPort() {
        return backends.port();
    }

    String err() {
        return program.err();
    }

    /** What answers at a port. */
    static String get(int at) {
        try (var client = RawClient.connect(at)) {
            var response = client.get("any.test", "/");
            return response.status() == 200 ? response.text() : "" + response.status();
        } catch (UncheckedIOException e) {
            return e.getCause() instanceof ConnectException ? CLOSED : BROKEN_OFF;
        } catch (IOException e) {
            return BROKEN_OFF;
        }
    }

    void awaitAnswer(int at, String answer) {
        eventually(SOON, () -> assertThat(get(at)).as(this::catalogs).isEqualTo(answer));
    }

    private String catalogs() {
        try {
            return state().path("catalogs").toString();
        } catch (IOException | UncheckedIOException e) {
            return e.toString();
        }
    }

    /** What is wrong with the text of the first store. */
    String skipped() throws IOException {
        return state().at("/catalogs/0/skipped/0").asText();
    }

    /** What is wrong with the first store. */
    String problem() throws IOException {
        return state().at("/catalogs/0/problem").asText();
    }

    JsonNode state() throws IOException {
        try (var client = RawClient.connect(admin)) {
            return new ObjectMapper().readTree(client.get("localhost", "/state").text());
        }
    }

    /** The form of balancer. */
    String servers(int at, String backend) {
        return String.format(Locale.ROOT, """
                [{"address": "127.0.0.1:%d",
                  "upstreams": [{"Target": "%s", "Port": %d}]}]
                """, at, backend, backends.port());
    }

    /** Our own form. */
    String document(int at, String backend) {
        return String.format(Locale.ROOT, """
                listeners: [{address: "127.0.0.1:%d", name: pushed}]
                routes: [{service: site, listeners: [pushed]}]
                services:
                  site: {endpoints: ["%s:%d"]}
                """, at, backend, backends.port());
    }

    /** Ends it as an operator does. */
    @Override
    public void close() throws Exception {
        try {
            stop();
        } finally {
            backends.close();
        }
    }
}
