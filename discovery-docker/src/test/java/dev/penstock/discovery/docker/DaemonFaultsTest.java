package dev.penstock.discovery.docker;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A daemon that breaks, lies, is silent or goes away. */
class DaemonFaultsTest {
    private final FakeDocker docker = new FakeDocker();

    @AfterEach
    void close() {
        docker.close();
    }

    private Watched open(String options) {
        return Watched.open("docker://" + docker.address() + (options.isEmpty() ? "" : "?" + options));
    }

    private static FakeContainer web(String name, int publicPort) {
        return FakeContainer.named(name).env("DOMAIN=a.test").published(publicPort, 80);
    }

    private static String problem(Watched watched) {
        return watched.catalog().report().problem();
    }

    @Test
    void D12_containerRestartedOnAnotherPort_isServedThereOnly() {
        docker.start(web("web", 32_001));
        try (Watched watched = open("poll=1h")) {
            watched.await("a.test 127.0.0.1:32001");
            docker.stop(web("web", 32_001)).start(web("web", 32_002));
            watched.await("a.test 127.0.0.1:32002");
            docker.stop(web("web", 32_002));
            watched.await();
        }
    }

    @Test
    void D13_streamThatBreaks_isOpenedAgain() {
        docker.start(web("one", 32_001));
        try (Watched watched = open("poll=1h")) {
            watched.await("a.test 127.0.0.1:32001");
            for (int round = 0; round < 3; round++) {
                docker.put(web("round" + round, 32_100 + round)); // nobody is told
                docker.breakEvents();
                int port = 32_100 + round;
                eventually(
                        Watched.SOON,
                        () -> assertThat(watched.texts().toString()).contains(":" + port));
            }
            eventually(Watched.SOON, () -> assertThat(docker.streams()).isPositive());
            docker.start(web("last", 32_200));
            eventually(
                    Watched.SOON, () -> assertThat(watched.texts().toString()).contains(":32200"));
        }
    }

    @Test
    void D13_silentStream_isRepairedByPollsAndReplaced() {
        docker.start(web("one", 32_001));
        try (Watched watched = open("poll=300ms")) {
            watched.await("a.test 127.0.0.1:32001");
            docker.silent(true);
            docker.start(web("two", 32_002));
            watched.await("a.test 127.0.0.1:32001, 127.0.0.1:32002");
            eventually(
                    Watched.SOON,
                    () -> assertThat(docker.requests().stream()
                                    .filter(request -> request.endsWith("/events"))
                                    .count())
                            .isGreaterThan(1));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"nonsense\n", "[]\n", "{\"Type\":7,\"Action\":[],\"Actor\":\"x\"}\n", "{\"Type\":\"new\"}\n"})
    void D13_eventsThatNobodyUnderstands_disturbNothing(String event) {
        docker.start(web("one", 32_001));
        try (Watched watched = open("poll=1h")) {
            watched.await("a.test 127.0.0.1:32001");
            docker.send(event);
            docker.put(web("two", 32_002));
            docker.send(event); // whatever it is: something happened
            watched.await("a.test 127.0.0.1:32001, 127.0.0.1:32002");
        }
    }

    @Test
    void D13_streamThatIsForbidden_leavesPolling() {
        docker.start(web("one", 32_001)).status("/events", 403);
        try (Watched watched = open("poll=300ms")) {
            watched.await("a.test 127.0.0.1:32001");
            docker.put(web("two", 32_002));
            watched.await("a.test 127.0.0.1:32001, 127.0.0.1:32002");
            assertThat(watched.catalog().report().skipped())
                    .anyMatch(line -> line.startsWith("events: GET /events") && line.contains(": 403"));
        }
    }

    @Test
    void D14_daemonDown_keepsWhatIsKnownUntilItIsBack() {
        docker.start(web("one", 32_001));
        try (Watched watched = open("")) {
            watched.await("a.test 127.0.0.1:32001");
            docker.down();
            eventually(Watched.SOON, () -> assertThat(problem(watched)).contains("refused"));
            watched.await("a.test 127.0.0.1:32001");
            docker.stop(web("one", 32_001)).start(web("two", 32_002));
            docker.up();
            watched.await("a.test 127.0.0.1:32002");
            eventually(Watched.SOON, () -> assertThat(problem(watched)).isEmpty());
        }
    }

