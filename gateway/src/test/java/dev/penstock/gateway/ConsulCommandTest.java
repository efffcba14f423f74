package dev.penstock.gateway;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.discovery.consul.FakeConsul;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.testkit.DeadAddress;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.RawResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class ConsulCommandTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int SIGTERM = 15;

    private final FakeConsul consul = FakeConsul.start();
    private final LoopbackBackends backends = LoopbackBackends.atAddresses(3);
    private final HttpClient client = HttpClient.newHttpClient();
    private InProcess program = new InProcess(Map.of());
    private CompletableFuture<Integer> running = CompletableFuture.completedFuture(0);

    @TempDir
    Path directory;

    @AfterEach
    void close() throws Exception {
        program.signal(SIGTERM);
        assertThat(InProcess.status(running)).as(program.err()).isZero();
        consul.close();
        backends.close();
    }

    private void serve(String service, String... hosts) {
        put(
                service,
                Stream.of(hosts).map(host -> Endpoint.of(host, backends.port())).toList());
    }

    private void put(String service, List<Endpoint> endpoints) {
        consul.put(
                "/v1/health/service/" + service,
                FakeConsul.array(endpoints.stream().map(FakeConsul::entry).toList()));
    }

    private void start(String... arguments) {
        running = program.start(arguments);
        eventually(SOON, () -> assertThat(program.out() + program.err()).contains("\n"));
        assertThat(program.out()).as(program.err()).startsWith("penstock ");
    }

    private HttpResponse<String> get(int port) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                        .timeout(SOON)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private void awaitServed(int port, String... hosts) {
        eventually(SOON, () -> {
            Set<String> seen = new TreeSet<>();
            for (int i = 0; i < 2 * hosts.length; i++) {
                seen.add(get(port).body());
            }
            assertThat(seen).containsExactlyInAnyOrder(hosts);
        });
    }

    @Test
    void X04_consul_servesEachServiceAtItsPort() throws Exception {
        serve("webserver", "127.0.0.1", "127.0.0.2");
        serve("graphite", "127.0.0.3");
        int web = FreePorts.next();
        int graphite = FreePorts.next();
        start("consul", "--admin", "off", consul.address(), web + ":webserver", graphite + ":graphite");
        awaitServed(web, "127.0.0.1", "127.0.0.2");
        awaitServed(graphite, "127.0.0.3");
        assertThat(program.out()).contains(":" + web + " -> webserver").contains(":" + graphite + " -> graphite");
    }

    @Test
    void K10_tokenOfTheEnvironment_isForTheConsulOfTheCommandLine() throws Exception {
        Path token = Files.writeString(directory.resolve("token"), "opensesame");
        program = new InProcess(Map.of("CONSUL_HTTP_TOKEN_FILE", token.toString()));
        serve("webserver", "127.0.0.1");
        int web = FreePorts.next();
        start("consul", "--admin", "off", consul.address(), web + ":webserver");
        awaitServed(web, "127.0.0.1");
        assertThat(consul.tokens()).containsOnly("opensesame");
    }

    @Test
    void X04_tags_areServedAtThePortWithinTheAllowedHosts() throws Exception {
        consul.put(
                "/v1/catalog/services",
                "{\"web\":[\"penstock.host=www.a.test\"],\"greedy\":[\"penstock.host=b.test\"],"
                        + "\"wide\":[\"penstock.path=/\"]}");
        serve("web", "127.0.0.1");
        serve("greedy", "127.0.0.2");
        serve("wide", "127.0.0.2");
        start("consul", "--admin=off", consul.address(), "--port=0", "--allow-host=*.a.test");
        int port = Integer.parseInt(program.out().replaceFirst("(?s).*web http://[^ ]*:([0-9]+) .*", "$1"));
        eventually(SOON, () -> assertThat(body(port, "www.a.test")).isEqualTo("127.0.0.1"));
        assertThat(status(port, "b.test")).isEqualTo(404);
    }

    @Test
    void C11_catalogOfAFile_neverShadowsItsRoutes() throws Exception {
        consul.put(
                "/v1/catalog/services",
                "{\"web\":[\"penstock.host=own.a.test\"],\"more\":[\"penstock.host=more.a.test\"],"
                        + "\"evil\":[\"penstock.host=evil.test\"]}");
        serve("web", "127.0.0.2");
        serve("more", "127.0.0.2");
        serve("evil", "127.0.0.2");
        int web = FreePorts.next();
        Path file = directory.resolve("gateway.yaml");
        Files.writeString(file, String.format(Locale.ROOT, """
                listeners: ["127.0.0.1:%d"]
                admin: off
                routes: [{host: own.a.test, service: site}]
                services: {site: {endpoints: ["127.0.0.1:%d"]}}
                catalogs: [{from: "consul://%s", allowHosts: ["*.a.test"]}]
                """, web, backends.port(), consul.address()));
        start("run", "-f", file.toString());
        eventually(SOON, () -> assertThat(body(web, "more.a.test")).isEqualTo("127.0.0.2"));
        assertThat(body(web, "own.a.test")).isEqualTo("127.0.0.1");
        assertThat(status(web, "evil.test")).isEqualTo(404);
    }

    private static RawResponse get(int port, String host) throws IOException {
        try (var client = RawClient.connect(port)) {
            return client.get(host, "/");
        }
    }

    private static int status(int port, String host) throws IOException {
        return get(port, host).status();
    }

    private static String body(int port, String host) throws IOException {
        return get(port, host).text();
    }

    @Test
    void K01_changes_areFollowedUnderTraffic() throws Exception {
        serve("webserver", "127.0.0.1");
        int web = FreePorts.next();
        start("consul", "--admin", "off", consul.address(), web + ":webserver");
        awaitServed(web, "127.0.0.1");
        serve("webserver", "127.0.0.2", "127.0.0.3");
        awaitServed(web, "127.0.0.2", "127.0.0.3");
        consul.fail("No cluster leader");
        awaitServed(web, "127.0.0.2", "127.0.0.3");
    }

    @Test
    void K05_nodeThatRefuses_costsNoClientAnError() throws Exception {
        try (var dead = DeadAddress.refusing()) {
            put(
                    "webserver",
                    List.of(
                            Endpoint.of("127.0.0.1", backends.port()),
                            Endpoint.parse(dead.address()),
                            Endpoint.of("127.0.0.3", backends.port())));
            int web = FreePorts.next();
            start("consul", "--admin", "off", consul.address(), web + ":webserver");
            awaitServed(web, "127.0.0.1", "127.0.0.3");
            for (int i = 0; i < 30; i++) {
                assertThat(get(web).statusCode()).isEqualTo(200);
            }
        }
    }

    @Test
    void K06_lastInstanceGone_is503() throws Exception {
        serve("webserver", "127.0.0.1");
        int web = FreePorts.next();
        start("consul", "--admin", "off", consul.address(), web + ":webserver");
        awaitServed(web, "127.0.0.1");
        serve("webserver");
        eventually(SOON, () -> assertThat(get(web).statusCode()).isEqualTo(503));
    }

    @Test
    void C11_serviceOfTheFile_followsConsul() throws Exception {
        serve("webserver", "127.0.0.1", "127.0.0.2");
        int web = FreePorts.next();
        Path file = directory.resolve("gateway.yaml");
        Files.writeString(file, String.format(Locale.ROOT, """
                listeners: ["127.0.0.1:%d"]
                admin: off
                routes: [{service: site}]
                services:
                  site:
                    discover: consul://%s/webserver?tag=v2&stale&token=s3cret-of-mine
                """, web, consul.address()));
        start("run", "-f", file.toString());
        awaitServed(web, "127.0.0.1", "127.0.0.2");
        serve("webserver", "127.0.0.3");
        awaitServed(web, "127.0.0.3");
        assertThat(program.out() + program.err()).doesNotContain("s3cret-of-mine");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "127.0.0.1:8500",
                "80:webserver",
                "127.0.0.1:99999 80:webserver",
                "consul 80:webserver",
                "127.0.0.1:8500 0:webserver",
                "127.0.0.1:8500 99999:webserver",
                "127.0.0.1:8500 eighty:webserver",
                "127.0.0.1:8500 80",
                "127.0.0.1:8500 80:",
                "127.0.0.1:8500 80:a 80:b",
                "127.0.0.1:8500 --port=80 80:a",
                "127.0.0.1:8500 --port=65536",
                "127.0.0.1:8500 --port=80 --allow-host=a..b",
                "127.0.0.1:8500 80:a --allow-host=a.test",
            })
    void K12_badCommandLine_isUsageAndStatus2(String words) throws Exception {
        var arguments = Stream.concat(
                        Stream.of("consul"), words.isEmpty() ? Stream.of() : Stream.of(words.split(" ", -1)))
                .toArray(String[]::new);
        assertThat(InProcess.status(program.start(arguments))).isEqualTo(2);
        assertThat(program.err()).contains("(expected: ").contains("Usage: penstock consul");
        assertThat(program.out()).isEmpty();
    }
}
