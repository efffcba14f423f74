package dev.penstock.gateway;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.RawResponse;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackagedProgramIT {
    private static final String WEB = "web http://127.0.0.1:";
    private static final String ADMIN = "admin http://127.0.0.1:";

    private final EchoBackend one = EchoBackend.start("one");
    private final EchoBackend two = EchoBackend.start("two");

    @TempDir
    Path directory;

    @AfterEach
    void close() {
        one.close();
        two.close();
    }

    private String file(String balancer) throws IOException {
        return Files.writeString(
                        directory.resolve("penstock.yaml"),
                        String.format(Locale.ROOT, """
                listeners: [{address: 127.0.0.1:0, name: web}]
                routes: [{service: site}]
                services: {site: {balancer: %s, endpoints: [%s, %s]}}
                admin: 127.0.0.1:0
                """, balancer, one.address(), two.address()))
                .toString();
    }

    private static RawResponse get(int port, String path) throws IOException {
        try (var client = RawClient.connect(port)) {
            return client.get("a.example.com", path);
        }
    }

    @Test
    void S01_S08_run_balancesTellsItsStatusAndEndsWithStatus0() throws Exception {
        try (var program = Packaged.start("run", "-f", file("round_robin"))) {
            int web = program.port(WEB);
            List<String> answered = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                answered.add(get(web, "/x").echo().backend());
            }
            assertThat(answered).contains("one", "two");
            assertThat(get(program.port(ADMIN), "/status").text()).isEqualTo("OK\n");
            assertThat(get(program.port(ADMIN), "/state").text()).contains(one.address(), two.address());
            assertThat(get(program.port(ADMIN), "/nope").status()).isEqualTo(403); // by a name of somebody else
            try (var here = RawClient.connect(program.port(ADMIN))) {
                assertThat(here.get("localhost", "/nope").status()).isEqualTo(404);
            }

            program.signal("INT");

            assertThat(program.status()).isZero();
            assertThat(program.out())
                    .matches("penstock [^ ]+ on (epoll|nio), [0-9]+ loops?: web .* -> site; admin .*\n");
        }
    }

    @Test
    void S06_accessLog_isWhatTheTestSent_alsoAfterItWasRenamed() throws Exception {
        Path log = directory.resolve("access.log");
        Path old = directory.resolve("access.log.1");
        String file = file("round_robin");
        Files.writeString(
                Path.of(file),
                Files.readString(Path.of(file))
                        + "log: {access: {format: '{path} {status} {service} {endpoint} {end}', to: access.log}}\n"
                        + "drain: 0s\n");
        try (var program = Packaged.start("run", "-f", file)) {
            int web = program.port(WEB);
            get(web, "/1?secret=1");
            eventually(Packaged.SOON, () -> assertThat(log).exists().isNotEmptyFile());
            Files.move(log, old);
            int sent = 1;
            while (!Files.exists(log)) { // the name is looked for again after a second
                get(web, "/" + ++sent);
            }
            String last = "/" + ++sent;
            get(web, last);
            program.signal("TERM"); // what waits is written first
            assertThat(program.status()).as(program.err()).isZero();

            List<String> lines = new ArrayList<>(Files.readAllLines(old));
            lines.addAll(Files.readAllLines(log));
            assertThat(lines).hasSize(sent).allMatch(line -> line.matches("/[0-9]+ 200 site 127[^ ]+ complete"));
            assertThat(lines.get(0)).startsWith("/1 200 site ");
            assertThat(lines.get(sent - 1)).startsWith(last + " ");
        }
    }

    @Test
    void S06_accessLogByAFlag_goesToStandardOutput() throws Exception {
        try (var program = Packaged.start("run", "-f", file("round_robin"), "--access-log", "combined")) {
            get(program.port(WEB), "/x");
            eventually(
                    Packaged.SOON,
                    () -> assertThat(program.out())
                            .containsPattern(
                                    "127\\.0\\.0\\.1 - - \\[.* \\+0000] \"GET /x HTTP/1\\.1\" 200 [0-9]+ \"-\" \"-\"\n"));
        }
    }

    @Test
    void S04_metrics_areTheCountsOfTheTest() throws Exception {
        try (var program = Packaged.start("run", "-f", file("round_robin"))) {
            int web = program.port(WEB);
            for (int i = 0; i < 6; i++) {
                assertThat(get(web, "/x").status()).isEqualTo(200);
            }
            try (var open = RawClient.connect(web)) {
                open.get("a.example.com", "/y");

                RawResponse answer = get(program.port(ADMIN), "/metrics");

                assertThat(answer.header("Content-Type")).contains("text/plain; version=0.0.4; charset=utf-8");
                assertThat(answer.text().lines())
                        .contains(
                                "# TYPE penstock_endpoint_requests_total counter",
                                "penstock_service_requests_total{service=\"site\"} 7.0",
                                "penstock_service_in_flight{service=\"site\"} 0.0",
                                "penstock_service_answers_total{service=\"site\",status=\"2xx\"} 7.0",
                                "penstock_service_latency_seconds_bucket{service=\"site\",le=\"+Inf\"} 7",
                                "penstock_service_latency_seconds_count{service=\"site\"} 7",
                                "penstock_service_endpoints{eligible=\"true\",service=\"site\"} 2.0",
                                "penstock_endpoint_failures_total{endpoint=\"" + one.address()
                                        + "\",service=\"site\"} 0.0")
                        .anyMatch(line -> line.startsWith("jvm_memory_used_bytes"));
                double given = answer.text()
                        .lines()
                        .filter(line -> line.startsWith("penstock_endpoint_requests_total{"))
                        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                        .sum();
                assertThat(given).isEqualTo(7);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"first", "round", "round_robin", "weighted_round_robin", "random", "least", "p2c"})
    void B10_balancer_byName_serves(String balancer) throws Exception {
        try (var program = Packaged.start("run", "-f", file(balancer), "--admin", "off")) {
            assertThat(get(program.port(WEB), "/").status()).isEqualTo(200);
        }
    }

    @Test
    void B10_unknownBalancer_endsBeforeAPortIsOpened() throws Exception {
        try (var program = Packaged.start("run", "-f", file("nope"), "--log-level", "debug")) {
            assertThat(program.status()).isEqualTo(2);
            assertThat(program.err().lines())
                    .singleElement()
                    .asString()
                    .contains("penstock.yaml:3:")
                    .contains("services.site.balancer: \"nope\" (expected: one of");
            assertThat(program.out()).isEmpty();
        }
    }

    @Test
    void S02_sigterm_underLoad_inFlightRequestsAreFinished() throws Exception {
        one.hold();
        two.hold();
        try (var program = Packaged.start("run", "-f", file("round_robin"), "--drain", "0s")) {
            int web = program.port(WEB);
            int admin = program.port(ADMIN);
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                clients.add(RawClient.connect(web).send("GET /" + i + " HTTP/1.1\r\nHost: a\r\n\r\n"));
            }
            one.awaitHeld(10);
            two.awaitHeld(10);

            program.signal("TERM");
            eventually(
                    Packaged.SOON,
                    () -> assertThat(get(admin, "/status").text()).isEqualTo("TERMINATING\n"));
            one.release();
            two.release();

            for (RawClient client : clients) {
                assertThat(client.read().status()).isEqualTo(200);
                client.close();
            }
            assertThat(program.status()).isZero();
        }
    }

    @Test
    void S02_sigterm_withADrainTime_servesOnWhileTerminating_andASecondOneStopsAtOnce() throws Exception {
        try (var program = Packaged.start("run", "-f", file("round_robin"), "--drain", "1h")) {
            int web = program.port(WEB);
            int admin = program.port(ADMIN);
            program.signal("TERM");
            eventually(
                    Packaged.SOON,
                    () -> assertThat(get(admin, "/status").text()).isEqualTo("TERMINATING\n"));
            assertThat(get(web, "/").status()).isEqualTo(200);
            assertThat(program.isAlive()).isTrue();

            program.signal("TERM");

            assertThat(program.status()).isEqualTo(143);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "listeners: [",
                "listeners: {address: 127.0.0.1:0}",
                "listeners: [{address: 127.0.0.1:65536}]",
                "listeners: [{address: 127.0.0.1:0, name: a}, {address: 127.0.0.1:0, name: a}]",
                "listeners: [127.0.0.1:0]\nroutes: [{service: nobody}]",
                "listeners: [127.0.0.1:0]\nservices: {s: {endpoints: [127.0.0.1:0]}}",
                "listeners: [127.0.0.1:0]\ntimeout: 3s",
                "\u0000",
            })
    void badFile_endsWithStatus2AndALineForEachFault(String text) throws Exception {
        Path file = Files.writeString(directory.resolve("bad.yaml"), text);
        try (var run = Packaged.start("run", "-f", file.toString());
                var check = Packaged.start("check", "-f", file.toString())) {
            assertThat(run.status()).isEqualTo(2);
            assertThat(check.status()).isEqualTo(2);
            assertThat(run.err()).isEqualTo(check.err());
            assertThat(run.err().lines())
                    .isNotEmpty()
                    .allMatch(line -> line.startsWith(file.toString()))
                    .noneMatch(line -> line.startsWith("\tat "));
        }
    }

    @Test
    void unreadableFile_endsWithStatus2AndItsPath() throws Exception {
        String missing = directory.resolve("missing.yaml").toString();
        try (var program = Packaged.start("run", "-f", missing)) {
            assertThat(program.status()).isEqualTo(2);
            assertThat(program.err()).isEqualTo(missing + ": unable to open file: no such file\n");
        }
    }

    @Test
    void portInUse_endsWithStatus2AndItsName_andLeavesNoPortOpen() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Path file = Files.writeString(
                    directory.resolve("taken.yaml"), String.format(Locale.ROOT, """
                    listeners: [{address: 127.0.0.1:0, name: free}, {address: 127.0.0.1:%d, name: taken}]
                    admin: off
                    """, taken.getLocalPort()));
            try (var program = Packaged.start("run", "-f", file.toString(), "--log-level", "error")) {
                assertThat(program.status()).isEqualTo(2);
                assertThat(program.err().lines())
                        .singleElement()
                        .asString()
                        .contains("taken", "127.0.0.1:" + taken.getLocalPort());
                assertThat(program.out()).isEmpty();
            }
        }
    }

    @Test
    void S07_invalidLogLevel_endsWithStatus2() throws Exception {
        try (var program = Packaged.start("run", "-f", file("first"), "--log-level=loud")) {
            assertThat(program.status()).isEqualTo(2);
            assertThat(program.err()).isEqualTo("--log-level: \"loud\" (expected: one of debug, info, warn, error)\n");
        }
    }

    @Test
    void X06_environment_ofAProcess_isRead() throws Exception {
        var variables = Map.of("PENSTOCK_CONFIG", file("first"), "PENSTOCK_THREADS", "1", "PENSTOCK_ADMIN", "off");
        try (var program =
                Packaged.command(variables, List.of(Packaged.JAVA, "-jar", Packaged.JAR, "run", "--transport=nio"))) {
            assertThat(get(program.port(WEB), "/").status()).isEqualTo(200);
            assertThat(program.out()).contains(" on nio, 1 loop: ").contains("admin off");
        }
    }

    @Test
    void B15_balancerOfAThirdParty_fromTheClassPath_isChosenByItsName() throws Exception {
        String classPath = Packaged.JAR + File.pathSeparator + "target/test-classes";
        try (var program = Packaged.command(
                Map.of(),
                List.of(Packaged.JAVA, "-cp", classPath, "dev.penstock.gateway.Main", "run", "-f", file("last")))) {
            String last = one.address().compareTo(two.address()) > 0 ? "one" : "two";
            for (int i = 0; i < 3; i++) {
                assertThat(get(program.port(WEB), "/").echo().backend()).isEqualTo(last);
            }
        }
    }

    @Test
    void demo_isAnsweredByItsBackends_andEndsOnCtrlC() throws Exception {
        try (var program = Packaged.start("demo", "--port", "0", "--admin", "127.0.0.1:0")) {
            int web = program.port(WEB);
            assertThat(get(web, "/").text()).startsWith("This is ");
            assertThat(get(web, "/blue").text()).startsWith("This is blue.");
            eventually(Packaged.SOON, () -> assertThat(program.out()).contains("GET a.example.com/blue  200  blue"));

            program.signal("INT");

            assertThat(program.status()).isZero();
        }
    }
}
