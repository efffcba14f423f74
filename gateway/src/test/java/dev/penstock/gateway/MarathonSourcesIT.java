package dev.penstock.gateway;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.discovery.marathon.FakeMarathon;
import dev.penstock.discovery.marathon.FakeMarathon.Reply;
import dev.penstock.discovery.marathon.Shapes;
import dev.penstock.testkit.DeadAddress;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.TestAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How several Marathons are asked and followed, from outside: by one packaged program. */
@Timeout(240)
class MarathonSourcesIT {
    private static final DeadAddress DEAD = DeadAddress.refusing();
    private static final FakeMarathon NOT_READY = FakeMarathon.start();
    /** Read once an hour: what else is read, is read for an event. */
    private static final FakeMarathon EVENTS = FakeMarathon.start();
    /** Asked by HTTPS with user and password each second; its stream may be silent for two. */
    private static FakeMarathon secure;

    private static final FakeMarathon CALLS = FakeMarathon.start();
    private static final FakeMarathon NO_CALLS = FakeMarathon.start();
    private static final int CALLBACK = FreePorts.next();
    private static final int NO_CALLBACK = FreePorts.next();
    private static final EchoBackend A = EchoBackend.start("a");
    private static final EchoBackend B = EchoBackend.start("b");
    private static Packaged program;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        TestAuthority authority = TestAuthority.in(folder.resolve("ca")).sign("server", "IP:127.0.0.1");
        secure = FakeMarathon.start(authority.file("server.pem"), authority.file("server-key.pem"));
        secure.require("Basic bWU6cEBzcw=="); // me:p@ss
        CALLS.allowSubscriptions();
        NOT_READY.script(
                question -> question.target().equals("/ping") ? Reply.of(503, "{\"message\":\"no leader\"}") : null);
        Path file = Files.writeString(
                folder.resolve("marathons.yaml"),
                String.format(
                        Locale.ROOT,
                        """
                listeners: ["127.0.0.1:0"]
                admin: off
                drain: 0s
                catalogs:
                  - {from: "marathon://%s,%s,%s?listen=127.0.0.1&interval=1h&exposeHost=true"}
                  - {from: "marathon://me:p%%40ss@%s?tls&ca=%s&listen=127.0.0.1&interval=1s&silence=2s"}
                  - {from: "marathon://%s?listen=127.0.0.1&interval=1s&callback=http://127.0.0.1:%d/"}
                  - {from: "marathon://%s?listen=127.0.0.1&interval=1h&callback=http://127.0.0.1:%d/"}
                """,
                        DEAD.address(),
                        NOT_READY.address(),
                        EVENTS.address(),
                        secure.address(),
                        authority.file("ca.pem"),
                        CALLS.address(),
                        CALLBACK,
                        NO_CALLS.address(),
                        NO_CALLBACK));
        program = Packaged.start("run", "-f", file.toString());
        awaitStream(EVENTS);
        awaitStream(secure);
        awaitStream(NO_CALLS);
    }

    @AfterAll
    static void stop() {
        program.close();
        for (AutoCloseable each : List.<AutoCloseable>of(DEAD, NOT_READY, EVENTS, secure, CALLS, NO_CALLS, A, B)) {
            try {
                each.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Until it is followed, and the read that comes with that is over. */
    private static void awaitStream(FakeMarathon marathon) {
        eventually(Packaged.SOON, () -> {
            assertThat(marathon.streams()).as(program.err()).isEqualTo(1);
            assertThat(marathon.reads()).isGreaterThanOrEqualTo(2);
        });
    }

    private static void await(int port, String... backends) {
        eventually(
                Packaged.SOON,
                () -> assertThat(MarathonSite.all(port)).as(program.err()).containsExactlyInAnyOrder(backends));
    }

    private static void app(FakeMarathon marathon, String id, int port, EchoBackend backend) {
        marathon.app(Shapes.host08(id, port), task(id, port, backend));
    }

    private static String task(String id, int port, EchoBackend backend) {
        return Shapes.task(id.substring(1) + "." + backend.name(), id, List.of(backend.port()), List.of(port));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "event: status_update_event\r\ndata: {}\r\n\r\n",
                "event: health_status_changed_event\n\n",
                "data: {\"taskId\": \"x\", \"eventType\" : \"api_post_event\"}\n\n",
            })
    void M04_eventOfAChange_hasTheListRead(String event) {
        int port = FreePorts.next();
        app(EVENTS, "/event", port, A);
        EVENTS.send(event);
        await(port, "a");
        assertThat(EVENTS.asked())
                .filteredOn(question -> question.target().startsWith("/v2/events"))
                .allSatisfy(
                        question -> assertThat(question.headers().get("Accept")).containsExactly("text/event-stream"));
    }

    @Test
    void M04_manyEventsAtOnce_causeFewReads_andOtherEventsNone() {
        int port = FreePorts.next();
        long before = EVENTS.reads();
        EVENTS.send("event: framework_message_event\r\ndata: {}\r\n\r\n".repeat(100));
        EVENTS.send("\r\n\r\ndata: {\"eventType\":\"deployment_info\"}\r\n\r\n".repeat(100));
        app(EVENTS, "/burst", port, A);
        EVENTS.send("event: status_update_event\r\ndata: {}\r\n\r\n".repeat(100)); // read after the others
        await(port, "a");
        assertThat(EVENTS.reads() - before).isBetween(1L, 3L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "event: status_upd", "data: {\"eventType\":\"status_update_event\"}"})
    void M05_streamThatEnds_isOpenedAgain_andTheListRead(String last) {
        int port = FreePorts.next();
        long opened = EVENTS.askedFor("/v2/events");
        app(EVENTS, "/lost", port, A);
        if (!last.isEmpty()) {
            EVENTS.send(last); // an event that is never finished is none
        }
        EVENTS.endStreams();
        await(port, "a"); // of an hour's polling: by the read after the stream is there again
        assertThat(EVENTS.askedFor("/v2/events")).isEqualTo(opened + 1);
        app(EVENTS, "/lost", port, B);
        eventually(Packaged.SOON, () -> assertThat(EVENTS.streams()).isEqualTo(1));
        EVENTS.event("status_update_event");
        await(port, "b");
    }

    @Test
    void M05_streamThatNeverSaysAnything_isOpenedAgain_andPollingGoesOn() {
        int port = FreePorts.next();
        long opened = secure.askedFor("/v2/events");
        eventually(
                Packaged.SOON, () -> assertThat(secure.askedFor("/v2/events")).isGreaterThan(opened));
        app(secure, "/polled", port, A); // tells nobody
        await(port, "a");
    }

    @Test
    void M06_callback_isSubscribedTo_isAnswered200_andHasTheListRead() throws Exception {
        int port = FreePorts.next();
        eventually(Packaged.SOON, () -> assertThat(CALLS.subscribed()).hasSizeGreaterThan(1)); // at each interval
        assertThat(CALLS.subscribed()).containsOnly("http%3A%2F%2F127.0.0.1%3A" + CALLBACK + "%2F");
        assertThat(CALLS.askedFor("/v2/events?")).isZero();
        CALLS.app(
                Shapes.host08("/called", CALLBACK, port),
                Shapes.task("called", "/called", List.of(A.port(), B.port()), List.of(CALLBACK, port)));
        try (var events = RawClient.connect(CALLBACK)) {
            assertThat(events.exchange("POST /any HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}")
                            .status())
                    .isEqualTo(200);
        }
        await(port, "b");
        eventually(
                Packaged.SOON,
                () -> assertThat(program.err()).contains("service port " + CALLBACK + ": events come in there"));
        try (var events = RawClient.connect(CALLBACK)) { // and not to the task
            assertThat(events.get("x", "/").status()).isEqualTo(405);
        }
    }

    @Test
    void M06_marathonWithoutSubscriptions_isFollowedByItsStream() {
        int port = FreePorts.next();
        assertThat(NO_CALLS.askedFor("/v2/eventSubscriptions")).isPositive(); // and was answered 404
        app(NO_CALLS, "/streamed", port, A);
        NO_CALLS.event("status_update_event");
        await(port, "a");
    }

    @Test
    void M07_masterThatIsDeadOrNotReady_isPassedOver() {
        int port = FreePorts.next();
        app(NOT_READY, "/third", port, B);
        app(EVENTS, "/third", port, A);
        EVENTS.event("status_update_event");
        await(port, "a");
        assertThat(NOT_READY.askedFor("/ping")).isPositive();
        assertThat(NOT_READY.reads()).isZero();
    }

    @Test
    void M24_taskAtItsServicePort_isExposedByOption_ifThePortIsFreeHere() {
        try (var elsewhere = LoopbackBackends.start("127.0.0.2")) { // another machine, whose port is free at 127.0.0.1
            int port = elsewhere.port();
            EVENTS.app(
                    Shapes.host08("/exposed", port, A.port()),
                    Shapes.with(
                            Shapes.task("x", "/exposed", List.of(port, A.port()), List.of(port, A.port())),
                            "host",
                            "\"127.0.0.2\""));
            EVENTS.event("status_update_event");
            eventually(Packaged.SOON, () -> {
                try (var client = RawClient.connect(port)) {
                    assertThat(client.get("x", "/").text()).isEqualTo("127.0.0.2");
                }
            });
            assertThat(MarathonSite.who(A.port())).isEqualTo("a"); // who has that port here keeps it
            eventually(Packaged.SOON, () -> assertThat(program.err()).contains("127.0.0.1:" + A.port()));
        }
    }

    @Test
    void M25_M26_twoClusters_areServedBesides_oneByHttpsAndPassword_andOfOnePortTheFirstHasIt() {
        int both = FreePorts.next();
        int own = FreePorts.next();
        secure.app(
                Shapes.host08("/two", both, own),
                Shapes.task("two", "/two", List.of(B.port(), B.port()), List.of(both, own)));
        await(both, "b");
        await(own, "b");
        app(EVENTS, "/one", both, A);
        EVENTS.event("status_update_event");
        await(both, "a");
        Set<String> seen = new TreeSet<>(MarathonSite.all(own));
        assertThat(seen).containsExactly("b");
        EVENTS.deploy(Shapes.host08("/one", both));
        await(both, "b");
    }
}
