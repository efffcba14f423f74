package dev.penstock.gateway;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.RequiresTool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The native API of the packaged program, a process of its own, asked by curl. */
class NativeApiIT {
    private static final EchoBackend B1 = EchoBackend.start("b1");
    private static final EchoBackend B2 = EchoBackend.start("b2");
    private static Packaged program;
    private static String api;
    private static int web;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        RequiresTool.find("curl");
        web = FreePorts.next();
        Path file = Files.writeString(
                directory.resolve("web.yaml"), String.format(Locale.ROOT, """
                        listeners: [{name: web, address: '127.0.0.1:%d'}]
                        routes: [{service: both}]
                        services: {both: {endpoints: ['127.0.0.1:%d', '127.0.0.1:%d']}}
                        """, web, B1.port(), B2.port()));
        program = Packaged.start("run", "-f", file.toString(), "--admin", "127.0.0.1:0");
        api = "http://127.0.0.1:" + program.port("admin http://127.0.0.1:");
    }

    @AfterAll
    static void stop() {
        program.close();
        B1.close();
        B2.close();
    }

    /** What curl prints of status and body: the status on a line of its own behind it. */
    private static String curl(String method, String path, String body, String... more) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "curl",
                "-sS",
                "-X",
                method,
                "-w",
                "\n%{http_code}",
                "-H",
                "Content-Type: application/json",
                api + path));
        if (!body.isEmpty()) {
            command.addAll(List.of("--data-binary", body));
        }
        Collections.addAll(command, more);
        return run(new ProcessBuilder(command));
    }

    private static JsonNode ok(String method, String path, String body) throws Exception {
        String said = curl(method, path, body);
        assertThat(said).endsWith("\n200");
        return new ObjectMapper().readTree(said);
    }

    private static String run(ProcessBuilder builder) throws Exception {
        Process process = builder.redirectErrorStream(true).start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(out).isZero();
        return out;
    }

    private static String served(int port) throws IOException {
        try (var client = RawClient.connect(port)) {
            var response = client.get("a.test", "/");
            return response.status() == 200 ? response.echo().backend() : String.valueOf(response.status());
        }
    }

    @Test
    void walkThroughOfTheDocument_worksAsItStands() throws Exception {
        int port = FreePorts.next();
        List<String> commands = Files.readAllLines(Path.of("..", "docs", "api.md")).stream()
                .filter(line -> line.startsWith("curl "))
                .map(line -> line.replace("8081", String.valueOf(port))
                        .replace("http://localhost:9123", api)
                        .replace("9001", String.valueOf(B1.port())))
                .toList();
        assertThat(commands).hasSize(3);
        for (String command : commands) {
            assertThat(run(new ProcessBuilder("sh", "-c", command))).contains("HTTP/1.1 200");
        }
        assertThat(served(port)).isEqualTo("b1");
        ok("PUT", "/v1/config", "{}");
    }

    @Test
    void drainedEndpoint_getsNoRequest_untilItIsUndrained() throws Exception {
        String path = "/v1/services/both/endpoints/127.0.0.1:" + B1.port();
        ok("POST", path + "/drain", "");
        for (int i = 0; i < 6; i++) {
            assertThat(served(web)).isEqualTo("b2");
        }
        ok("POST", path + "/undrain", "");
        eventually(Packaged.SOON, () -> assertThat(served(web)).isEqualTo("b1"));
    }

    @Test
    void refusals_areProblems_alsoOfBodiesThatAreTooLong() throws Exception {
        Path body = Files.writeString(Files.createTempFile("body", ".json"), " ".repeat((1 << 20) + 1));
        try {
            assertThat(curl("PUT", "/v1/config", "", "--data-binary", "@" + body, "-i"))
                    .contains("application/problem+json", "\"status\" : 413");
        } finally {
            Files.delete(body);
        }
        assertThat(run(new ProcessBuilder("curl", "-sS", "-w", "\n%{http_code}", "-d", "{}", api + "/v1/explain")))
                .contains("application/x-www-form-urlencoded")
                .endsWith("\n415");
        assertThat(curl("PUT", "/v1/config", "{}", "-H", "If-Match: \"0\"")).endsWith("\n412");
        assertThat(curl("PUT", "/v1/config/services/both", "{\"endpoints\":[\"127.0.0.1:1\"]}"))
                .contains("is defined by file")
                .endsWith("\n409");
    }

    @Test
    void explain_tellsOfTheRunningProgram() throws Exception {
        JsonNode told = ok("POST", "/v1/explain", "{\"request\":\"GET http://a.test:" + web + "/x\"}");

        assertThat(told.get("service").asText()).isEqualTo("both");
        assertThat(told.get("picked").asText()).startsWith("127.0.0.1:");
    }

    /** Answers with a begin at once, and with the rest once it is released. */
    private static EchoBackend inTwo(CountDownLatch released) {
        return EchoBackend.start("slow", exchange -> {
            exchange.startChunked(200);
            exchange.chunk("begin");
            try {
                released.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            exchange.chunk("end");
            exchange.endChunked();
        });
    }

    @Test
    void C09_longDownload_outlivesChangesOfOtherServices_andTheirRollback() throws Exception {
        var released = new CountDownLatch(1);
        try (var slow = inTwo(released)) {
            int port = FreePorts.next();
            int other = FreePorts.next();
            String config = "{\"listeners\":[{\"name\":\"slow\",\"address\":\"127.0.0.1:" + port
                    + "\"},{\"name\":\"other\",\"address\":\"127.0.0.1:" + other
                    + "\"}],\"routes\":[{\"listeners\":\"slow\",\"name\":\"slow\",\"service\":\"slow\"},{\"listeners\":\"other\",\"name\":\"other\","
                    + "\"service\":\"other\"}],\"services\":{\"slow\":{\"endpoints\":[\"127.0.0.1:" + slow.port()
                    + "\"]},\"other\":{\"endpoints\":[\"127.0.0.1:" + B1.port() + "\"]}}}";
            ok("PUT", "/v1/config", config);
            try (var client = RawClient.connect(port)) {
                client.send("GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n")
                        .readHead();
                for (int i = 0; i < 10; i++) {
                    EchoBackend next = i % 2 == 0 ? B2 : B1;
                    JsonNode changed = ok(
                            "PUT", "/v1/config/services/other", "{\"endpoints\":[\"127.0.0.1:" + next.port() + "\"]}");
                    assertThat(changed.get("changed")).hasSize(1);
                    assertThat(changed.at("/changed/0").asText()).isEqualTo("service other");
                    assertThat(served(other)).isEqualTo(i % 2 == 0 ? "b2" : "b1");
                }
                int number =
                        ok("GET", "/v1/history", "").at("/revisions/1/number").asInt();
                ok("POST", "/v1/history/" + number + "/rollback", "");
                eventually(Packaged.SOON, () -> assertThat(served(other)).isEqualTo("b2"));
                released.countDown();
                assertThat(new String(client.readToEnd(), StandardCharsets.UTF_8))
                        .contains("begin", "end");
            } finally {
                released.countDown();
                ok("PUT", "/v1/config", "{}");
            }
        }
    }

    @Test
    void C09_refusedChange_leavesWhatItWouldRemove_withDownloadCountersAndDrain() throws Exception {
        var released = new CountDownLatch(1);
        try (var slow = inTwo(released);
                var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = FreePorts.next();
            ok(
                    "PUT",
                    "/v1/config",
                    "{\"listeners\":[{\"name\":\"slow\",\"address\":\"127.0.0.1:" + port
                            + "\"}],\"routes\":[{\"listeners\":\"slow\",\"name\":\"slow\",\"service\":\"slow\"}],"
                            + "\"services\":{\"slow\":{\"endpoints\":[\"127.0.0.1:" + slow.port()
                            + "\",\"127.0.0.1:" + B2.port() + "\"]}}}");
            ok("POST", "/v1/services/slow/endpoints/127.0.0.1:" + B2.port() + "/drain", "");
            try (var client = RawClient.connect(port)) {
                client.send("GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n")
                        .readHead();
                JsonNode before = ok("GET", "/v1/services/slow", "");
                String history = ok("GET", "/v1/history", "").toString();

                String refused = curl(
                        "PUT",
                        "/v1/config",
                        "{\"listeners\":[{\"name\":\"new\",\"address\":\"127.0.0.1:" + taken.getLocalPort()
                                + "\"}],\"services\":{\"other\":{\"endpoints\":[\"127.0.0.1:1\"]}}}");

                assertThat(refused)
                        .contains("127.0.0.1:" + taken.getLocalPort())
                        .endsWith("\n409");
                JsonNode after = ok("GET", "/v1/services/slow", "");
                assertThat(after.get("endpoints")).hasSize(2);
                for (int i = 0; i < 2; i++) {
                    for (String fact : List.of("address", "phase", "started", "inFlight")) {
                        JsonNode was = before.get("endpoints").get(i).get(fact);
                        assertThat(was).as(fact).isNotNull();
                        assertThat(after.get("endpoints").get(i).get(fact))
                                .as(fact)
                                .isEqualTo(was);
                    }
                }
                assertThat(ok("GET", "/v1/history", "").toString()).isEqualTo(history);
                released.countDown();
                assertThat(new String(client.readToEnd(), StandardCharsets.UTF_8))
                        .contains("begin", "end");
            } finally {
                released.countDown();
                ok("PUT", "/v1/config", "{}");
            }
        }
    }
}
