package dev.penstock.discovery.marathon;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.catalog.Forwarding;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.Protocol;
import dev.penstock.discovery.marathon.FakeMarathon.Reply;
import dev.penstock.testkit.OpenedSource;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which service ports are opened here, where they lead, and what labels say of them. */
@Timeout(120)
class PortRowsTest {
    private static final String SHOP = "/product/system/service";
    private static final String TITLE = "service.system.product";
    private static final String NAME = TITLE + ":1234";
    private static final String LABEL = "com.meltwater.proxymatic.port.0.";

    private final FakeMarathon marathon = FakeMarathon.start();

    @AfterEach
    void close() {
        marathon.close();
    }

    private Exposed exposed(String options) {
        return Exposed.of(uri(marathon, options));
    }

    private static String uri(FakeMarathon marathon, String options) {
        return "marathon://" + marathon.address() + options;
    }

    private static String shop(String id, int port) {
        return Shapes.task(id, SHOP, List.of(port), List.of(1234));
    }

    private static String labelled(Map<String, String> labels) {
        return Shapes.definitions14(SHOP, labels, "{\"port\": 1234}");
    }

    private void awaitStream() {
        eventually(OpenedSource.LIMIT, () -> assertThat(marathon.streams()).isEqualTo(1));
    }

    @Test
    void M01_M14_servicePort_leadsToTheTasks_andIsCalledLikeTheApp() {
        marathon.app(Shapes.bridge08(SHOP, 1234), shop("a", 31001), shop("b", 31002));
        try (var exposed = exposed("")) {
            exposed.awaitListeners("1234/tcp");
            exposed.awaitEndpoints(NAME, "127.0.0.1:31001", "127.0.0.1:31002");
            ListenerSpec listener = exposed.listener("1234/tcp");
            assertThat(listener.address()).isEqualTo("*:1234");
            assertThat(listener.provenance().place()).isEqualTo("app " + SHOP);
            assertThat(exposed.penstock().table().routes()).singleElement().satisfies(route -> {
                assertThat(route.match().listeners()).containsExactly("1234/tcp");
                assertThat(route.service().value()).isEqualTo(NAME);
            });
            assertThat(exposed.service(NAME).balancer()).isEqualTo("least_requests");
            awaitStream(); // one for catalog and service
            marathon.deploy(Shapes.bridge08(SHOP, 1234), shop("c", 31003));
            exposed.awaitEndpoints(NAME, "127.0.0.1:31003");
            assertThat(marathon.askedFor("/v2/events")).isEqualTo(1);
        }
    }

    @Test
    void M01_portOfATaskThatIsOut_staysOpen_andClosesWithTheLastTask() {
        String bad = Shapes.with(shop("a", 1), "healthCheckResults", "[" + Shapes.result(false) + "]");
        marathon.app(Shapes.host08(SHOP, 1234), bad);
        try (var exposed = exposed("")) {
            exposed.awaitListeners("1234/tcp");
            awaitStream();
            marathon.deploy(Shapes.host08(SHOP, 1234));
            exposed.awaitListeners();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"host", "bridge"})
    void M02_twoServicePorts_leadToThePortsOfTheSameIndex(String network) {
        String app = network.equals("host") ? Shapes.host08(SHOP, 1234, 1235) : Shapes.bridge08(SHOP, 1234, 1235);
        marathon.app(app, Shapes.task("a", SHOP, List.of(31001, 31002), List.of(1234, 1235)));
        try (var exposed = exposed("")) {
            exposed.awaitListeners("1234/tcp", "1235/tcp");
            exposed.awaitEndpoints(NAME, "127.0.0.1:31001");
            exposed.awaitEndpoints(TITLE + ":1235", "127.0.0.1:31002");
        }
    }

    @Test
    void M06_portOfCallbacks_isNoServicePort() {
        marathon.app(Shapes.host08(SHOP, 5090, 1234), Shapes.task("a", SHOP, List.of(1, 2), List.of(5090, 1234)));
        try (var exposed = exposed("?callback=http://127.0.0.1:5090/")) {
            exposed.awaitListeners("1234/tcp");
            assertThat(exposed.skipped())
                    .singleElement()
                    .asString()
                    .contains("service port 5090", "expected: another port than that of callback");
        }
    }

