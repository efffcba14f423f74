package dev.penstock.discovery.marathon;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.discovery.ServiceState;
import dev.penstock.discovery.marathon.FakeMarathon.Reply;
import dev.penstock.testkit.OpenedSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that make no sense lose no endpoint. */
@Timeout(120)
class FaultsTest {
    private static final String WEB = "/web";
    private static final String NEWER = "2016-10-04T12:58:17.435Z";

    private final FakeMarathon marathon = FakeMarathon.start();

    @AfterEach
    void close() {
        marathon.close();
    }

    private OpenedSource opened() {
        marathon.app(Shapes.host08(WEB, 1234), web(8001));
        OpenedSource opened = Opened.of(marathon, WEB);
        opened.awaitReady("127.0.0.1:8001");
        eventually(OpenedSource.LIMIT, () -> assertThat(marathon.streams()).isEqualTo(1));
        return opened;
    }

    private static String web(int port) {
        return Shapes.task("t-" + port, WEB, List.of(port), List.of(1234));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            200 | <html>Service Unavailable</html>                | no JSON
            200 | {"message":"Could not find leader"}             | a message: Could not find leader
            200 | {"apps":null}                                   | apps: null (expected: a list)
            200 | {"apps":{}}                                     | apps: {} (expected: a list)
            200 | {}                                              | apps: missing
            200 | []                                              | expected: object
            200 | {"apps":[{"id":"/web","tasks":[{"id":           | no JSON
            401 | {"message":"Username and password are required"}| 401: Username
            500 | <html>oops</html>                               | 500: <html>oops
            503 | {"message":"no leader"}                         | 503: no leader
            404 | <html>not here</html>                           | 404: <html>not here
            302 | -                                               | redirect to ""
            """)
    void M22_answerThatIsNoAuthority_keepsTheEndpoints(int status, String body, String problem) {
        try (var opened = opened()) {
            marathon.script(question -> question.target().startsWith("/v2/events") ? null : Reply.of(status, body));
            marathon.event("status_update_event");
            opened.await(ServiceState.Stale.class);
            assertThat(opened.endpoints()).hasSize(1);
            assertThat(opened.problem()).contains(problem);
            marathon.script(question -> null);
            marathon.app(Shapes.host08(WEB, 1234), web(8002));
            opened.awaitReady("127.0.0.1:8002");
        }
    }

    @Test
    void M22_masterThatAnswersHtml_isPassedOver() {
        try (var broken = FakeMarathon.start()) {
            broken.script(question -> question.target().equals("/ping") ? null : Reply.of(200, "<html></html>"));
            marathon.app(Shapes.host08(WEB, 1234), web(8001));
            try (var opened = Opened.of("marathon://" + broken.address() + "," + marathon.address() + WEB)) {
                opened.awaitReady("127.0.0.1:8001");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"id\": \"/web\", \"ports\": [1234], \"tasks\": null}",
                "{\"id\": \"/web\", \"ports\": [1234], \"tasks\": \"none\"}",
                "{\"id\": \"/web\", \"portDefinitions\": \"none\", \"tasks\": [{\"id\": \"t-8001\", \"ports\": null}]}",
                "{\"id\": \"/web\", \"ports\": [1234], \"tasks\": [{\"id\": \"t-8001\", \"ports\": null, \"state\": \"TASK_RUNNING\"}]}",
                "{\"id\": \"/web\", \"ports\": [1234], \"tasks\": [{\"id\": \"t-8001\", \"ports\": [8001], \"healthCheckResults\": [{}]}]}",
                "{\"id\": \"/web\", \"ports\": [1234], \"tasks\": [{\"id\": \"t-8001\", \"ports\": [8001], \"healthCheckResults\": [{\"alive\": \"yes\"}]}]}",
                "{\"id\": \"/web\", \"ports\": [1234], \"tasks\": [{\"id\": \"t-8001\", \"ports\": [99999]}]}",
                "{\"id\": \"/web\", \"ports\": [1234], \"tasks\": [{\"id\": \"t-8001\", \"ports\": [8001], \"servicePorts\": {}}]}",
            })
    void M22_entryThatMakesNoSense_countsAsItWasReadLast(String app) {
        marathon.app(Shapes.host08("/other", 99), Shapes.task("o", "/other", List.of(1), List.of(99)));
        try (var opened = opened();
                var other = Opened.of(marathon, "/other")) {
            other.awaitReady("127.0.0.1:1");
            eventually(OpenedSource.LIMIT, () -> assertThat(marathon.streams()).isEqualTo(2));
            marathon.app(app);
            marathon.deploy(Shapes.host08("/other", 99), Shapes.task("o", "/other", List.of(2), List.of(99)));
            other.awaitReady("127.0.0.1:2");
            eventually(
                    OpenedSource.LIMIT,
                    () -> assertThat(opened.watch().skipped())
                            .isNotEmpty()
                            .allSatisfy(sentence -> assertThat(sentence).contains("expected: ")));
            opened.awaitReady("127.0.0.1:8001");
            assertThat(other.watch().skipped()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "7",
                "null",
                "[]",
                "{}",
                "{\"id\": 7}",
                "{\"id\": \"/x\", \"ports\": [1], \"tasks\": [7, null, {}]}"
            })
    void entryThatNobodyKnows_harmsNoOther(String entry) {
        try (var opened = opened()) {
            String web = Shapes.with(Shapes.host08(WEB, 1234), "tasks", "[" + web(8002) + "]");
            marathon.script(question -> question.target().startsWith("/v2/apps?")
                    ? Reply.of(200, "{\"apps\": [" + entry + ", " + web + "]}")
                    : null);
            marathon.event("status_update_event");
            opened.awaitReady("127.0.0.1:8002");
        }
    }

    @Test
    void stubWithoutApps_isReadByItsTasks() {
        marathon.app(
                Shapes.definitions14(WEB, Map.of("com.meltwater.proxymatic.port.0.weight", "7"), "{\"port\": 1234}"),
                web(8001));
        marathon.script(question -> question.target().startsWith("/v2/apps?") ? Reply.of(404, "{}") : null);
        try (var opened = Opened.of(marathon, WEB)) {
            opened.awaitReady("127.0.0.1:8001");
            assertThat(opened.endpoints().get(0).weight()).isEqualTo(7);
            marathon.script(question ->
                    question.target().startsWith("/v2/apps?") ? Reply.of(200, "{\"apps\":[{\"id\":\"/web\"}]}") : null);
            eventually(OpenedSource.LIMIT, () -> assertThat(marathon.streams()).isEqualTo(1));
            marathon.deploy(Shapes.definitions14(WEB, Map.of(), "{\"port\": 1234}"), web(8001), web(8002));
            opened.awaitReady("127.0.0.1:8001", "127.0.0.1:8002");
        }
    }

    @Test
    void M21_version_isReadOnce_andItsFailureLeavesTheSettings() {
        String label = "com.meltwater.proxymatic.port.0.weight";
        String old = Shapes.definitions14(WEB, Map.of(label, "100"), "{\"port\": 1234}");
        String versions = "/v2/apps/web/versions/";
        marathon.version(old);
        marathon.app(
                Shapes.with(Shapes.definitions14(WEB, Map.of(), "{\"port\": 1234}"), "version", "\"" + NEWER + "\""),
                web(8001));
        try (var opened = Opened.of(marathon, WEB)) {
            opened.awaitReady("127.0.0.1:8001");
            assertThat(opened.endpoints().get(0).weight()).isEqualTo(100);
            String between = "2015-10-04T12:58:17.435Z";
            marathon.script(question -> question.target().endsWith(between) ? Reply.of(500, "{}") : null);
            eventually(OpenedSource.LIMIT, () -> assertThat(marathon.streams()).isEqualTo(1));
            String task = Shapes.with(web(8002), "version", "\"" + between + "\"");
            marathon.deploy(
                    Shapes.with(
                            Shapes.definitions14(WEB, Map.of(), "{\"port\": 1234}"), "version", "\"" + NEWER + "\""),
                    task);
            opened.awaitReady("127.0.0.1:8002");
            assertThat(opened.endpoints().get(0).weight()).isEqualTo(100);
            eventually(
                    OpenedSource.LIMIT,
                    () -> assertThat(opened.watch().skipped())
                            .singleElement()
                            .asString()
                            .contains("version " + between, "stay as they were"));
            assertThat(marathon.askedFor(versions + Shapes.VERSION)).isEqualTo(1);
            assertThat(marathon.askedFor(versions + NEWER)).isZero();
            marathon.script(question -> null);
            marathon.version(Shapes.with(
                    Shapes.definitions14(WEB, Map.of(label, "200"), "{\"port\": 1234}"),
                    "version",
                    "\"" + between + "\""));
            marathon.event("status_update_event");
            eventually(
                    OpenedSource.LIMIT,
                    () -> assertThat(opened.endpoints().get(0).weight()).isEqualTo(200));
            long asked = marathon.askedFor(versions + between); // with each read that failed, and once more
            long reads = marathon.reads();
            marathon.event("status_update_event");
            eventually(OpenedSource.LIMIT, () -> assertThat(marathon.reads()).isGreaterThan(reads));
            assertThat(asked).isGreaterThan(1);
            assertThat(marathon.askedFor(versions + between)).isEqualTo(asked);
        }
    }

    @Test
    void versionThatIsNotAnswered_holdsNothingUp_andCountsWhenItComes() {
        var released = new CountDownLatch(1);
        marathon.version(
                Shapes.definitions14(WEB, Map.of("com.meltwater.proxymatic.port.0.weight", "100"), "{\"port\": 1234}"));
        marathon.app(
                Shapes.with(Shapes.definitions14(WEB, Map.of(), "{\"port\": 1234}"), "version", "\"" + NEWER + "\""),
                web(8001));
        marathon.script(question -> question.target().contains("/versions/") ? released(released) : null);
        try (var opened = Opened.of(marathon, WEB)) {
            opened.awaitReady("127.0.0.1:8001");
            assertThat(opened.endpoints().get(0).weight()).isEqualTo(500);
            assertThat(opened.watch().skipped())
                    .singleElement()
                    .asString()
                    .contains("version " + Shapes.VERSION + ": no answer ", "stay as they were");
            released.countDown();
            eventually(
                    OpenedSource.LIMIT,
                    () -> assertThat(opened.endpoints().get(0).weight()).isEqualTo(100));
            assertThat(marathon.askedFor("/versions/")).isEqualTo(1);
        } finally {
            released.countDown();
        }
    }

    private static Reply released(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return null;
    }

    @Test
    void versionOfAnotherApp_countsForNothing() {
        String label = "com.meltwater.proxymatic.port.0.weight";
        marathon.app(
                Shapes.with(Shapes.definitions14(WEB, Map.of(), "{\"port\": 1234}"), "version", "\"" + NEWER + "\""),
                web(8001));
        marathon.script(question -> question.target().contains("/versions/")
                ? Reply.of(200, Shapes.definitions14("/other", Map.of(label, "100"), "{\"port\": 1234}"))
                : null);
        try (var opened = Opened.of(marathon, WEB)) {
            opened.awaitReady("127.0.0.1:8001");
            assertThat(opened.endpoints().get(0).weight()).isEqualTo(500);
            assertThat(opened.watch().skipped())
                    .singleElement()
                    .asString()
                    .contains("id: \"/other\" (expected: that of the app)");
        }
    }

    @Test
    void labelChangeWithoutTaskChange_countsAtTheNextRead() {
        String label = "com.meltwater.proxymatic.port.0.weight";
        try (var opened = opened()) {
            marathon.deploy(Shapes.withLabels(Shapes.host08(WEB, 1234), Map.of(label, "7")), web(8001));
            eventually(
                    OpenedSource.LIMIT,
                    () -> assertThat(opened.endpoints().get(0).weight()).isEqualTo(7));
        }
    }
}
