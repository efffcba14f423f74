package dev.penstock.gateway;

import static dev.penstock.discovery.dns.Records.a;
import static dev.penstock.discovery.dns.Records.srv;
import static dev.penstock.testkit.Eventually.eventually;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.discovery.dns.FakeDns;
import dev.penstock.discovery.dns.KnotServer;
import dev.penstock.testkit.StubBackend;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;

class DnsCommandTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int SIGTERM = 15;

    private final FakeDns nameserver = new FakeDns();
    private final LoopbackBackends backends = LoopbackBackends.atAddresses(3);
    private final HttpClient client = HttpClient.newHttpClient();
    private final InProcess program = new InProcess(Map.of());
    private CompletableFuture<Integer> running = CompletableFuture.completedFuture(0);

    @TempDir
    Path directory;

    @AfterEach
    void close() throws Exception {
        program.signal(SIGTERM);
        assertThat(InProcess.status(running)).as(program.err()).isZero();
        nameserver.close();
        backends.close();
    }

    /** Starts the program on ports that were free a moment ago; returns them. */
    private List<Integer> start(List<String> options, String... targets) throws Exception {
        List<Integer> ports = new ArrayList<>();
        List<String> arguments = new ArrayList<>(List.of("dns", "--admin", "off"));
        arguments.addAll(options);
        for (String target : targets) {
            ports.add(FreePorts.next());
            arguments.add(ports.get(ports.size() - 1) + ":" + target);
        }
        running = program.start(arguments.toArray(String[]::new));
        eventually(SOON, () -> assertThat(program.out() + program.err()).contains("\n"));
        assertThat(program.out()).as(program.err()).startsWith("penstock ");
        return ports;
    }

    private List<Integer> start(String... targets) throws Exception {
        return start(List.of("--nameserver", nameserver.address()), targets);
    }

    private HttpResponse<String> get(int port) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                        .timeout(SOON)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private Map<String, Integer> counted(int port, int requests) throws Exception {
        Map<String, Integer> counts = new TreeMap<>();
        for (int i = 0; i < requests; i++) {
            counts.merge(get(port).body(), 1, Integer::sum);
        }
        return counts;
    }

    private void awaitCounts(int port, Map<String, Integer> expected) {
        int sum = expected.values().stream().mapToInt(Integer::intValue).sum();
        eventually(SOON, () -> assertThat(counted(port, sum)).isEqualTo(expected));
    }

    private String target() {
        return "webserver.lb.test:" + backends.port();
    }

    @Test
    void N01_mapping_reachesTheInternalPortOfAllAddresses() throws Exception {
        nameserver.zone(
                a("webserver.lb.test", 1, "127.0.0.1"),
                a("webserver.lb.test", 1, "127.0.0.2"),
                a("webserver.lb.test", 1, "127.0.0.3"));
        int port = start(target()).get(0);
        awaitCounts(port, Map.of("127.0.0.1", 2, "127.0.0.2", 2, "127.0.0.3", 2));
        assertThat(program.out()).contains(":" + port + " -> " + target());
    }

    @Test
    void X03_dns_startsFromItsCommandLine() throws Exception {
        nameserver.zone(a("webserver.lb.test", 1, "127.0.0.1"), a("graphite.lb.test", 1, "127.0.0.2"));
        List<Integer> ports = start(
                List.of("--nameserver", "127.0.0.1:1," + nameserver.address(), "--interval", "ttl", "--timeout", "1s"),
                target(),
                "graphite.lb.test:" + backends.port());
        awaitCounts(ports.get(0), Map.of("127.0.0.1", 1));
        awaitCounts(ports.get(1), Map.of("127.0.0.2", 1));
        assertThat(program.out())
                .contains("http://*:" + ports.get(0) + " -> webserver", "http://*:" + ports.get(1) + " -> graphite");
    }

    @Test
    void N02_severalMappings_serveEachTheirOwn() throws Exception {
        nameserver.zone(a("webserver.lb.test", 1, "127.0.0.1"), a("graphite.lb.test", 1, "127.0.0.2"));
        List<Integer> ports = start(target(), "graphite.lb.test:" + backends.port());
        awaitCounts(ports.get(0), Map.of("127.0.0.1", 3));
        awaitCounts(ports.get(1), Map.of("127.0.0.2", 3));
    }

    @Test
    void N03_changes_areFollowedUnderTraffic() throws Exception {
        nameserver.zone(a("webserver.lb.test", 60, "127.0.0.1"), a("webserver.lb.test", 60, "127.0.0.2"));
        int port = start(target()).get(0);
        awaitCounts(port, Map.of("127.0.0.1", 2, "127.0.0.2", 2));
        nameserver.zone(a("webserver.lb.test", 60, "127.0.0.2"), a("webserver.lb.test", 60, "127.0.0.3"));
        awaitCounts(port, Map.of("127.0.0.2", 2, "127.0.0.3", 2));
    }

    @Test
    void N05_slowNameserver_disturbsNoRequest() throws Exception {
        var answered = new AtomicInteger();
        nameserver.script((question, tcp) -> {
            FakeDns.pause(250);
            answered.incrementAndGet();
            return FakeDns.ofZone(question, List.of(a("webserver.lb.test", 1, "127.0.0.1")));
        });
        int port = start(target()).get(0);
        awaitCounts(port, Map.of("127.0.0.1", 1));
        int before = answered.get();
        while (answered.get() < before + 2) {
            assertThat(counted(port, 50)).containsOnlyKeys("127.0.0.1");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Rcode.SERVFAIL, Rcode.REFUSED, -1})
    void N08_failingNameserver_oldAddressesStayInUse(int code) throws Exception {
        nameserver.zone(a("webserver.lb.test", 1, "127.0.0.1"), a("webserver.lb.test", 1, "127.0.0.3"));
        int port = start(target()).get(0);
        awaitCounts(port, Map.of("127.0.0.1", 2, "127.0.0.3", 2));
        nameserver.script((question, tcp) -> code < 0 ? null : FakeDns.empty(question, code));
        int before = nameserver.asked().size();
        eventually(SOON, () -> assertThat(nameserver.asked()).hasSizeGreaterThan(before + 2));
        assertThat(counted(port, 6)).isEqualTo(Map.of("127.0.0.1", 3, "127.0.0.3", 3));
    }

    @Test
    void N08_neverResolved_is503() throws Exception {
        nameserver.script((question, tcp) -> FakeDns.empty(question, Rcode.SERVFAIL));
        int port = start(target()).get(0);
        assertThat(get(port).statusCode()).isEqualTo(503);
    }

    @Test
    void N09_nameGone_is503AndServedAgainWhenItReturns() throws Exception {
        nameserver.zone(a("webserver.lb.test", 60, "127.0.0.1"));
        int port = start(target()).get(0);
        awaitCounts(port, Map.of("127.0.0.1", 2));
        nameserver.zone();
        eventually(SOON, () -> assertThat(get(port).statusCode()).isEqualTo(503));
        nameserver.zone(a("webserver.lb.test", 60, "127.0.0.2"));
        awaitCounts(port, Map.of("127.0.0.2", 2));
    }

    @Test
    void N09_nameGone_is404ByOption() throws Exception {
        int port = start(List.of("--nameserver", nameserver.address(), "--no-endpoints", "404"), target())
                .get(0);
        eventually(SOON, () -> assertThat(get(port).statusCode()).isEqualTo(404));
    }

    @Test
    void N12_mappingWithoutInternalPort_usesSrvRecords() throws Exception {
        nameserver.zone(
                srv("_http._tcp.webserver.lb.test", 1, 0, 10, backends.port(), "h1.lb.test"),
                srv("_http._tcp.webserver.lb.test", 1, 0, 30, backends.port(), "h2.lb.test"),
                a("h1.lb.test", 1, "127.0.0.1"),
                a("h2.lb.test", 1, "127.0.0.2"));
        List<Integer> ports = start(
                List.of("--nameserver", nameserver.address(), "--balancer", "weighted_round_robin"),
                "_http._tcp.webserver.lb.test",
                "_http._tcp.webserver.lb.test:srv");
        awaitCounts(ports.get(0), Map.of("127.0.0.1", 2, "127.0.0.2", 6));
        awaitCounts(ports.get(1), Map.of("127.0.0.1", 2, "127.0.0.2", 6));
    }

    /** Tier 1 is a host where nobody listens and one that answers; then only the former, then only tier 2. */
    @Test
    void N12_priorities_ofARealServer_areTiersWithinOneRequest() throws Exception {
        String service = "_http._tcp.webserver.lb.test";
        Record dead = srv(service, 1, 1, 10, backends.port(), "h4.lb.test");
        Record alive = srv(service, 1, 1, 10, backends.port(), "h1.lb.test");
        Record spare = srv(service, 1, 2, 10, backends.port(), "h2.lb.test");
        try (var knot = KnotServer.start(directory)) {
            knot.put(
                    a("h1.lb.test", 1, "127.0.0.1"),
                    a("h2.lb.test", 1, "127.0.0.2"),
                    a("h4.lb.test", 1, "127.0.0.4")); // no backend
            knot.put(dead, alive, spare);
            int port = start(List.of("--nameserver", knot.address()), service).get(0);
            awaitCounts(port, Map.of("127.0.0.1", 20));
            knot.put(dead, spare);
            awaitCounts(port, Map.of("127.0.0.2", 20));
            knot.put(dead, alive, spare);
            awaitCounts(port, Map.of("127.0.0.1", 20));
        }
    }

    @Test
    void N13_searchDomains_ofTheSystemFile() throws Exception {
        Path file = Files.writeString(directory.resolve("resolv.conf"), "search lb.test\nnameserver 192.0.2.1\n");
        nameserver.zone(a("webserver.lb.test", 60, "127.0.0.1"));
        List<String> options = List.of("--nameserver", nameserver.address(), "--resolv-conf", file.toString());
        List<Integer> ports =
                start(options, "webserver:" + backends.port(), target(), "webserver.lb.test.:" + backends.port());
        for (int port : ports) {
            awaitCounts(port, Map.of("127.0.0.1", 2));
        }
    }

    @Test
    void N14_balancing_isPerRequestAndExact() throws Exception {
        nameserver.zone(a("webserver.lb.test", 1, "127.0.0.1"), a("webserver.lb.test", 1, "127.0.0.2"));
        int port = start(target()).get(0);
        awaitCounts(port, Map.of("127.0.0.1", 1, "127.0.0.2", 1));
        assertThat(counted(port, 100)).isEqualTo(Map.of("127.0.0.1", 50, "127.0.0.2", 50));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "80",
                "webserver",
                ":webserver:8080",
                "80::8080",
                "80:webserver:",
                "80:",
                "eighty:webserver:8080",
                "80:webserver:http",
                "0:webserver:8080",
                "65536:webserver:8080",
                "80:webserver:65536",
                "80:webserver:0",
                "80:webserver:-1",
                "80:webserver:8080:1",
                "80:webserver:8080/udp",
                "80:web/server:8080",
                "80:web server:8080",
                "80:-:x",
                "80:a..b:8080",
                "80:web/x:8080",
                "99999999999:webserver:8080"
            })
    void N15_badMapping_isUsageAndStatus2AndOpensNoPort(String mapping) throws Exception {
        int free = FreePorts.next();
        assertThat(program.run("dns", free + ":webserver:8080", mapping)).isEqualTo(2);
        assertThat(program.err())
                .startsWith("penstock: ")
                .contains("\"" + mapping + "\" (expected: ", "Usage: penstock dns");
        assertThat(program.out()).isEmpty();
        try (var socket = new ServerSocket(free, 1, InetAddress.getLoopbackAddress())) {
            assertThat(socket.isBound()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "80:web:1 80:web:2",
                "80:web:1 --interval 10ms",
                "80:web:1 --interval soon",
                "80:web:1 --nameserver [::1",
                "80:web:1 --tries 0",
                "80:web:1 --timeout 1",
                "80:web:1 --no-endpoints 500",
                "80:web:1 --search a..b",
                "80:10.0.0.1:8080"
            })
    void N15_emptyListAndBadOptions_areUsageAndStatus2(String arguments) {
        var words = new ArrayList<>(List.of("dns"));
        words.addAll(arguments.isEmpty() ? List.of() : List.of(arguments.split(" ", -1)));
        assertThat(program.run(words.toArray(String[]::new))).isEqualTo(2);
        assertThat(program.err()).contains("(expected: ", "Usage: penstock dns");
    }

    @Test
    void N16_mappingOfTcp_passesBytesBothWays_besideOneOfHttp() throws Exception {
        nameserver.zone(a("bytes.lb.test", 1, "127.0.0.1"), a("webserver.lb.test", 1, "127.0.0.1"));
        byte[] up = new byte[1 << 20];
        new SplittableRandom(16).nextBytes(up);
        try (var backend = StubBackend.start(connection -> {
            connection.send("hello"); // who speaks first does not matter
            connection.send(connection.readToEnd());
        })) {
            List<Integer> ports = start("bytes.lb.test:" + backend.port() + "/tcp", target());
            eventually(SOON, () -> {
                try (var client = new Socket(InetAddress.getLoopbackAddress(), ports.get(0))) {
                    client.setSoTimeout((int) SOON.toMillis());
                    assertThat(client.getInputStream().readNBytes(5))
                            .asString(US_ASCII)
                            .isEqualTo("hello");
                    client.getOutputStream().write(up);
                    client.shutdownOutput(); // which the endpoint hears, and can answer after it
                    assertThat(client.getInputStream().readAllBytes()).isEqualTo(up);
                }
            });
            awaitCounts(ports.get(1), Map.of("127.0.0.1", 2));
            assertThat(program.out()).contains(" tcp://", " http://");
        }
    }

    @Test
    void C11_serviceOfAFile_namesDns() throws Exception {
        nameserver.zone(a("webserver.lb.test", 60, "127.0.0.1"), a("webserver.lb.test", 60, "127.0.0.2"));
        Path file = Files.writeString(directory.resolve("penstock.yaml"), """
                listeners: [{address: 127.0.0.1:0, name: web}]
                routes: [{service: site}]
                services: {site: {discover: ["dns://SERVER/TARGET?interval=2s"]}}
                admin: off
                """.replace("SERVER", nameserver.address())
                .replace("TARGET", target()));
        running = program.start("run", "-f", file.toString());
        eventually(SOON, () -> assertThat(program.out() + program.err()).contains("\n"));
        int port = Integer.parseInt(program.out().replaceFirst("(?s).*web http://127\\.0\\.0\\.1:([0-9]+) .*", "$1"));
        awaitCounts(port, Map.of("127.0.0.1", 2, "127.0.0.2", 2));
        nameserver.zone(a("webserver.lb.test", 60, "127.0.0.3"));
        awaitCounts(port, Map.of("127.0.0.3", 2));
    }

    @Test
    void C11_badUri_isToldByCheck() throws Exception {
        Path file = Files.writeString(directory.resolve("penstock.yaml"), """
                listeners: [{address: 127.0.0.1:0, name: web}]
                routes: [{service: site}]
                services: {site: {discover: ["dns:///site.lb.test:8080?intervall=2s"]}}
                """);
        assertThat(program.run("check", "-f", file.toString())).isEqualTo(2);
        assertThat(program.err())
                .contains("option: \"intervall\" (expected: one of emptyGuard,", "did you mean \"interval\"?");
    }
}
