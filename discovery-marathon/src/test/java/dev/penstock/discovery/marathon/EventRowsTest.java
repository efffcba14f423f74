package dev.penstock.discovery.marathon;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testkit.DeadAddress;
import dev.penstock.testkit.OpenedSource;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When Marathon is read: by events, by callbacks, by polling; which master is asked. */
@Timeout(120)
class EventRowsTest {
    private static final String WEB = "/web";
    private static final AtomicInteger NEXT_PORT = new AtomicInteger(
            20_000 + (int) (ProcessHandle.current().pid() % 9_000)); // several runs at a time do not meet

    private final FakeMarathon marathon = FakeMarathon.start();

    @AfterEach
    void close() {
        marathon.close();
    }

    private OpenedSource opened(String options) {
        marathon.app(Shapes.host08(WEB, 1234), web(8001));
        OpenedSource opened = Opened.of(marathon, WEB + options);
        opened.awaitReady("127.0.0.1:8001");
        return opened;
    }

    private static String web(int port) {
        return Shapes.task("t-" + port, WEB, List.of(port), List.of(1234));
    }

    /** Until the stream stands, and the read that follows it is over. */
    private void awaitStream(int count) {
        eventually(OpenedSource.LIMIT, () -> assertThat(marathon.streams()).isEqualTo(count));
        awaitReads(2);
    }

    private void awaitReads(int least) {
        eventually(OpenedSource.LIMIT, () -> assertThat(marathon.reads()).isGreaterThanOrEqualTo(least));
    }

    @Test
    void M03_polling_findsWhatNoEventTells() {
        marathon.script(
                question -> question.target().startsWith("/v2/events") ? FakeMarathon.Reply.of(404, "{}") : null);
        try (var opened = opened("?interval=300ms")) {
            marathon.app(Shapes.host08(WEB, 1234), web(8002));
            opened.awaitReady("127.0.0.1:8002");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "event: status_update_event\r\ndata: {\"eventType\":\"status_update_event\"}\r\n\r\n",
                "event: health_status_changed_event\n\n",
                "event:api_post_event\r\ndata: {}\r\n\r\n",
                "data: {\"taskId\": \"x\", \"eventType\" : \"status_update_event\"}\n\n",
                "event: instance_health_changed_event\r\ndata: {}\r\n\r\n",
            })
    void M04_eventOfAChange_hasTheListReadAgain(String event) {
        try (var opened = opened("")) {
            awaitStream(1);
            marathon.app(Shapes.host08(WEB, 1234), web(8002));
            marathon.send(event);
            opened.awaitReady("127.0.0.1:8002");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "deployment_info",
                "deployment_success",
                "event_stream_attached",
                "subscribe_event",
                "framework_message_event"
            })
    void M04_otherEvents_causeNoRead(String event) {
        assertThat(EventStream.matters(event, true, false)).isFalse();
        assertThat(EventStream.matters("status_update_event", true, false)).isTrue();
    }

    @Test
    void M04_manyEventsAtOnce_causeFewReads() {
        try (var opened = opened("")) {
            awaitStream(1);
            long before = marathon.reads();
            marathon.send("\r\n\r\ndata: {\"eventType\":\"framework_message_event\"}\r\n\r\n");
            marathon.app(Shapes.host08(WEB, 1234), web(8002));
            marathon.send("event: status_update_event\r\ndata: {}\r\n\r\n".repeat(100));
            opened.awaitReady("127.0.0.1:8002");
            assertThat(marathon.reads() - before).isBetween(1L, 3L);
        }
    }

    @Test
    void streamThatBeginsAfterItsHead_hasTheListReadWhenItDoes() {
        try (var opened = opened("")) {
            awaitStream(1);
            marathon.app(Shapes.host08(WEB, 1234), web(8002)); // nobody follows events yet
            marathon.event("event_stream_attached");
            opened.awaitReady("127.0.0.1:8002");
        }
    }

