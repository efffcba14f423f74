package dev.penstock.discovery.marathon;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.penstock.discovery.ServiceState;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.Phase;
import dev.penstock.testkit.OpenedSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which tasks are endpoints, in the forms of several versions. */
@Timeout(120)
class EndpointRowsTest {
    private static final String SHOP = "/product/system/shop";
    private static final String LABEL = "com.meltwater.proxymatic.port.0.";

    private final FakeMarathon marathon = FakeMarathon.start();

    @AfterEach
    void close() {
        marathon.close();
    }

    private OpenedSource open(String rest) {
        return Opened.of(marathon, rest);
    }

    private static String shop(String id, int port) {
        return Shapes.task(id, SHOP, List.of(port), List.of(1234));
    }

    private static void awaitPhase(OpenedSource opened, Phase phase) {
        eventually(
                OpenedSource.LIMIT,
                () -> assertThat(opened.endpoints()).extracting(Endpoint::phase).containsExactly(phase));
    }

    @ParameterizedTest
    @ValueSource(strings = {"host", "bridge"})
    void twoServicePorts_arePairedWithPortsOfTheHostByIndex(String network) {
        String app = network.equals("host") ? Shapes.host08(SHOP, 1234, 1235) : Shapes.bridge08(SHOP, 1234, 1235);
        marathon.app(app, Shapes.task08("a", SHOP, List.of(31001, 31002), List.of(1234, 1235)));
        try (var first = open("?servicePort=1234");
                var second = open("?servicePort=1235");
                var plain = open(SHOP);
                var indexed = open(SHOP + "?index=1")) {
            first.awaitReady("127.0.0.1:31001");
            second.awaitReady("127.0.0.1:31002");
            plain.awaitReady("127.0.0.1:31001");
            indexed.awaitReady("127.0.0.1:31002");
            assertThat(first.endpoints().get(0).metadata())
                    .containsEntry("marathon.app", SHOP)
                    .containsEntry("marathon.task", "a")
                    .containsEntry("marathon.servicePort", "1234");
            assertThat(first.endpoints().get(0).weight()).isEqualTo(500);
        }
    }

    @Test
    void port_byNumberOrName_isThatOfTheDefinition() {
        marathon.app(
                Shapes.bridge110(
                        SHOP,
                        "{\"containerPort\": 80, \"hostPort\": 0, \"servicePort\": 10001, \"name\": \"http\"}",
                        "{\"containerPort\": 9000, \"hostPort\": 0, \"servicePort\": 10002, \"name\": \"admin\"}"),
                Shapes.task("a", SHOP, List.of(31001, 31002), List.of(10001, 10002)));
        try (var inside = open(SHOP + "?port=9000");
                var service = open(SHOP + "?port=10001");
                var named = open(SHOP + "?port=admin");
                var none = open(SHOP + "?port=nope")) {
            inside.awaitReady("127.0.0.1:31002");
            service.awaitReady("127.0.0.1:31001");
            named.awaitReady("127.0.0.1:31002");
            none.await(ServiceState.Absent.class);
        }
    }

    @Test
    void M08_healthResults_decideWhoIsIn() {
        String checked = Shapes.with(
                Shapes.host08(SHOP, 1234), "healthChecks", "[" + Shapes.check() + "," + Shapes.check() + "]");
        String good = Shapes.with(shop("good", 1), "healthCheckResults", "[" + Shapes.result(true) + "]");
        String bad = Shapes.with(
                shop("bad", 2), "healthCheckResults", "[" + Shapes.result(true) + "," + Shapes.result(false) + "]");
        String partly = Shapes.with(shop("partly", 3), "healthCheckResults", "[" + Shapes.result(true) + ", null]");
        marathon.app(checked, good, bad, shop("unknown", 4), partly);
        try (var opened = open(SHOP)) {
            opened.awaitReady("127.0.0.1:1", "127.0.0.1:3", "127.0.0.1:4");
            assertThat(opened.endpoints())
                    .filteredOn(endpoint -> endpoint.phase() == Phase.ACTIVE)
                    .extracting(Endpoint::port)
                    .containsExactlyInAnyOrder(1, 3);
            marathon.deploy(Shapes.host08(SHOP, 1234), shop("unknown", 4));
            opened.awaitReady("127.0.0.1:4");
            awaitPhase(opened, Phase.ACTIVE);
        }
    }

