package dev.penstock.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.Penstock;
import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.observe.Event;
import dev.penstock.request.PlainRequest;
import dev.penstock.route.Routing;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerFormTest {
    private static CatalogState read(String text) {
        return Read.reader().read("servers.json", text).catalog();
    }

    private static List<String> faults(String text) {
        return Read.faultsOf("servers.json", text);
    }

    private static boolean routes(CatalogState state, String host, String path) {
        try (Penstock penstock = Penstock.builder().build()) {
            penstock.apply(state);
            return penstock.explain(PlainRequest.get("http://" + host + path).withListener(":8080"))
                            .routing()
                    instanceof Routing.To;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"servers.json", "servers", "servers.yaml"})
    void C01_listOfServers_isListenersWithServices_whateverTheFileIsCalled(String name) {
        CatalogState state =
                Read.reader().read(name, "\t[{\n\t\"address\": \":8080\"}]").catalog();
        assertThat(state.listeners()).singleElement().satisfies(listener -> {
            assertThat(listener.port()).isEqualTo(8080);
            assertThat(listener.apart()).isTrue();
        });
        assertThat(state.services())
                .singleElement()
                .satisfies(service -> assertThat(service.endpoints()).isEmpty());
        assertThat(state.routes()).hasSize(1);
    }

    @Test
    void C01_singleServer_isAccepted_andSoIsNone() {
        CatalogState one = read(
                "{\"address\": \"127.0.0.1:8081\", \"filter\": null, \"upstreams\": null," + " \"fallbacks\": null}");
        assertThat(one.listeners())
                .singleElement()
                .satisfies(listener -> assertThat(listener.address()).isEqualTo("127.0.0.1:8081"));
        assertThat(read("[]").listeners()).isEmpty();
    }

    @Test
    void C01_weightAbsentOrZero_isOne_priorityAbsent_isZero() {
        ServiceSpec service = read("""
                [{"address": ":8080", "upstreams": [
                  {"Target": "127.0.0.1", "Port": 81},
                  {"Target": "::1", "Port": 82, "Priority": 2, "Weight": 0},
                  {"Target": "b.test", "Port": 83, "Priority": null, "Weight": 3}]}]
                """).services().get(0);
        assertThat(service.endpoints())
                .containsExactly(
                        Endpoint.of("127.0.0.1", 81),
                        Endpoint.of("::1", 82).withPriority(2),
                        Endpoint.of("b.test", 83).withWeight(3));
        assertThat(service.balancer()).isEqualTo("weighted_round_robin");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"127.0.0.1-83\": {\"Target\": \"127.0.0.1\", \"Port\": 83, \"Weight\": 2}, \"my-host-84\": {\"Priority\": 1}}",
                "[{\"Target\": \"127.0.0.1\", \"Port\": 83, \"Weight\": 2}, {\"Target\": \"my-host\", \"Port\": 84, \"Priority\": 1}]"
            })
    void F08_fallbacks_areAServiceOfTheirOwn_asMapOrList(String fallbacks) {
        CatalogState state = read("[{\"address\": \":8080\", \"fallbacks\": " + fallbacks + "}]");
        assertThat(state.services()).hasSize(2);
        assertThat(state.services().get(0).fallback()).isNotNull().satisfies(fallback -> {
            assertThat(fallback.service()).isEqualTo(state.services().get(1).name());
            assertThat(fallback.statuses()).containsExactlyInAnyOrder(500, 502, 503, 504);
        });
        assertThat(state.services().get(1).endpoints())
                .containsExactly(
                        Endpoint.of("127.0.0.1", 83).withWeight(2),
                        Endpoint.of("my-host", 84).withPriority(1));
    }

    @Test
    void H18_hosts_letThesePassAndNoOther_nullOrEmptyLetsAll() {
        CatalogState some = read("[{\"address\": \":8080\", \"filter\": {\"Hosts\": [\"www.website.com\","
                + " \"www.liuggio.com\", \"WWW.liuggio.com\"]}}]");
        assertThat(routes(some, "www.website.com", "/")).isTrue();
        assertThat(routes(some, "www.liuggio.com", "/")).isTrue();
        assertThat(routes(some, "other.com", "/")).isFalse();
        for (String hosts : List.of("null", "[]")) {
            assertThat(routes(
                            read("{\"address\": \":8080\", \"filter\": {\"Hosts\": " + hosts + "}}"), "any.test", "/"))
                    .isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/api, /api, true", "/api, /api/, true", "/api, /api/x, true", "/api, /apix, true", "/api, /apix/y/z, true",
        "/api, /, false", "/api, /ap, false", "/api, /x, false", "/api, /x/api, false", "/api/, /api, false",
        "/api/, /api/, true", "/api/, /api/x, true", "/api/, /apix, false", "/, /x, true", "'', /x, true",
        "/a.b/c, /a.b/cd/e, true", "/a.b/c, /a.b, false", "/a.b/c, /axb/c, false"
    })
    void H19_pathPrefix_isAPlainText(String prefix, String path, boolean passes) {
        CatalogState state = read("{\"address\": \":8080\", \"filter\": {\"PathPrefix\": \"" + prefix + "\"}}");
        assertThat(routes(state, "a.test", path)).isEqualTo(passes);
    }

    @Test
    void H21_hostsAndPathPrefix_mustBothHold() {
        CatalogState state =
                read("{\"address\": \":8080\", \"filter\": {\"Hosts\": [\"a.test\"], \"PathPrefix\": \"/api\"}}");
        assertThat(routes(state, "a.test", "/x")).isFalse();
        assertThat(routes(state, "b.test", "/api")).isFalse();
        assertThat(routes(state, "a.test", "/api")).isTrue();
    }

    @Test
    void C02_malformedJson_isToldWithLineAndColumn() {
        assertThat(faults("[{\"address\": \":8080\",\n  nonsense}]"))
                .singleElement()
                .asString()
                .startsWith("servers.json:2:")
                .contains("malformed");
    }

    @Test
    void C02_faults_areToldAllAtOnce_whereTheyStand() {
        assertThat(faults("""
                        [{"address": ":8080", "upstreams": [
                          {"Target": "", "Port": 70000, "Weight": -1, "Priority": -1},
                          {"Target": "a", "Port": 1}, {"Target": "a", "Port": 1}, {"Port": 1, "Prot": 1}]},
                         {"address": "nonsense", "filter": {"Hosts": [""], "Schemes": ["ftp"], "PathPrefix": "api"}},
                         {"address": ":0"}, {}, 7,
                         {"address": ":8080"},
                         {"address": "127.0.0.1:8080"},
                         {"address": ":9", "fallbacks": {"b": {}, "b-2": {"Port": 3}}}]
                        """)).containsExactlyElementsOf("""
                        servers.json:2:4: [0].upstreams[0].Target: nothing (expected: an IP address or a host name)
                        servers.json:2:18: [0].upstreams[0].Port: 70000 (expected: a whole number in 1..65535)
                        servers.json:2:33: [0].upstreams[0].Weight: -1 (expected: a whole number in 0..1000000)
                        servers.json:2:47: [0].upstreams[0].Priority: -1 (expected: a whole number in 0..65535)
                        servers.json:3:31: [0].upstreams[2]: "a-1" (expected: a target and port given once)
                        servers.json:3:59: [0].upstreams[3].Target: missing (expected: an IP address or a host name)
                        servers.json:3:71: [0].upstreams[3].Prot: unknown key (expected: one of Target, Port, Priority, Weight); did you mean "Port"?
                        servers.json:4:3: [1].address: "nonsense" (expected: host:port, [IPv6]:port or :port, port in 1..65535)
                        servers.json:4:47: [1].filter.Hosts[0]: nothing (expected: a host name without port, as in www.example.com)
                        servers.json:4:64: [1].filter.Schemes[0]: "ftp" (expected: http, https or "")
                        servers.json:4:72: [1].filter.PathPrefix: "api" (expected: what paths begin with, as in /api; no *, {, }, ? and #, at most 508 characters)
                        servers.json:5:3: [2].address: ":0" (expected: host:port, [IPv6]:port or :port, port in 1..65535)
                        servers.json:5:21: [3].address: missing (expected: host:port, [IPv6]:port or :port, port in 1..65535)
                        servers.json:5:25: [4]: 7 (expected: keys with values: address, filter, upstreams, fallbacks)
                        servers.json:6:2: [5]: ":8080" (expected: an address given once)
                        servers.json:8:34: [7].fallbacks.b: "b" (expected: TARGET-PORT, as in 127.0.0.1-8080)
                        servers.json:8:43: [7].fallbacks.b-2: "b-3" (expected: "b-2", as its key says)
                        """.lines().toList());
    }

    @Test
    void C02_serversThatOverlap_areRefusedWhereTheyStand() {
        var reader = new ConfigurationReader(configuration -> {
            try (Penstock penstock = Penstock.builder().build()) {
                return penstock.check(configuration.catalog());
            }
        });
        assertThatThrownBy(
                        () -> reader.read("a.json", "[{\"address\": \":8080\"},\n {\"address\": \"127.0.0.1:8080\"}]"))
                .hasMessageContaining("a.json:2:3: [1].address: \"127.0.0.1:8080\" (expected: an address that is free");
    }

    @Test
    void C09_oneUpstreamOfAHundredServers_isOneEventThatNamesItsServiceAlone() throws Exception {
        BlockingQueue<Event.CatalogApplied> events = new LinkedBlockingQueue<>();
        try (Penstock penstock = Penstock.builder()
                .observer(event -> {
                    if (event instanceof Event.CatalogApplied applied
                            && applied.source().equals("file")) {
                        events.add(applied);
                    }
                })
                .build()) {
            List<Server> servers = new ArrayList<>(IntStream.range(0, 100)
                    .mapToObj(i -> new Server(
                            "127.0.0.1:" + (8000 + i),
                            ServerFilter.NONE,
                            List.of(new Upstream("127.0.0.1", 9, 0, 1)),
                            List.of()))
                    .toList());
            penstock.apply(ServerDefinitions.of("file", servers));
            assertThat(events.poll(20, TimeUnit.SECONDS))
                    .isNotNull()
                    .satisfies(event -> assertThat(event.added())
                            .contains("listener 127.0.0.1:8042", "service 127.0.0.1:8042", "route 127.0.0.1:8042"));
            servers.set(42, servers.get(42).withUpstreams(List.of(new Upstream("127.0.0.1", 10, 0, 1))));
            penstock.apply(ServerDefinitions.of("file", servers));
            servers.remove(42);
            penstock.apply(ServerDefinitions.of("file", servers));

            assertThat(events.poll(20, TimeUnit.SECONDS))
                    .isEqualTo(
                            new Event.CatalogApplied("file", List.of(), List.of(), List.of("service 127.0.0.1:8042")));
            assertThat(events.poll(20, TimeUnit.SECONDS))
                    .isNotNull()
                    .satisfies(event -> assertThat(event.removed()).hasSize(3));
        }
    }

    @Test
    void writer_andReader_agree() {
        var server = new Server(
                "[::1]:8080",
                new ServerFilter(List.of("a.test", "*.b.test"), Set.of("https", "http"), "/api"),
                List.of(new Upstream("my-host", 81, 2, 3)),
                List.of(new Upstream("::1", 82, 0, 1)));
        assertThat(ServerReader.server("body", ServerJson.of(server))).isEqualTo(server);
        var plain = new Server(":8080", ServerFilter.NONE, List.of(), List.of());
        assertThat(ServerJson.of(List.of(plain)))
                .isEqualTo("{\"servers\":[{\"address\":\":8080\",\"filter\":{\"Hosts\":null,\"Schemes\":[\"\",\"\"],"
                        + "\"PathPrefix\":\"\"},\"upstreams\":[]}]}");
        assertThat(ServerReader.server("body", ServerJson.of(plain))).isEqualTo(plain);
    }
}