    @Test
    void M04_stream_isAskedForAsTheDocumentsSay() {
        try (var opened = opened("")) {
            awaitStream(1);
            assertThat(marathon.asked())
                    .filteredOn(question -> question.target().startsWith("/v2/events"))
                    .allSatisfy(question -> {
                        assertThat(question.headers().get("Accept")).containsExactly("text/event-stream");
                        assertThat(question.target()).contains("plan-format=light", "&event_type=status_update_event");
                    });
            assertThat(opened.endpoints()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "event: status_upd", "data: {\"eventType\":\"status_update_event\"}"})
    void M05_streamThatEnds_isOpenedAgainAndTheListRead(String last) {
        try (var opened = opened("")) {
            awaitStream(1);
            marathon.app(Shapes.host08(WEB, 1234), web(8002));
            if (!last.isEmpty()) {
                marathon.send(last);
            }
            marathon.endStreams();
            opened.awaitReady("127.0.0.1:8002");
            eventually(
                    OpenedSource.LIMIT,
                    () -> assertThat(marathon.askedFor("/v2/events")).isGreaterThan(1));
            eventually(OpenedSource.LIMIT, () -> assertThat(marathon.streams()).isEqualTo(1));
            marathon.deploy(Shapes.host08(WEB, 1234), web(8003));
            opened.awaitReady("127.0.0.1:8003");
        }
    }

    @Test
    void M05_silentStream_isOpenedAgain_whileSignsOfLifeKeepIt() {
        try (var opened = opened("?silence=2s&interval=200ms")) {
            awaitStream(1);
            long reads = marathon.reads() + 20; // by polling: three seconds at least
            eventually(OpenedSource.LIMIT, () -> {
                marathon.send("\r\n"); // as Jetty does every ten seconds
                assertThat(marathon.reads()).isGreaterThan(reads);
            });
            assertThat(marathon.askedFor("/v2/events")).isEqualTo(1);
            eventually(
                    OpenedSource.LIMIT,
                    () -> assertThat(marathon.askedFor("/v2/events")).isGreaterThan(1));
            assertThat(opened.endpoints()).hasSize(1);
        }
    }

    /** Below the ports that the system gives to whoever asks for any, so that nobody takes it meanwhile. */
    private static int freePort() {
        while (true) {
            int port = NEXT_PORT.getAndIncrement();
            try (var socket = new ServerSocket(port)) {
                return socket.getLocalPort();
            } catch (IOException e) {
                assertThat(port).as("a free port: %s", e).isLessThan(30_000);
            }
        }
    }

    private static String post(int port, String method) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            String body = "{\"eventType\":\"status_update_event\"}";
            String head =
                    method + " / HTTP/1.1\r\nHost: x\r\nAccept: application/json\r\nContent-Length: " + body.length();
            socket.getOutputStream().write((head + "\r\n\r\n" + body).getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void M06_callback_hasTheListRead() throws Exception {
        marathon.allowSubscriptions();
        int port = freePort();
        try (var opened = opened("?callback=http://127.0.0.1:" + port + "/")) {
            eventually(
                    OpenedSource.LIMIT, () -> assertThat(marathon.subscribed()).isNotEmpty());
            assertThat(marathon.subscribed().get(0)).isEqualTo("http%3A%2F%2F127.0.0.1%3A" + port + "%2F");
            marathon.app(Shapes.host08(WEB, 1234), web(8002));
            assertThat(post(port, "POST")).startsWith("HTTP/1.1 200 OK\r\n");
            assertThat(post(port, "GET")).startsWith("HTTP/1.1 405 ");
            opened.awaitReady("127.0.0.1:8002");
            assertThat(marathon.askedFor("/v2/events?")).isZero();
        }
        awaitFree(port);
    }

    @Test
    void M06_callbacks_areSubscribedToAtEachInterval() {
        marathon.allowSubscriptions();
        try (var opened = opened("?interval=200ms&callback=http://127.0.0.1:" + freePort() + "/")) {
            eventually(
                    OpenedSource.LIMIT, () -> assertThat(marathon.subscribed()).hasSizeGreaterThan(2));
            assertThat(opened.endpoints()).hasSize(1);
        }
    }

    @Test
    void M06_marathonWithoutSubscriptions_isReadByItsStream() {
        int port = freePort();
        try (var opened = opened("?callback=http://127.0.0.1:" + port + "/")) {
            awaitStream(1);
            awaitFree(port);
            marathon.deploy(Shapes.host08(WEB, 1234), web(8002));
            opened.awaitReady("127.0.0.1:8002");
        }
    }

    private static void awaitFree(int port) {
        eventually(OpenedSource.LIMIT, () -> {
            try (var socket = new ServerSocket(port)) {
                assertThat(socket.isBound()).isTrue();
            } catch (IOException e) {
                throw new AssertionError("port " + port, e);
            }
        });
    }

    @Test
    void M07_masterThatIsDeadOrNotReady_isPassedOver() {
        try (var dead = DeadAddress.refusing();
                var notReady = FakeMarathon.start()) {
            notReady.app(Shapes.host08(WEB, 1234), web(9999));
            notReady.script(question -> question.target().equals("/ping")
                    ? FakeMarathon.Reply.of(503, "{\"message\":\"no leader\"}")
                    : null);
            marathon.app(Shapes.host08(WEB, 1234), web(8001));
            String masters = "127.0.0.1:" + dead.port() + "," + notReady.address() + "," + marathon.address();
            try (var opened = Opened.of("marathon://" + masters + WEB)) {
                opened.awaitReady("127.0.0.1:8001");
                assertThat(notReady.reads()).isZero();
                eventually(
                        OpenedSource.LIMIT, () -> assertThat(marathon.streams()).isEqualTo(1));
                marathon.deploy(Shapes.host08(WEB, 1234), web(8002));
                opened.awaitReady("127.0.0.1:8002");
            }
        }
    }

    @Test
    void mastersThatAllAnswerNoPing_areAskedNevertheless() {
        marathon.app(Shapes.host08(WEB, 1234), web(8001));
        marathon.script(question -> question.target().equals("/ping") ? FakeMarathon.Reply.of(404, "{}") : null);
        try (var dead = DeadAddress.refusing();
                var opened = Opened.of("marathon://127.0.0.1:" + dead.port() + "," + marathon.address() + WEB)) {
            opened.awaitReady("127.0.0.1:8001");
        }
    }

    @Test
    void standby_redirectsToTheLeader() {
        try (var standby = FakeMarathon.start()) {
            standby.script(question -> FakeMarathon.Reply.redirect("http://" + marathon.address() + question.target()));
            marathon.require("Basic bWU6cGFzcw==");
            marathon.app(Shapes.host08(WEB, 1234), web(8001));
            try (var opened = Opened.of("marathon://me:pass@" + standby.address() + WEB)) {
                opened.awaitReady("127.0.0.1:8001");
                eventually(
                        OpenedSource.LIMIT, () -> assertThat(marathon.streams()).isEqualTo(1));
                marathon.deploy(Shapes.host08(WEB, 1234), web(8002));
                opened.awaitReady("127.0.0.1:8002");
            }
        }
    }
}