    @Test
    void M09_taskThatIsKilled_getsNoNewRequests() {
        marathon.app(Shapes.host08(SHOP, 1234), shop("a", 1));
        try (var opened = open(SHOP)) {
            awaitPhase(opened, Phase.ACTIVE);
            marathon.deploy(Shapes.host08(SHOP, 1234), Shapes.with(shop("a", 1), "state", "\"TASK_KILLING\""));
            awaitPhase(opened, Phase.DRAINING);
        }
    }

    @Test
    void M10_otherStates_doNotCount() {
        marathon.app(
                Shapes.host08(SHOP, 1234),
                shop("running", 1),
                Shapes.task08("unsaid", SHOP, List.of(2), List.of(1234)),
                Shapes.with(Shapes.task08("waiting", SHOP, List.of(3), List.of(1234)), "startedAt", "null"),
                Shapes.with(shop("staging", 4), "state", "\"TASK_STAGING\""),
                Shapes.with(shop("unreachable", 5), "state", "\"TASK_UNREACHABLE\""));
        try (var opened = open(SHOP)) {
            opened.awaitReady("127.0.0.1:1", "127.0.0.1:2");
        }
    }

    @Test
    void M11_portsThatMakeNoSense_harmNoOther() {
        marathon.app(
                Shapes.host08(SHOP, 1234, 1234, 0, 1235),
                Shapes.task("short", SHOP, List.of(31001, 31002, 31003), List.of(1234, 1234, 0, 1235)));
        try (var twice = open("?servicePort=1234");
                var missing = open("?servicePort=1235")) {
            twice.awaitReady("127.0.0.1:31001");
            missing.await(ServiceState.Absent.class);
            eventually(
                    OpenedSource.LIMIT,
                    () -> assertThat(twice.watch().skipped())
                            .singleElement()
                            .asString()
                            .contains("task short: port 3", "no host port"));
        }
    }

    @Test
    void udp_isApartFromTcp() {
        marathon.app(
                Shapes.definitions14(
                        SHOP,
                        Map.of(),
                        "{\"port\": 53, \"protocol\": \"udp\", \"labels\": {}}",
                        "{\"port\": 53, \"protocol\": \"tcp\", \"labels\": {}}",
                        "{\"port\": 54, \"protocol\": \"udp,tcp\"}",
                        "{\"port\": 55}"),
                Shapes.task("a", SHOP, List.of(1, 2, 3, 4), List.of(53, 53, 54, 55)));
        try (var udp = open("?servicePort=53&udp");
                var tcp = open("?servicePort=53");
                var both = open("?servicePort=54&udp");
                var plain = open("?servicePort=55");
                var noUdp = open("?servicePort=55&udp")) {
            udp.awaitReady("127.0.0.1:1");
            tcp.awaitReady("127.0.0.1:2");
            both.awaitReady("127.0.0.1:3");
            plain.awaitReady("127.0.0.1:4");
            noUdp.await(ServiceState.Absent.class);
        }
    }

    @Test
    void M13_addressPerTask_isUsedWhereThereIsNoPortOfTheHost() {
        String addresses =
                "[{\"ipAddress\": \"fd01::2\", \"protocol\": \"IPv6\"}, {\"ipAddress\": \"9.0.1.2\", \"protocol\": \"IPv4\"}]";
        marathon.app(
                Shapes.container110(
                        "/new",
                        "{\"containerPort\": 80, \"servicePort\": 10001, \"name\": \"http\"}",
                        "{\"containerPort\": 81, \"hostPort\": 0, \"servicePort\": 10002}",
                        "{\"containerPort\": 82, \"servicePort\": 10003}"),
                Shapes.with(
                        Shapes.task("n", "/new", List.of(31001), List.of(10001, 10002, 10003)),
                        "ipAddresses",
                        addresses));
        String discovered =
                "{\"discovery\": {\"ports\": [{\"number\": 8080, \"name\": \"http\", \"protocol\": \"tcp\"}]}}"; // ip-per-task.md
        marathon.app(
                Shapes.with(Shapes.definitions14("/old", Map.of()), "ipAddress", discovered),
                Shapes.with(Shapes.task("o", "/old", List.of(), List.of()), "ipAddresses", addresses));
        try (var first = open("/new");
                var mapped = open("/new?index=1");
                var third = open("?servicePort=10003");
                var old = open("/old")) {
            first.awaitReady("9.0.1.2:80");
            mapped.awaitReady("127.0.0.1:31001");
            third.awaitReady("9.0.1.2:82");
            old.awaitReady("9.0.1.2:8080");
        }
    }

