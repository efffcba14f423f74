package dev.penstock.proxy.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.LoadReports;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.limit.Limits;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.Eventually;
import dev.penstock.testkit.Header;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.RawResponse;
import dev.penstock.testkit.RequiresTool;
import dev.penstock.testkit.StubBackend;
import dev.penstock.tls.ServerTls;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AffinityRowsTest {
    private final EchoBackend a = EchoBackend.start("a");
    private final EchoBackend b = EchoBackend.start("b");
    private final EchoBackend c = EchoBackend.start("c");

    @AfterEach
    void closeBackends() {
        List.of(a, b, c).forEach(EchoBackend::close);
    }

    private static Endpoint of(EchoBackend backend) {
        return Setup.endpoint(":" + backend.name(), backend.port(), 1);
    }

    private static RawResponse get(RawClient client, String cookies) throws IOException {
        String header = cookies.isEmpty() ? "" : "Cookie: " + cookies + "\r\n";
        return client.exchange("GET / HTTP/1.1\r\nHost: x\r\n" + header + "\r\n");
    }

    private static String backend(RawResponse response) {
        return response.header("X-Backend").orElseThrow();
    }

    private static Set<String> backends(RawClient client, String cookies, int requests) throws IOException {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < requests; i++) {
            names.add(backend(get(client, cookies)));
        }
        return names;
    }

    @Test
    void B09_stickyByClient_keepsEachAddressOnOneBackend_whichMovesOnceItIsGone() throws Exception {
        try (var site = ChangingSite.of("sticky(by=client)/round_robin", of(a), of(b), of(c))) {
            Map<String, String> served = new HashMap<>();
            for (String address : List.of("127.0.0.1", "127.0.0.2", "127.0.0.3")) {
                try (var client = RawClient.connect(address, site.port())) {
                    Set<String> names = backends(client, "", 100);
                    assertThat(names).hasSize(1);
                    served.put(address, names.iterator().next());
                }
            }
            String gone = served.get("127.0.0.1");
            site.set(List.of(a, b, c).stream()
                    .filter(backend -> !backend.name().equals(gone))
                    .map(AffinityRowsTest::of)
                    .toArray(Endpoint[]::new));
            for (Map.Entry<String, String> client : served.entrySet()) {
                try (var again = RawClient.connect(client.getKey(), site.port())) {
                    Set<String> names = backends(again, "", 100);
                    assertThat(names).hasSize(1).doesNotContain(gone);
                    if (!client.getValue().equals(gone)) {
                        assertThat(names).containsExactly(client.getValue());
                    }
                }
            }
        }
    }

    @Test
    void B09_stickyCookie_isSetOnce_andKeepsItsClientOnOneBackend() throws Exception {
        try (var site = ChangingSite.of("sticky(cookie=lb, max_age_s=60)/round_robin", of(a), of(b), of(c));
                var client = RawClient.connect(site.port())) {
            RawResponse first = get(client, "");
            String set = first.header("Set-Cookie").orElseThrow();
            assertThat(set).matches("lb=[A-Za-z0-9_-]{22}; Max-Age=60; Path=/; HttpOnly; SameSite=Lax");
            String cookie = set.substring(0, set.indexOf(';'));
            for (int i = 0; i < 100; i++) {
                RawResponse again = get(client, "other=1; " + cookie);
                assertThat(backend(again)).isEqualTo(backend(first));
                assertThat(again.header("Set-Cookie")).isEmpty();
            }
            site.set(List.of(a, b, c).stream()
                    .filter(backend -> !backend.name().equals(backend(first)))
                    .map(AffinityRowsTest::of)
                    .toArray(Endpoint[]::new));
            Eventually.eventually(
                    Setup.GENEROUS,
                    () -> assertThat(backend(get(client, cookie))).isNotEqualTo(backend(first)));
            RawResponse moved = get(client, cookie);
            assertThat(moved.header("Set-Cookie")).isPresent().isNotEqualTo(Optional.of(set));
        }
    }

    @Test
    void B09_stickyCookie_endpointAtItsLimit_isLeftForThatRequestOnly() throws Exception {
        a.hold();
        var spec = ServiceSpec.of("site")
                .withEndpoints(List.of(of(a), of(b)))
                .withBalancer("sticky(cookie=lb)/first")
                .withLimits(Limits.defaults().withPerEndpoint(1));
        try (var gateway = Setup.start(spec);
                var first = RawClient.connect(gateway.port());
                var client = RawClient.connect(gateway.port())) {
            first.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
            a.awaitHeld(1);
            RawResponse newcomer = get(client, ""); // has none, and stays where it went
            assertThat(backend(newcomer)).isEqualTo("b");
            assertThat(newcomer.header("Set-Cookie")).isPresent();
            a.release();
            String set = first.read().header("Set-Cookie").orElseThrow();
            String cookie = set.substring(0, set.indexOf(';'));
            Setup.awaitNothingInFlight(gateway);

            a.hold();
            first.send("GET / HTTP/1.1\r\nHost: x\r\nCookie: " + cookie + "\r\n\r\n");
            a.awaitHeld(1);
            RawResponse elsewhere = get(client, cookie);
            assertThat(backend(elsewhere)).isEqualTo("b");
            assertThat(elsewhere.header("Set-Cookie")).isEmpty();
            a.release();
            assertThat(backend(first.read())).isEqualTo("a");
            Setup.awaitNothingInFlight(gateway);

            RawResponse back = get(client, cookie);
            assertThat(backend(back)).isEqualTo("a");
            assertThat(back.header("Set-Cookie")).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"'', false, true", "'(secure=yes)', true, true", "'(secure=no)', false, false"})
    void B09_stickyCookie_isSecureWhereItsClientCameByTls(
            String option, boolean plain, boolean secured, @TempDir Path directory) throws Exception {
        RequiresTool.find("curl");
        var pki = new Pki(directory);
        var tls = ListenerSpec.of("tls", "127.0.0.1:0").withTls(ServerTls.of(pki.certificate("x", "x.test")));
        var spec = ServiceSpec.of("site", a.address()).withBalancer("sticky" + option + "/p2c");
        try (var gateway = Setup.builder(Setup.LISTENER, spec).listener(tls).start()) {
            int web = gateway.address("web").getPort();
            int https = gateway.address("tls").getPort();
            assertThat(curl("http://x.test:" + web, "--resolve", "x.test:" + web + ":127.0.0.1"))
                    .matches(head -> head.contains("; Secure\r\n") == plain)
                    .containsIgnoringCase("set-cookie: penstock=");
            assertThat(curl(
                            "https://x.test:" + https,
                            "--resolve",
                            "x.test:" + https + ":127.0.0.1",
                            "--cacert",
                            pki.ca().toString()))
                    .matches(head -> head.contains("; Secure\r\n") == secured)
                    .containsIgnoringCase("set-cookie: penstock=");
        }
    }

    /** Head and body of what curl got. */
    private static String curl(String url, String... options) {
        List<String> arguments = new ArrayList<>(List.of("-sS", "-i", "-m", "30"));
        arguments.addAll(List.of(options));
        arguments.add(url);
        var run = RequiresTool.run("curl", arguments.toArray(String[]::new));
        assertThat(run.status()).as(run.output()).isZero();
        return run.output();
    }

    @Test
    void stickyCookie_notToBeForwarded_isHiddenFromTheEndpoint_theOthersAreNot() throws Exception {
        var spec = ServiceSpec.of("site", a.address()).withBalancer("sticky(cookie=lb, forward=no)/p2c");
        try (var gateway = Setup.start(spec);
                var client = RawClient.connect(gateway.port())) {
            get(client, "one=1; lb=something; two=2");
            get(client, "lb=something");
            assertThat(a.heads()).hasSize(2);
            assertThat(a.heads().get(0).toString()).contains("one=1; two=2").doesNotContain("something");
            assertThat(a.heads().get(1).toString()).doesNotContain("something");
        }
    }

    @Test
    void loadReport_byOption_isReadAndPassedOn() throws Exception {
        String report = "Endpoint-Load-Metrics: TEXT cpu_utilization=0.5\r\nendpoint-load-metrics-bin: !\r\n";
        try (var backend = StubBackend.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n" + report + "\r\n");
                var gateway =
                        Setup.start(ServiceSpec.of("site", backend.address()).withLoadReports(LoadReports.PASS));
                var client = RawClient.connect(gateway.port())) {
            RawResponse response = get(client, "");
            assertThat(response.header("Endpoint-Load-Metrics")).contains("TEXT cpu_utilization=0.5");
            assertThat(response.header("Endpoint-Load-Metrics-Bin")).contains("!");
            var reported =
                    Setup.members(gateway).findFirst().orElseThrow().load().reported();
            assertThat(reported).isNotNull();
            assertThat(reported.report().cpu()).isEqualTo(0.5);
        }
    }

    @Test
    void loadReport_inTrailers_isReadAndGoesNoFurther() throws Exception {
        String trailers = "Endpoint-Load-Metrics: TEXT cpu_utilization=0.5\r\nX-Kept: 1\r\n";
        String chunks = "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n" + trailers + "\r\n";
        try (var backend = StubBackend.answering("HTTP/1.1 200 OK\r\n" + chunks);
                var gateway = Setup.start(ServiceSpec.of("site", backend.address()));
                var client = RawClient.connect(gateway.port())) {
            RawResponse response = get(client, "");
            assertThat(response.trailers()).extracting(Header::name).containsExactly("X-Kept");
            var reported =
                    Setup.members(gateway).findFirst().orElseThrow().load().reported();
            assertThat(reported).isNotNull();
            assertThat(reported.report().cpu()).isEqualTo(0.5);
        }
    }

    @Test
    void loadReport_isRead_andGoesNoFurther_garbageFailsNothing() throws Exception {
        for (String report : List.of("TEXT cpu_utilization=0.5", "nonsense", "TEXT " + "x".repeat(3000))) {
            try (var backend = StubBackend.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nEndpoint-Load-Metrics: "
                            + report + "\r\nendpoint-load-metrics-bin: !\r\nX-Kept: 1\r\n\r\n");
                    var gateway = Setup.start(ServiceSpec.of("site", backend.address()));
                    var client = RawClient.connect(gateway.port())) {
                RawResponse response = get(client, "");
                assertThat(response.status()).isEqualTo(200);
                assertThat(response.header("X-Kept")).contains("1");
                assertThat(response.header("Endpoint-Load-Metrics")).isEmpty();
                assertThat(response.header("Endpoint-Load-Metrics-Bin")).isEmpty();
                var load = gateway.penstock()
                        .table()
                        .services()
                        .get(0)
                        .snapshot()
                        .members()
                        .get(0)
                        .load();
                var reported = load.reported();
                if (report.startsWith("TEXT cpu")) {
                    assertThat(reported).isNotNull();
                    assertThat(reported.report().cpu()).isEqualTo(0.5);
                } else {
                    assertThat(reported).isNull();
                }
            }
        }
    }
}
