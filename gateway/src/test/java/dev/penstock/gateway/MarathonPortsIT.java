package dev.penstock.gateway;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.discovery.marathon.FakeMarathon;
import dev.penstock.discovery.marathon.FakeMarathon.Reply;
import dev.penstock.discovery.marathon.Shapes;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.RawClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What of Marathon's apps and tasks makes of ports, from outside: all at one {@code penstock marathon}. */
@Timeout(240)
class MarathonPortsIT {
    private static final String LABEL = "com.meltwater.proxymatic.port.0.";
    private static final String NEWER = "\"2016-10-04T12:58:17.435Z\"";
    private static final EchoBackend A = EchoBackend.start("a");
    private static final EchoBackend B = EchoBackend.start("b");
    private static final EchoBackend C = EchoBackend.start("c");
    private static Path hosts;
    private static MarathonSite site;
    private static FakeMarathon marathon;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        hosts = Files.writeString(folder.resolve("hosts"), "127.0.0.1 localhost\n");
        site = MarathonSite.start(
                List.of("-Djdk.net.hosts.file=" + hosts, "-Dsun.net.inetaddr.negative.ttl=0"), "--group-size=2");
        marathon = site.marathon();
    }

    @AfterAll
    static void stop() {
        try {
            site.close();
        } finally {
            A.close();
            B.close();
            C.close();
        }
    }

    private static String task(String id, String app, int servicePort, EchoBackend backend) {
        return Shapes.task(id, app, List.of(backend.port()), List.of(servicePort));
    }

    private static String app(String id, int servicePort, Map<String, String> labels) {
        return Shapes.definitions14(id, labels, "{\"port\": " + servicePort + "}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"host", "bridge"})
    void M02_twoServicePorts_leadToThePortsOfTheSameIndex(String network) {
        int one = FreePorts.next();
        int two = FreePorts.next();
        String id = "/pair-" + network;
        marathon.deploy(
                network.equals("host") ? Shapes.host08(id, one, two) : Shapes.bridge08(id, one, two),
                Shapes.task("pair-" + network, id, List.of(A.port(), B.port()), List.of(one, two)));
        site.await(one, "a");
        site.await(two, "b");
    }

    @Test
    void M03_changeThatNoEventTells_isSeen() {
        int port = FreePorts.next();
        marathon.app(app("/silent-change", port, Map.of()), task("s", "/silent-change", port, A)); // tells nobody
        site.await(port, "a");
        marathon.app(app("/silent-change", port, Map.of()), task("s2", "/silent-change", port, B));
        site.await(port, "b");
    }

    @Test
    void M08_healthResults_decideWhoIsIn() {
        int some = FreePorts.next();
        int two = FreePorts.next();
        int none = FreePorts.next();
        String bad = "[" + Shapes.result(false) + "]";
        String good = "[" + Shapes.result(true) + "]";
        marathon.app(
                Shapes.with(Shapes.host08("/some", some), "healthChecks", "[" + Shapes.check() + "]"),
                Shapes.with(task("bad", "/some", some, A), "healthCheckResults", bad),
                task("without", "/some", some, B),
                Shapes.with(task("good", "/some", some, C), "healthCheckResults", good));
        marathon.app(
                Shapes.with(
                        Shapes.host08("/two", two), "healthChecks", "[" + Shapes.check() + "," + Shapes.check() + "]"),
                Shapes.with(task("one-of-two", "/two", two, A), "healthCheckResults", good));
        marathon.deploy(Shapes.host08("/none", none), task("unchecked", "/none", none, B));
        site.await(some, "c");
        site.await(two, "a");
        site.await(none, "b");
    }

    @Test
    void M09_taskThatIsKilled_getsNothingNew_andItsConnectionsGoOn() throws Exception {
        int port = FreePorts.next();
        marathon.deploy(Shapes.host08("/killed", port), task("k", "/killed", port, A));
        site.await(port, "a");
        try (var running = RawClient.connect(port)) {
            assertThat(running.get("x", "/").echo().backend()).isEqualTo("a");
            marathon.deploy(
                    Shapes.host08("/killed", port),
                    Shapes.with(task("k", "/killed", port, A), "state", "\"TASK_KILLING\""),
                    task("k2", "/killed", port, B));
            site.await(port, "b");
            assertThat(running.get("x", "/").echo().backend()).isEqualTo("a");
        }
    }

    @Test
    void M10_otherStates_doNotCount() {
        int port = FreePorts.next();
        marathon.deploy(
                Shapes.host08("/states", port),
                Shapes.with(task("staging", "/states", port, A), "state", "\"TASK_STAGING\""),
                Shapes.with(task("lost", "/states", port, B), "state", "\"TASK_LOST\""),
                Shapes.task08("old", "/states", List.of(C.port()), List.of(port))); // says no state
        site.await(port, "c");
    }

    @Test
    void M11_portsThatMakeNoSense_harmNoOther_and0IsSaidOnce() {
        int one = FreePorts.next();
        int two = FreePorts.next();
        String sentence = "app /odd: service port of port 2: 0";
        marathon.deploy(
                Shapes.host08("/odd", one, one, 0, two),
                Shapes.task("o1", "/odd", List.of(A.port(), B.port(), B.port()), List.of(one, one, 0, two)),
                Shapes.task("o2", "/odd", List.of(A.port(), B.port(), B.port(), C.port()), List.of(one, one, 0, two)));
        site.await(one, "a"); // of two equal ones the first
        site.await(two, "c"); // the first task has no port of its host there
        site.awaitLog(sentence);
        long reads = marathon.reads() + 2;
        eventually(Packaged.SOON, () -> assertThat(marathon.reads()).isGreaterThanOrEqualTo(reads));
        assertThat(site.log()).containsOnlyOnce(sentence);
    }

    @Test
    void M12_protocol_makesPortsOfUdpOrTcpOrBoth() {
        int udp = FreePorts.next();
        int both = FreePorts.next();
        int tcp = FreePorts.next();
        try (var datagrams = DatagramBackend.start("u");
                var beside = DatagramBackend.start("v", A.port())) {
            marathon.deploy(
                    Shapes.definitions14(
                            "/protocols",
                            Map.of(),
                            "{\"port\": " + udp + ", \"protocol\": \"udp\"}",
                            "{\"port\": " + both + ", \"protocol\": \"udp,tcp\"}",
                            "{\"port\": " + tcp + "}"),
                    Shapes.task(
                            "p",
                            "/protocols",
                            List.of(datagrams.port(), beside.port(), B.port()),
                            List.of(udp, both, tcp)));
            site.await(tcp, "b");
            site.await(both, "a");
            site.await(udp, "closed"); // for TCP
            try (var one = DatagramBackend.client(udp);
                    var other = DatagramBackend.client(both)) {
                assertThat(DatagramBackend.ask(one, "1")).isEqualTo("u1");
                assertThat(DatagramBackend.ask(other, "2")).isEqualTo("v2");
            }
        }
    }

    @Test
    void M13_M14_taskWithAnAddressOfItsOwn_isServedThere_andItsAppIsCalledBackwards() {
        int port = FreePorts.next();
        marathon.deploy(
                Shapes.container110(
                        "/product/system/own",
                        "{\"containerPort\": " + A.port() + ", \"servicePort\": " + port + ", \"name\": \"http\"}"),
                Shapes.with(
                        Shapes.task("own", "/product/system/own", List.of(), List.of(port)),
                        "ipAddresses",
                        "[{\"ipAddress\": \"127.0.0.1\", \"protocol\": \"IPv4\"}]"));
        site.await(port, "a");
        site.awaitState("\"own.system.product:" + port + "\"");
    }

    @Test
    void M15_canary_joinsTheServicePortOfTheMainApp_andALabelWithoutSenseIsSaid() {
        int port = FreePorts.next();
        int own = FreePorts.next();
        int wrong = FreePorts.next();
        marathon.app(app("/canary", own, Map.of(LABEL + "servicePort", "" + port)), task("y", "/canary", own, B));
        marathon.app(app("/wrong", wrong, Map.of(LABEL + "servicePort", "12x4")), task("w", "/wrong", wrong, C));
        marathon.deploy(app("/main", port, Map.of()), task("m", "/main", port, A));
        site.await(port, "a", "b");
        site.await(own, "closed");
        site.await(wrong, "c");
        site.awaitLog("app /wrong: ", "\"12x4\" (expected: ");
    }

    @Test
    void M16_weight_isTheShareOfACanary() {
        int port = FreePorts.next();
        int own = FreePorts.next();
        marathon.app(
                app("/light", own, Map.of(LABEL + "servicePort", "" + port, LABEL + "weight", "100")),
                task("l", "/light", own, B));
        marathon.app(
                app("/heavy", port, Map.of(LABEL + "weight", "5000", LABEL + "mode", "http")),
                task("h", "/heavy", port, A));
        marathon.event("status_update_event");
        site.await(port, "a", "b");
        site.awaitLog("app /heavy: ", "\"5000\" (expected: ");
        // A sixth of 3,000 requests in a row, give or take three in a hundred; a few seconds later if the canary was
        // cold.
        eventually(Packaged.SOON, () -> assertThat(ofB(port, 3_000)).isBetween(410, 590));
    }

    /** How many requests in a row the second backend gets. */
    private static int ofB(int port, int requests) throws IOException {
        int count = 0;
        try (var client = RawClient.connect(port)) {
            for (int i = 0; i < requests; i++) {
                count += client.get("x", "/").echo().backend().equals("b") ? 1 : 0;
            }
        }
        return count;
    }

    @Test
    void M17_maxconn_isSharedByTheGroup_roundedUp() throws Exception {
        int port = FreePorts.next();
        try (var own = EchoBackend.start("own")) {
            marathon.deploy(app("/few", port, Map.of(LABEL + "maxconn", "3")), task("f", "/few", port, own));
            site.await(port, "own");
            // Each connects when the one before has its endpoint: else it is chance which of them waits.
            try (var first = answered(port);
                    var second = answered(port);
                    var third = RawClient.connect(port)) {
                third.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
                assertThat(third.staysSilent(Duration.ofMillis(500))).isTrue(); // it waits for its turn
                assertThat(second.get("x", "/").status()).isEqualTo(200);
                assertThat(own.openConnections()).isEqualTo(2);
                first.close();
                assertThat(third.read().status()).isEqualTo(200);
            }
        }
    }

    private static RawClient answered(int port) throws IOException {
        var client = RawClient.connect(port);
        assertThat(client.get("x", "/").status()).isEqualTo(200);
        return client;
    }

    @Test
    void M20_versionThatChangesLabelsAlone_takesEffectWithoutANewTask() {
        int port = FreePorts.next();
        String task = task("n", "/newer", port, A);
        marathon.deploy(app("/newer", port, Map.of()), task);
        site.await(port, "a");
        assertThat(forwardedFor(port)).isEmpty();
        marathon.deploy(Shapes.with(app("/newer", port, Map.of(LABEL + "mode", "http")), "version", NEWER), task);
        eventually(Packaged.SOON, () -> assertThat(forwardedFor(port)).isEqualTo("127.0.0.1"));
    }

    private static String forwardedFor(int port) {
        try (var client = RawClient.connect(port)) {
            return client.get("x", "/").echo().head().header("X-Forwarded-For").orElse("");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void M21_version_isReadOnce_andItsFailureLeavesTheSettings() {
        int newest = FreePorts.next();
        int first = FreePorts.next();
        int second = FreePorts.next();
        String between = "2015-10-04T12:58:17.435Z";
        String versions = "/v2/apps/versioned/versions/";
        String label = LABEL + "servicePort";
        String current = Shapes.with(app("/versioned", newest, Map.of()), "version", NEWER);
        marathon.version(app("/versioned", newest, Map.of(label, "" + first)));
        try {
            marathon.deploy(current, task("v1", "/versioned", newest, A));
            site.await(first, "a"); // as the version says that the task runs
            marathon.script(question -> question.target().endsWith(between) ? Reply.of(500, "{}") : null);
            marathon.deploy(
                    current, Shapes.with(task("v2", "/versioned", newest, B), "version", "\"" + between + "\""));
            site.await(first, "b");
            long reads = marathon.reads() + 2;
            eventually(Packaged.SOON, () -> assertThat(marathon.reads()).isGreaterThanOrEqualTo(reads));
            assertThat(MarathonSite.who(first)).isEqualTo("b");
            site.awaitLog("version " + between, "stay as they were");
            assertThat(marathon.askedFor(versions + Shapes.VERSION)).isEqualTo(1);
            assertThat(marathon.askedFor(versions + between)).isGreaterThan(1);
        } finally {
            marathon.script(question -> null);
        }
        marathon.version(
                Shapes.with(app("/versioned", newest, Map.of(label, "" + second)), "version", "\"" + between + "\""));
        site.await(second, "b");
        site.await(first, "closed");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            500 | <html>oops</html>                               | 500: <html>oops
            200 | <html>Service Unavailable</html>                | no JSON
            200 | {"message":"Could not find leader"}             | a message: Could not find leader
            200 | {"apps":[{"id":"/web","tasks":[{"id":           | no JSON
            200 | {"apps":null}                                   | apps: null (expected: a list)
            """)
    void M22_answerThatIsNoAuthority_closesNoListener_losesNoEndpoint(int status, String body, String problem) {
        int port = FreePorts.next();
        marathon.deploy(Shapes.host08("/kept", port), task("kept1", "/kept", port, A), task("kept2", "/kept", port, B));
        site.await(port, "a", "b");
        try {
            marathon.script(question -> question.target().startsWith("/v2/apps?") ? Reply.of(status, body) : null);
            site.awaitState(problem.replace("\"", "\\\""));
            site.awaitLog("WARN", " failed: "); // one line in ten seconds at most
            assertThat(MarathonSite.all(port)).containsExactly("a", "b");
        } finally {
            marathon.script(question -> null);
        }
        marathon.deploy(Shapes.host08("/kept", port), task("kept3", "/kept", port, C));
        site.await(port, "c");
    }

    @Test
    void M23_hostThatDoesNotResolve_isLeftOut_andSaid_untilItDoes() throws Exception {
        int port = FreePorts.next();
        marathon.deploy(
                Shapes.host08("/named", port),
                task("a", "/named", port, A),
                Shapes.with(task("b", "/named", port, B), "host", "\"agent.test\""));
        site.await(port, "a");
        site.awaitState("host agent.test: unknown host");
        site.awaitLog("host agent.test: unknown host; nothing is sent there until it is found");
        Files.writeString(hosts, "127.0.0.1 localhost\n127.0.0.1 agent.test\n");
        site.await(port, "a", "b");
    }

    @Test
    void M24_taskAtItsServicePort_isNotExposed_andSaid() {
        int other = FreePorts.next();
        marathon.deploy(
                Shapes.host08("/self", A.port(), other),
                Shapes.task("self", "/self", List.of(A.port(), B.port()), List.of(A.port(), other)));
        site.await(other, "b");
        site.awaitState("\"self:" + other + "\"");
        assertThat(site.state()).doesNotContain("\"self:" + A.port() + "\"");
    }

    @Test
    void B13_portWithoutATaskThatIsIn_closesConnections_dropsDatagrams_andOneThatComesWorksAtOnce() {
        int tcp = FreePorts.next();
        int udp = FreePorts.next();
        String app = Shapes.definitions14(
                "/empty", Map.of(), "{\"port\": " + tcp + "}", "{\"port\": " + udp + ", \"protocol\": \"udp\"}");
        try (var datagrams = DatagramBackend.start("u");
                var client = DatagramBackend.client(udp)) {
            String task = Shapes.task("empty", "/empty", List.of(A.port(), datagrams.port()), List.of(tcp, udp));
            marathon.deploy(app, Shapes.with(task, "healthCheckResults", "[" + Shapes.result(false) + "]"));
            site.await(tcp, ""); // open, and closed at once
            assertThat(DatagramBackend.askOnce(client, "1")).isEmpty();
            marathon.deploy(app, task);
            site.await(tcp, "a");
            assertThat(DatagramBackend.ask(client, "2")).isEqualTo("u2");
        }
    }

    @Test
    void T08_changesOfOtherServices_closeNoConnection() throws Exception {
        int stays = FreePorts.next();
        int changes = FreePorts.next();
        marathon.deploy(Shapes.host08("/stays", stays), task("stays", "/stays", stays, A));
        site.await(stays, "a");
        try (var open = RawClient.connect(stays)) {
            for (int i = 0; i < 10; i++) {
                EchoBackend backend = i % 2 == 0 ? B : C;
                marathon.deploy(Shapes.host08("/changes", changes), task("c" + i, "/changes", changes, backend));
                site.await(changes, backend.name());
                assertThat(open.get("x", "/").echo().backend()).isEqualTo("a");
                marathon.deploy(Shapes.host08("/changes", changes));
                site.await(changes, "closed");
            }
            assertThat(open.get("x", "/").echo().backend()).isEqualTo("a");
        }
    }

    @Test
    void T09_moreTasksThanTheOldSystemsTook_areAllUsed_andAllInTheStatus() throws Exception {
        int port = FreePorts.next();
        int count = 150;
        try (var backends = LoopbackBackends.atPorts(count)) {
            String[] tasks = new String[count];
            for (int i = 0; i < count; i++) {
                tasks[i] = Shapes.task("many" + i, "/many", List.of(backends.port(i)), List.of(port));
            }
            marathon.deploy(Shapes.host08("/many", port), tasks);
            eventually(Packaged.SOON, () -> {
                Set<String> seen = new TreeSet<>();
                for (int i = 0; i < 10 * count; i++) {
                    try (var client = RawClient.connect(port)) {
                        seen.add(client.get("x", "/").text());
                    }
                }
                assertThat(seen).hasSize(count);
            });
            String state = site.state();
            for (int i = 0; i < count; i++) {
                assertThat(state).contains("127.0.0.1:" + backends.port(i) + "\"");
            }
            marathon.deploy(Shapes.host08("/many", port));
            site.await(port, "closed");
        }
    }
}
