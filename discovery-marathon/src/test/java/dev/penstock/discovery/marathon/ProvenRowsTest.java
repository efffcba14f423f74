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
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Marathon forgets, or does not serve, changes nothing of what is known. */
@Timeout(120)
class ProvenRowsTest {
    private static final String SHOP = "/shop";

    private final FakeMarathon marathon = FakeMarathon.start();

    @AfterEach
    void close() {
        marathon.close();
    }

    private static String task(int port) {
        return Shapes.task("t-" + port, SHOP, List.of(port), List.of(1234));
    }

    private static String checked(int port, String results) {
        return Shapes.with(task(port), "healthCheckResults", results);
    }

    private static void awaitPhases(OpenedSource opened, Tuple... phases) {
        eventually(
                OpenedSource.LIMIT,
                () -> assertThat(opened.endpoints())
                        .extracting(Endpoint::port, Endpoint::phase)
                        .containsExactlyInAnyOrder(phases));
    }

    @Test
    void readyTask_staysIn_whileALaterStepOfTheDeploymentHasNoResults() {
        String deployed = Shapes.with(
                Shapes.with(
                        Shapes.definitions14(SHOP, Map.of(), "{\"port\": 1234}"),
                        "readinessChecks",
                        "[{\"name\": \"r\"}]"),
                "deployments",
                "[{\"id\": \"5cd987cd-85ae-4e70-8df7-f1438367d9cb\"}]");
        String ready = "[{\"name\": \"r\", \"taskId\": \"t-1\", \"ready\": true}]";
        marathon.app(Shapes.with(deployed, "readinessCheckResults", ready), task(1));
        try (var opened = Opened.of(marathon, SHOP)) {
            awaitPhases(opened, tuple(1, Phase.ACTIVE));
            marathon.deploy(deployed, task(1), task(2));
            awaitPhases(opened, tuple(1, Phase.ACTIVE), tuple(2, Phase.STARTING));
            marathon.deploy(
                    Shapes.with(deployed, "readinessCheckResults", ready.replace("true", "false")), task(1), task(3));
            awaitPhases(opened, tuple(1, Phase.STARTING), tuple(3, Phase.STARTING));
            marathon.deploy(deployed, task(1), task(4));
            awaitPhases(opened, tuple(1, Phase.STARTING), tuple(4, Phase.STARTING));
        }
    }

    @Test
    void M08_taskWithAGoodResult_staysIn_whereANewLeaderHasNone() {
        String app = Shapes.with(Shapes.host08(SHOP, 1234), "healthChecks", "[" + Shapes.check() + "]");
        String good = "[" + Shapes.result(true) + "]";
        String bad = "[" + Shapes.result(false) + "]";
        marathon.app(app, checked(1, good));
        try (var opened = Opened.of(marathon, SHOP)) {
            awaitPhases(opened, tuple(1, Phase.ACTIVE));
            marathon.deploy(app, checked(1, "[]"), task(2));
            awaitPhases(opened, tuple(1, Phase.ACTIVE), tuple(2, Phase.STARTING));
            marathon.deploy(app, checked(1, "null"), task(3));
            awaitPhases(opened, tuple(1, Phase.ACTIVE), tuple(3, Phase.STARTING));
            marathon.deploy(app, checked(1, bad), checked(4, good));
            awaitPhases(opened, tuple(4, Phase.ACTIVE));
            marathon.deploy(app, checked(1, "[]"), checked(4, good));
            awaitPhases(opened, tuple(1, Phase.STARTING), tuple(4, Phase.ACTIVE));
            String other = Shapes.with(task(4), "version", "\"2016-10-04T12:58:17.435Z\"");
            marathon.deploy(Shapes.with(app, "version", "\"2016-10-04T12:58:17.435Z\""), other);
            awaitPhases(opened, tuple(4, Phase.STARTING));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?index=0", "?port=9000"})
    void portThatIsNotServed_isNotReplacedByAnother(String option) {
        String app = Shapes.bridge110(
                SHOP,
                "{\"containerPort\": 9000, \"hostPort\": 0, \"servicePort\": 1234}",
                "{\"containerPort\": 80, \"hostPort\": 0, \"servicePort\": 9000}");
        marathon.app(app, Shapes.task("half", SHOP, List.of(0, 31002), List.of(1234, 9000)));
        try (var opened = Opened.of(marathon, SHOP + option)) {
            opened.await(ServiceState.Absent.class);
            marathon.deploy(app, Shapes.task("whole", SHOP, List.of(31001, 31002), List.of(1234, 9000)));
            opened.awaitReady("127.0.0.1:31001");
        }
    }
}