    @Test
    void address_ofSeveral_isThatOfTheLabel() {
        String app = Shapes.withLabels(
                Shapes.container110(SHOP, "{\"containerPort\": 80, \"servicePort\": 10001}"),
                Map.of("traefik.marathon.ipadressidx", "1"));
        String addresses = "[{\"ipAddress\": \"9.0.1.2\"}, {\"ipAddress\": \"9.0.2.2\"}]";
        marathon.app(app, Shapes.with(Shapes.task("n", SHOP, List.of(), List.of(10001)), "ipAddresses", addresses));
        try (var opened = open(SHOP)) {
            opened.awaitReady("9.0.2.2:80");
        }
    }

    @Test
    void M15_labelServicePort_joinsACanary() {
        marathon.app(Shapes.definitions14(SHOP, Map.of(), "{\"port\": 1234}"), shop("main", 1));
        marathon.app(
                Shapes.definitions14("/canary", Map.of(LABEL + "servicePort", "1234"), "{\"port\": 10000}"),
                Shapes.task("canary", "/canary", List.of(2), List.of(10000)));
        marathon.app(
                Shapes.definitions14("/odd", Map.of(LABEL + "servicePort", "12x4"), "{\"port\": 10001}"),
                Shapes.task("odd", "/odd", List.of(3), List.of(10001)));
        try (var joined = open("?servicePort=1234");
                var odd = open("?servicePort=10001")) {
            joined.awaitReady("127.0.0.1:1", "127.0.0.1:2");
            odd.awaitReady("127.0.0.1:3");
            assertThat(odd.watch().skipped())
                    .singleElement()
                    .asString()
                    .contains("app /odd", LABEL + "servicePort", "\"12x4\" (expected: a whole number in 1..65535)");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1001", "a lot", "-5"})
    void weight_outOfRange_isTheDefault(String weight) {
        marathon.app(Shapes.definitions14(SHOP, Map.of(LABEL + "weight", weight), "{\"port\": 1234}"), shop("a", 1));
        try (var opened = open(SHOP)) {
            opened.awaitReady("127.0.0.1:1");
            assertThat(opened.endpoints().get(0).weight()).isEqualTo(500);
            assertThat(opened.watch().skipped())
                    .singleElement()
                    .asString()
                    .contains("expected: a whole number in 1..1000");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "shop.instance-c0caec0a-863a-11e9-915b-c610fee06dff._app.1",
                "shop.c0caec0a-863a-11e9-915b-c610fee06dff"
            })
    void readiness_duringADeployment_isWaitedFor(String task) {
        String deployed = Shapes.with(
                Shapes.with(
                        Shapes.definitions14(SHOP, Map.of(), "{\"port\": 1234}"),
                        "readinessChecks",
                        "[{\"name\": \"r\"}]"),
                "deployments",
                "[{\"id\": \"5cd987cd-85ae-4e70-8df7-f1438367d9cb\"}]");
        marathon.app(
                deployed, shop(task, 1), Shapes.with(shop("before", 2), "version", "\"2013-01-01T00:00:00.000Z\""));
        marathon.version(Shapes.with(
                Shapes.definitions14(SHOP, Map.of(), "{\"port\": 1234}"), "version", "\"2013-01-01T00:00:00.000Z\""));
        try (var opened = open(SHOP)) {
            opened.awaitReady("127.0.0.1:1", "127.0.0.1:2");
            assertThat(opened.endpoints())
                    .extracting(Endpoint::port, Endpoint::phase)
                    .containsExactly(tuple(1, Phase.STARTING), tuple(2, Phase.ACTIVE));
            String results =
                    "[{\"name\": \"r\", \"taskId\": \"shop.instance-c0caec0a-863a-11e9-915b-c610fee06dff\", \"ready\": true}]";
            marathon.app(Shapes.with(deployed, "readinessCheckResults", results), shop(task, 1));
            eventually(OpenedSource.LIMIT, () -> assertThat(marathon.streams()).isPositive());
            marathon.event("deployment_step_success");
            awaitPhase(opened, Phase.ACTIVE);
        }
    }
}