    @Test
    void D14_daemonDownAtTheStart_isTriedAgain() {
        docker.start(web("one", 32_001)).down();
        try (Watched watched = open("")) {
            eventually(Watched.SOON, () -> assertThat(problem(watched)).contains("refused"));
            docker.up();
            watched.await("a.test 127.0.0.1:32001");
        }
    }

    @Test
    void D15_containerThatVanishesBeforeItsInspection_isLeftOut() {
        FakeContainer gone = web("gone", 32_002);
        docker.status("/containers/" + gone.id + "/json", 404);
        docker.start(web("one", 32_001), gone, web("three", 32_003));
        try (Watched watched = open("")) {
            watched.await("a.test 127.0.0.1:32001, 127.0.0.1:32003");
            assertThat(watched.catalog().report().skipped()).isEmpty();
        }
    }

    @Test
    void D15_containerThatCannotBeInspected_isReported() {
        FakeContainer bad = web("bad", 32_002);
        docker.answer("/containers/" + bad.id + "/json", "<html>");
        docker.start(web("one", 32_001), bad);
        try (Watched watched = open("")) {
            watched.await("a.test 127.0.0.1:32001");
            assertThat(watched.catalog().report().skipped())
                    .containsExactly("container bad: GET /containers/" + bad.id
                            + "/json: the answer is not JSON (expected: that of Docker's API)");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html>not Docker</html>", "[{\"Id\":\"a1", "", "7", "{\"a\":1}"})
    void answersThatAreNoList_keepWhatIsKnown(String body) {
        docker.start(web("one", 32_001));
        try (Watched watched = open("poll=300ms")) {
            watched.await("a.test 127.0.0.1:32001");
            docker.answer("/containers/json", body);
            eventually(
                    Watched.SOON, () -> assertThat(problem(watched)).contains("GET /containers/json: the answer is"));
            watched.await("a.test 127.0.0.1:32001");
        }
    }

    /** The newest version of the daemon, its oldest, and what is used. */
    @ParameterizedTest
    @CsvSource({
        "1.41,1.12,/v1.41",
        "1.52,1.44,/v1.51", // engine 29
        "1.24,1.12,/v1.24",
        "1.90,1.60,''", // refuses all that is known here: its own newest then
        "'',1.12,''",
        "nonsense,1.12,''"
    })
    void version_isOneThatTheDaemonTakes(String daemon, String oldest, String prefix) {
        docker.version(daemon).minimum(oldest).start(web("one", 32_001));
        try (Watched watched = open("")) {
            watched.await("a.test 127.0.0.1:32001");
            assertThat(docker.requests()).contains("GET " + prefix + "/containers/json");
        }
    }

    @Test
    void answerFarTooLarge_isRefusedAndWhatIsKnownStays() {
        docker.start(web("one", 32_001));
        var threads = dev.penstock.time.ControlThreads.create();
        var context = new dev.penstock.discovery.DiscoveryContext(
                dev.penstock.time.Ticker.system(), threads, dev.penstock.time.Randomness.system());
        var uri = java.net.URI.create("docker://" + docker.address() + "?label=app=x&poll=300ms");
        var factory = new DockerDiscoveryFactory(Watched.NOWHERE);
        docker.start(FakeContainer.named("chosen")
                .label("app", "x")
                .network("n", "10.0.0.1")
                .exposed(80));
        try (threads;
                var discovery = DockerDiscoveryFactory.open(
                        DockerUri.settings(
                                uri, dev.penstock.discovery.UriOptions.of(uri, DockerUri.DISCOVERY), Watched.NOWHERE),
                        Watched.NOWHERE,
                        50_000,
                        context);
                var watch =
                        discovery.watch(factory.query(dev.penstock.endpoint.ServiceName.of("x"), uri), state -> {})) {
            eventually(
                    Watched.SOON, () -> assertThat(watch.current().endpoints()).hasSize(1));
            docker.put(FakeContainer.named("large").label("text", "x".repeat(60_000)));
            eventually(
                    Watched.SOON,
                    () -> assertThat(watch.current().toString())
                            .contains("GET /containers/json: more than 50000 bytes (expected: fewer)"));
            assertThat(watch.current().endpoints()).hasSize(1);
        }
    }

    @Test
    void requests_onlyReadWhatASocketProxyAllows() {
        docker.start(web("one", 32_001));
        docker.swarm("[]", "[]", "[]");
        try (Watched watched = open("swarmPoll=100ms")) {
            watched.await("a.test 127.0.0.1:32001");
            eventually(Watched.SOON, () -> assertThat(docker.requests()).contains("GET /v1.41/nodes"));
            assertThat(docker.requests().stream()
                            .map(request -> request.replace("/v1.41", "").replaceFirst("^(\\S+ /[^/]+).*", "$1"))
                            .collect(Collectors.toSet()))
                    .containsExactlyInAnyOrder(
                            "GET /_ping",
                            "GET /containers",
                            "GET /events",
                            "GET /info",
                            "GET /services",
                            "GET /tasks",
                            "GET /nodes");
        }
    }

    @Test
    void killWithAStopSignal_drainsBeforeTheContainerIsGone() {
        FakeContainer one = web("one", 32_001);
        FakeContainer quits = web("quits", 32_002).stopSignal("SIGQUIT");
        docker.start(one, quits);
        try (Watched watched = open("poll=1h")) {
            watched.await("a.test 127.0.0.1:32001, 127.0.0.1:32002");
            docker.event("container", "kill", one.id, Map.of("signal", "1")); // as nginx -s reload
            docker.event("container", "kill", quits.id, Map.of("signal", "3"));
            watched.await("a.test 127.0.0.1:32001, 127.0.0.1:32002 DRAINING");
            docker.event("container", "kill", one.id, Map.of("signal", "15"));
            watched.await("a.test 127.0.0.1:32001 DRAINING, 127.0.0.1:32002 DRAINING");
            docker.stop(one).stop(quits);
            watched.await();
        }
    }

    @Test
    void killThatIsIgnored_isForgottenAfterTheDrainTime() {
        FakeContainer one = web("one", 32_001);
        docker.start(one);
        try (Watched watched = open("poll=1h&drain=2s")) {
            watched.await("a.test 127.0.0.1:32001");
            docker.event("container", "kill", one.id, Map.of("signal", "15"));
            watched.await("a.test 127.0.0.1:32001 DRAINING");
            watched.await("a.test 127.0.0.1:32001");
        }
    }

    @Test
    void emptyGuard_holdsEndpointsUntilConfirmed() {
        docker.start(web("one", 32_001));
        String options = "poll=1h&emptyGuard=2s";
        try (Watched watched = open(options)) {
            watched.await("a.test 127.0.0.1:32001");
            var watch = watched.watch(
                    "a.test@docker", watched.service("a.test@docker").discover().get(0));
            docker.stop(web("one", 32_001));
            eventually(
                    Watched.SOON, () -> assertThat(watch.current().toString()).startsWith("Stale"));
            eventually(
                    Watched.SOON, () -> assertThat(watch.current().toString()).startsWith("Absent"));
        }
    }

    @Test
    void manyServices_shareOneStream() {
        docker.start(
                web("one", 32_001),
                FakeContainer.named("two").env("DOMAIN=b.test,c.test,d.test").published(32_002, 80));
        try (Watched watched = open("")) {
            eventually(Watched.SOON, () -> assertThat(watched.endpoints()).hasSize(4));
            eventually(Watched.SOON, () -> assertThat(watched.texts()).allMatch(text -> text.contains("127.0.0.1:")));
            assertThat(docker.requests().stream()
                            .filter(request -> request.endsWith("/events"))
                            .count())
                    .isEqualTo(1); // of the catalog, and of all services
        }
    }

    @Test
    void D20_labelSelector_gainsAndLosesEndpoints() {
        FakeContainer one = FakeContainer.named("one").label("app", "shop").published(32_001, 80);
        FakeContainer two = FakeContainer.named("two").label("app", "shop").published(32_002, 80);
        docker.start(one, FakeContainer.named("other").label("app", "blog").published(32_003, 80));
        try (Watched watched = open("")) {
            var uri = java.net.URI.create("docker://" + docker.address() + "?label=app=shop&address=published");
            var watch = watched.watch("shop", uri);
            eventually(
                    Watched.SOON, () -> assertThat(watch.current().endpoints()).hasSize(1));
            docker.start(two);
            eventually(
                    Watched.SOON,
                    () -> assertThat(watch.current().endpoints().stream()
                                    .map(dev.penstock.endpoint.Endpoint::id)
                                    .toList())
                            .isEqualTo(List.of("127.0.0.1:32001", "127.0.0.1:32002")));
            docker.stop(one);
            eventually(
                    Watched.SOON, () -> assertThat(watch.current().endpoints()).hasSize(1));
        }
    }
}