    @Test
    void M11_servicePort0IsSaidOnce_ofTwoEqualOnesTheFirstCounts_andPortsWithoutHostPortHarmNoOther() {
        marathon.app(
                Shapes.host08(SHOP, 1234, 1234, 0, 1235),
                Shapes.task("a", SHOP, List.of(31001, 31002, 31003), List.of(1234, 1234, 0, 1235)),
                Shapes.task("b", SHOP, List.of(31004, 31005, 31006, 31007), List.of(1234, 1234, 0, 1235)));
        try (var exposed = exposed("")) {
            exposed.awaitListeners("1234/tcp", "1235/tcp");
            exposed.awaitEndpoints(NAME, "127.0.0.1:31001", "127.0.0.1:31004");
            exposed.awaitEndpoints(TITLE + ":1235", "127.0.0.1:31007");
            assertThat(exposed.skipped())
                    .filteredOn(sentence -> sentence.contains("expected: 1..65535"))
                    .singleElement()
                    .asString()
                    .contains("app " + SHOP + ": service port of port 2: 0");
        }
    }

    @Test
    void M12_protocol_makesListenersOfUdpOrTcpOrBoth() {
        marathon.app(
                Shapes.definitions14(
                        SHOP,
                        Map.of(),
                        "{\"port\": 53, \"protocol\": \"udp\", \"labels\": {}}",
                        "{\"port\": 54, \"protocol\": \"udp,tcp\"}",
                        "{\"port\": 55}"),
                Shapes.task("a", SHOP, List.of(1, 2, 3), List.of(53, 54, 55)));
        try (var exposed = exposed("")) {
            exposed.awaitListeners("53/udp", "54/udp", "54/tcp", "55/tcp");
            exposed.awaitEndpoints(TITLE + ":54", "127.0.0.1:2");
            exposed.awaitEndpoints(TITLE + ":53/udp", "127.0.0.1:1");
            exposed.awaitEndpoints(TITLE + ":54/udp", "127.0.0.1:2");
            exposed.awaitEndpoints(TITLE + ":55", "127.0.0.1:3");
            assertThat(exposed.listener("53/udp").protocol()).isEqualTo(Protocol.Udp.defaults());
        }
    }

    @Test
    void M15_canary_joinsTheServicePortOfTheMainApp() {
        marathon.app(Shapes.definitions14(SHOP, Map.of(), "{\"port\": 1234}"), shop("main", 1));
        marathon.app(
                Shapes.definitions14("/canary", Map.of(LABEL + "servicePort", "1234"), "{\"port\": 10000}"),
                Shapes.task("canary", "/canary", List.of(2), List.of(10000)));
        try (var exposed = exposed("")) {
            exposed.awaitListeners("1234/tcp");
            exposed.awaitEndpoints(NAME, "127.0.0.1:1", "127.0.0.1:2"); // though the canary is the first by id
        }
    }

    @ParameterizedTest
    @CsvSource({"200,2,100", "200,3,67", "1,5,1", "7,1,7"})
    void M17_maxconn_isSharedByTheGroup_roundedUp(String most, int group, int each) {
        marathon.app(labelled(Map.of(LABEL + "maxconn", most)), shop("a", 1));
        try (var exposed = exposed("?maxConnections=500&group=" + group)) {
            exposed.awaitListeners("1234/tcp");
            assertThat(exposed.service(NAME).limits().perEndpoint()).isEqualTo(each);
            assertThat(exposed.service(NAME).limits().requests()).isEqualTo(500);
        }
    }

    @ParameterizedTest
    @CsvSource({"'', 1234/tcp", "?listen=127.0.0.1, 127.0.0.1:1234/tcp"})
    void M18_modeHttp_isProxiedAsHttp_thatNamesTheClientWhereNobodyDid(String options, String name) {
        marathon.app(labelled(Map.of(LABEL + "mode", "http", LABEL + "timeout.client", "7")), shop("a", 1));
        try (var exposed = exposed(options)) {
            exposed.awaitListeners(name);
            ListenerSpec listener = exposed.listener(name);
            assertThat(listener.protocol()).isEqualTo(Protocol.HTTP);
            assertThat(listener.forwarding().forwardedFor()).isEqualTo(Forwarding.ForwardedFor.IF_ABSENT);
            assertThat(listener.timeouts().body()).isEqualTo(Duration.ofSeconds(7));
            assertThat(listener.timeouts().header()).isEqualTo(Duration.ofSeconds(7));
            assertThat(exposed.service(NAME).timeouts().response()).isEqualTo(Duration.ofMinutes(5));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp", "http2", "HTTP?"})
    void M18_otherModes_areTcp_andThoseThatMakeNoSenseAreSaid(String mode) {
        marathon.app(labelled(Map.of(LABEL + "mode", mode)), shop("a", 1));
        try (var exposed = exposed("")) {
            exposed.awaitListeners("1234/tcp");
            assertThat(exposed.listener("1234/tcp").protocol()).isEqualTo(Protocol.Tcp.defaults());
            assertThat(exposed.skipped()).hasSize(mode.equals("tcp") ? 0 : 1);
            assertThat(exposed.skipped())
                    .allSatisfy(sentence -> assertThat(sentence).contains("\"" + mode + "\" (expected: http or tcp"));
        }
    }

    @ParameterizedTest
    @CsvSource({"1,1,1", "1,600,1", "600,'',300", "'','',300", "soon,'',300"})
    void M19_timeoutLabels_endSilentConnections(String client, String server, int seconds) {
        var labels = new HashMap<String, String>();
        if (!client.isEmpty()) {
            labels.put(LABEL + "timeout.client", client);
        }
        if (!server.isEmpty()) {
            labels.put(LABEL + "timeout.server", server);
        }
        marathon.app(labelled(labels), shop("a", 1));
        try (var exposed = exposed("")) {
            exposed.awaitListeners("1234/tcp");
            assertThat(exposed.listener("1234/tcp").protocol())
                    .isEqualTo(Protocol.Tcp.defaults().withIdle(Duration.ofSeconds(seconds)));
            assertThat(exposed.skipped()).hasSize(client.equals("soon") ? 1 : 0);
        }
    }

    @Test
    void M20_versionThatChangesLabelsAlone_takesEffectWithoutANewTask() {
        marathon.app(labelled(Map.of()), shop("a", 1));
        try (var exposed = exposed("")) {
            exposed.awaitListeners("1234/tcp");
            awaitStream();
            String newer = Shapes.with(
                    labelled(Map.of(LABEL + "mode", "http", LABEL + "timeout.server", "9")),
                    "version",
                    "\"2016-10-04T12:58:17.435Z\"");
            marathon.deploy(newer, shop("a", 1)); // the task runs the version before
            eventually(
                    OpenedSource.LIMIT,
                    () -> assertThat(exposed.listener("1234/tcp").protocol()).isEqualTo(Protocol.HTTP));
            assertThat(exposed.service(NAME).timeouts().response()).isEqualTo(Duration.ofSeconds(9));
            exposed.awaitEndpoints(NAME, "127.0.0.1:1");
        }
    }

    @Test
    void M22_answerThatIsNoAuthority_closesNoListener() {
        marathon.app(labelled(Map.of()), shop("a", 1));
        try (var exposed = exposed("")) {
            exposed.awaitListeners("1234/tcp");
            awaitStream();
            marathon.script(
                    question -> question.target().startsWith("/v2/apps?") ? Reply.of(200, "{\"apps\": null}") : null);
            marathon.event("status_update_event");
            eventually(
                    OpenedSource.LIMIT,
                    () -> assertThat(exposed.penstock().catalogs().get(0).problem())
                            .contains("apps: null (expected: a list)"));
            exposed.awaitListeners("1234/tcp");
            exposed.awaitEndpoints(NAME, "127.0.0.1:1");
        }
    }

    @Test
    void M24_taskAtItsServicePort_isExposedByOptionAlone() {
        marathon.app(Shapes.host08(SHOP, 1234, 1235), Shapes.task("a", SHOP, List.of(1234, 9), List.of(1234, 1235)));
        marathon.app(
                Shapes.host08("/mixed", 1300),
                Shapes.task("b", "/mixed", List.of(1300), List.of(1300)),
                Shapes.task("c", "/mixed", List.of(31000), List.of(1300)));
        try (var hidden = exposed("");
                var shown = exposed("?exposeHost=true")) {
            hidden.awaitListeners("1235/tcp", "1300/tcp");
            hidden.awaitEndpoints("mixed:1300", "127.0.0.1:31000");
            shown.awaitListeners("1234/tcp", "1235/tcp", "1300/tcp");
            shown.awaitEndpoints(NAME, "127.0.0.1:1234");
            shown.awaitEndpoints("mixed:1300", "127.0.0.1:1300", "127.0.0.1:31000");
        }
    }

    @Test
    void M26_twoClusters_areServedBeside_andOfOnePortTheFirstHasItWhileItIsThere() {
        try (var other = FakeMarathon.start()) {
            marathon.app(Shapes.host08("/one", 1234), Shapes.task("a", "/one", List.of(1), List.of(1234)));
            other.app(Shapes.host08("/two", 1234, 1235), Shapes.task("b", "/two", List.of(2, 3), List.of(1234, 1235)));
            try (var exposed = Exposed.of(uri(marathon, ""), uri(other, ""))) {
                exposed.awaitListeners("1234/tcp", "1235/tcp");
                eventually(OpenedSource.LIMIT, () -> assertThat(target(exposed)).isEqualTo("one:1234"));
                exposed.awaitEndpoints("one:1234", "127.0.0.1:1");
                exposed.awaitEndpoints("two:1235", "127.0.0.1:3");
                assertThat(exposed.rejected())
                        .anySatisfy(sentence -> assertThat(sentence).contains("1234/tcp", marathon.address()));
                awaitStream();
                marathon.deploy(Shapes.host08("/one", 1234));
                eventually(OpenedSource.LIMIT, () -> assertThat(target(exposed)).isEqualTo("two:1234"));
                exposed.awaitEndpoints("two:1234", "127.0.0.1:2");
            }
        }
    }

    private static String target(Exposed exposed) {
        return exposed.penstock().table().routes().stream()
                .filter(route -> route.match().listeners().contains("1234/tcp"))
                .map(route -> route.service().value())
                .findFirst()
                .orElse("none");
    }

    @Test
    void listen_opensPortsAtOneAddress_andAPasswordGoesAlong() {
        marathon.require("Basic bWU6cGFzcw==");
        marathon.app(Shapes.host08(SHOP, 1234), shop("a", 1));
        try (var exposed = Exposed.of("marathon://me:pass@" + marathon.address() + "?listen=::1&balancer=p2c")) {
            exposed.awaitListeners("[::1]:1234/tcp");
            assertThat(exposed.listener("[::1]:1234/tcp").address()).isEqualTo("[::1]:1234");
            assertThat(exposed.service(NAME).balancer()).isEqualTo("p2c");
            exposed.awaitEndpoints(NAME, "127.0.0.1:1");
        }
    }

    @Test
    void V01_vhosts_areCalledLikeApps_andLeadToTheirLowestPort() {
        marathon.app(Shapes.host08(SHOP, 1235, 1234), Shapes.task("a", SHOP, List.of(1, 2), List.of(1235, 1234)));
        try (var exposed = exposed("?vhosts=app.example.com&vhostPort=8000")) {
            exposed.awaitListeners("1234/tcp", "1235/tcp", "8000/vhosts");
            assertThat(exposed.penstock().table().routes())
                    .extracting(route -> route.match().host().text() + " " + route.service())
                    .contains(TITLE + ".app.example.com " + NAME);
            exposed.awaitEndpoints(NAME, "127.0.0.1:2");
            assertThat(exposed.listener("8000/vhosts").forwarding()).isEqualTo(Forwarding.defaults());
        }
    }

    @Test
    void labelsOfTraefik_areRoutesToTheApp() {
        marathon.app(
                Shapes.withLabels(
                        Shapes.host08(SHOP, 1234, 1235),
                        Map.of(
                                "traefik.http.routers.web.rule", "Host(`www.example.com`)",
                                "traefik.http.services.admin.loadbalancer.server.port", "index:1",
                                "traefik.marathon.ipaddressidx", "0")),
                Shapes.task("a", SHOP, List.of(1, 2), List.of(1234, 1235)));
        marathon.app(
                Shapes.withLabels(Shapes.host08("/plain", 1300), Map.of("penstock.host", "plain.example.com")),
                Shapes.task("b", "/plain", List.of(3), List.of(1300)));
        marathon.app(Shapes.withLabels(Shapes.host08("/idle", 1301), Map.of("penstock.host", "idle.example.com")));
        try (var exposed = exposed("")) {
            exposed.awaitListeners("1234/tcp", "1235/tcp", "1300/tcp");
            exposed.awaitEndpoints("admin@marathon", "127.0.0.1:2");
            exposed.awaitEndpoints("plain@marathon", "127.0.0.1:3");
            assertThat(exposed.skipped()).isEmpty();
            assertThat(exposed.penstock().table().routes())
                    .extracting(route -> route.match().host().text() + " " + route.service())
                    .contains("www.example.com admin@marathon", "plain.example.com plain@marathon")
                    .noneMatch(route -> route.contains("idle"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/web | path: \"web\" (expected: none",
                "?group=0 | group: \"0\"",
                "?exposeHost=maybe | exposeHost: \"maybe\" (expected: true or false)",
                "?maxConnections=-1 | maxConnections: \"-1\"",
                "?expose=true | \"expose\" (expected: one of",
                "?servicePort=1 | \"servicePort\" (expected: one of"
            })
    void uriThatMakesNoSense_isRefused(String rest, String problem) {
        assertThatThrownBy(() -> new MarathonCatalogFactory(Map.of()).check(URI.create("marathon://h:8080" + rest)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(problem);
    }
}
