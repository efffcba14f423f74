package dev.penstock.runtime;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.Table;
import dev.penstock.config.ConfigurationFile;
import dev.penstock.config.Reading;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.FileEdit;
import dev.penstock.testkit.ManualTime;
import dev.penstock.testkit.RawClient;
import dev.penstock.time.Scheduler;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationFollowerTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration A_LOOK = Duration.ofMillis(260);
    private static final Duration A_SECOND = Duration.ofSeconds(1);

    private final ManualTime time = ManualTime.eager();
    private final EchoBackend one = EchoBackend.start("one");
    private final EchoBackend two = EchoBackend.start("two");

    @TempDir
    Path directory;

    @AfterEach
    void close() {
        one.close();
        two.close();
    }

    /** A listener {@code web} that leads to a backend, and another listener. */
    private static String text(EchoBackend backend, String other) {
        return String.format(Locale.ROOT, """
                listeners:
                  - {address: 127.0.0.1:0, name: web}
                  - {address: 127.0.0.1:0, name: %s}
                routes: [{service: site}]
                services: {site: {endpoints: [%s]}}
                admin: off
                """, other, backend.address());
    }

    /** A gateway that follows its file by the time of the test. */
    private final class Live implements AutoCloseable {
        private final Path path = directory.resolve("penstock.yaml");
        private final GatewayRuntime runtime;
        private final ConfigurationFollower follower;

        private Live(FileEdit edit, String text) {
            this(directory.resolve("penstock.yaml"), edit, text);
        }

        /** Follows the directory that the file lies in. */
        private Live(String text) {
            this(directory, FileEdit.RENAME, text);
        }

        private Live(Path followed, FileEdit edit, String text) {
            edit.edit(path, text);
            var file = new ConfigurationFile(GatewayRuntime.reader(), followed, List.of());
            Reading reading = file.read();
            runtime = GatewayRuntime.start(reading.orThrow());
            follower = ConfigurationFollower.watching(runtime, file, reading, time);
        }

        /** Says something else than what runs, and is looked at by another scheduler. */
        private Live(FileEdit edit, String later, Scheduler scheduler) {
            edit.edit(path, text(one, "other"));
            var file = new ConfigurationFile(GatewayRuntime.reader(), path, List.of());
            Reading reading = file.read();
            runtime = GatewayRuntime.start(reading.orThrow());
            follower = ConfigurationFollower.watching(runtime, file, reading, scheduler);
            edit.edit(path, later);
        }

        private int port(String listener) {
            String address = runtime.address(listener);
            return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
        }

        private String answers() throws IOException {
            try (var client = RawClient.connect(port("web"))) {
                return client.get("a.example.com", "/").echo().backend();
            }
        }

        /** What the admin listener tells. */
        private String told(String path) throws IOException {
            String address = runtime.adminAddress().orElseThrow();
            try (var client = RawClient.connect(Integer.parseInt(address.substring(address.lastIndexOf(':') + 1)))) {
                return client.get("localhost", path).text();
            }
        }

        private Table table() {
            return runtime.penstock().table();
        }

        @Override
        public void close() {
            follower.close();
            runtime.close();
        }
    }

    @ParameterizedTest
    @EnumSource(FileEdit.class)
    void C03_fileThatSaysSomethingElse_isInEffect_andWhatStaysLosesNoConnection(FileEdit edit) throws Exception {
        try (var live = new Live(edit, text(one, "old"));
                var unchanged = RawClient.connect(live.port("web"))) {
            int old = live.port("old");
            one.hold();
            unchanged.send("GET /long HTTP/1.1\r\nHost: a\r\n\r\n");
            one.awaitHeld(1);

            edit.edit(live.path, text(two, "new"));
            time.advance(A_SECOND);

            eventually(SOON, () -> assertThat(live.answers()).isEqualTo("two"));
            eventually(SOON, () -> assertThat(live.port("new")).isPositive());
            eventually(
                    SOON,
                    () -> assertThatThrownBy(() -> RawClient.connect(old).close())
                            .hasRootCauseInstanceOf(ConnectException.class));
            one.release();
            assertThat(unchanged.read().echo().backend()).isEqualTo("one");
            assertThat(unchanged.get("a", "/again").echo().backend()).isEqualTo("two");
        }
    }

    @Test
    void C04_readingsThatAreRefused_areCounted_andTheStateSaysWhy() throws Exception {
        String good = text(one, "other").replace("admin: off", "admin: 127.0.0.1:0");
        try (var live = new Live(FileEdit.RENAME, good)) {
            assertThat(live.told("/metrics")).contains("\npenstock_file_refused_total 0.0");
            assertThat(live.told("/state"))
                    .containsPattern("\"file\" : \\{\\s+\"refused\" : 0,\\s+\"faults\" : \\[ \\]");

            FileEdit.RENAME.edit(live.path, "routes: 7");
            time.advance(A_SECOND);
            FileEdit.RENAME.edit(live.path, good + "nonsense: 1\n");
            time.advance(A_SECOND);
            time.advance(A_SECOND); // nobody counts it twice
            assertThat(live.told("/metrics")).contains("\npenstock_file_refused_total 2.0");
            assertThat(live.told("/state"))
                    .containsPattern("\"refused\" : 2,\\s+\"faults\" : \\[ \"[^\"]*:7:1: nonsense: unknown key");

            FileEdit.RENAME.edit(live.path, good);
            time.advance(A_SECOND);
            assertThat(live.told("/metrics")).contains("\npenstock_file_refused_total 2.0");
            assertThat(live.told("/state")).containsPattern("\"refused\" : 2,\\s+\"faults\" : \\[ \\]");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "listeners: [",
                "listeners: [{address: nowhere}]\nroutes: 7\n",
                "listeners: [127.0.0.1:0]\nroutes: [{service: x}]"
            })
    void C04_brokenEdit_changesNothing_andTheNextGoodOneIsApplied(String broken) throws Exception {
        try (var live = new Live(FileEdit.OVERWRITE, text(one, "other"))) {
            Table before = live.table();

            Files.writeString(live.path, broken);
            time.advance(A_SECOND);
            assertThat(live.follower.problem()).contains(live.path.toString());
            assertThat(live.table()).isSameAs(before);
            assertThat(live.answers()).isEqualTo("one");

            Files.writeString(live.path, text(two, "other"));
            time.advance(A_SECOND);
            assertThat(live.follower.problem()).isEmpty();
            assertThat(live.answers()).isEqualTo("two");
        }
    }

    @Test
    void C04_allFaults_areToldWithTheirPlaces() throws Exception {
        try (var live = new Live(FileEdit.OVERWRITE, text(one, "other"))) {
            Files.writeString(live.path, "listeners: [{address: nowhere}]\nroutes: 7\n");
            time.advance(A_SECOND);

            assertThat(live.follower.problem().lines())
                    .hasSize(2)
                    .anyMatch(line -> line.startsWith(live.path + ":1:14: listeners[0].address: \"nowhere\""))
                    .anyMatch(line -> line.startsWith(live.path + ":2:1: routes: 7 (expected: a list of routes)"));
        }
    }

    @Test
    void C04_fileThatIsBeingWritten_isReadWhenItHasStayedTheSame() throws Exception {
        try (var live = new Live(FileEdit.OVERWRITE, text(one, "other"))) {
            Table before = live.table();
            String whole = text(two, "other");
            for (int length = 0; length < whole.length(); length += 40) { // which may well be a configuration, too
                Files.writeString(live.path, whole.substring(0, length));
                time.advance(A_LOOK);
                assertThat(live.table()).isSameAs(before);
                assertThat(live.follower.problem()).isEmpty();
            }

            Files.writeString(live.path, whole);
            time.advance(A_SECOND);

            assertThat(live.answers()).isEqualTo("two");
        }
    }

    @Test
    void C04_fileThatIsGoneForAMoment_losesNothing() throws Exception {
        try (var live = new Live(FileEdit.OVERWRITE, text(one, "other"))) {
            Table before = live.table();

            Files.delete(live.path);
            time.advance(A_LOOK);
            Files.writeString(live.path, text(one, "other"));
            time.advance(A_SECOND);
            assertThat(live.follower.problem()).isEmpty();

            Files.delete(live.path);
            time.advance(A_SECOND);
            assertThat(live.follower.problem()).isEqualTo(live.path + ": unable to open file: no such file");
            assertThat(live.table()).isSameAs(before);

            Files.writeString(live.path, text(two, "other"));
            time.advance(A_SECOND);
            assertThat(live.follower.problem()).isEmpty();
            assertThat(live.answers()).isEqualTo("two");
        }
    }

    @Test
    void sameContentAgain_isNoChange() throws Exception {
        try (var live = new Live(FileEdit.RENAME, text(one, "other"))) {
            Table before = live.table();

            FileEdit.RENAME.edit(live.path, text(one, "other"));
            time.advance(A_SECOND);

            assertThat(live.table()).isSameAs(before);
        }
    }

    @Test
    void C03_serversOfBalancersForm_areFollowed() throws Exception {
        String form = "[{\"address\": \"127.0.0.1:%d\", \"upstreams\": [{\"Target\": \"127.0.0.1\", \"Port\": %d}]}]";
        int port = freePort();
        String name = "127.0.0.1:" + port;
        try (var live = new Live(FileEdit.OVERWRITE, String.format(Locale.ROOT, form, port, one.port()))) {
            assertThat(ask(live, name)).isEqualTo("one");

            Files.writeString(live.path, String.format(Locale.ROOT, form, port, two.port()));
            time.advance(A_SECOND);

            assertThat(ask(live, name)).isEqualTo("two");
        }
    }

    private static String ask(Live live, String listener) throws IOException {
        try (var client = RawClient.connect(live.port(listener))) {
            return client.get("a.example.com", "/").echo().backend();
        }
    }

    @Test
    void C03_fileThatAValueNames_isFollowedToo() throws Exception {
        Path endpoint = Files.writeString(directory.resolve("endpoint"), one.address() + "\n");
        String text = text(one, "other").replace("[" + one.address() + "]", "[\"${file:endpoint}\"]");
        try (var live = new Live(FileEdit.OVERWRITE, text)) {
            assertThat(live.answers()).isEqualTo("one");

            FileEdit.RENAME.edit(endpoint, two.address() + "\n");
            time.advance(A_SECOND);
            assertThat(live.answers()).isEqualTo("two");

            Files.delete(endpoint);
            time.advance(A_SECOND);
            assertThat(live.follower.problem()).contains("${file:endpoint}").contains("no such file");
            assertThat(live.answers()).isEqualTo("two");
        }
    }

    @Test
    void C03_folder_isFollowedAsAWhole() throws Exception {
        Path more = directory.resolve("more.yaml");
        try (var live = new Live(text(one, "other"))) {
            FileEdit.RENAME.edit(
                    more,
                    "listeners: [{address: 127.0.0.1:0, name: more}]\nservices: {m: {endpoints: [" + two.address()
                            + "]}}\nroutes: [{service: m, listeners: [more]}]\n");
            time.advance(A_SECOND);
            eventually(SOON, () -> assertThat(ask(live, "more")).isEqualTo("two"));
            assertThat(live.answers()).isEqualTo("one");

            FileEdit.RENAME.edit(more, "listeners: [");
            time.advance(A_SECOND);
            assertThat(live.follower.problem()).startsWith(more + ":1:");
            assertThat(ask(live, "more")).isEqualTo("two");

            Files.delete(more);
            time.advance(A_SECOND);
            assertThat(live.follower.problem()).isEmpty();
            assertThat(live.table().listeners()).hasSize(2);
        }
    }

    @Test
    void C04_newFileOfAFolder_thatIsBeingWritten_isReadWhenItHasStayedTheSame() throws Exception {
        Path more = directory.resolve("more.yaml");
        try (var live = new Live(text(one, "other"))) {
            Table before = live.table();
            StringBuilder text = new StringBuilder("services:\n");
            for (int i = 0; i < 6; i++) { // which is a configuration each time
                text.append("  more").append(i).append(": {endpoints: []}\n");
                Files.writeString(more, text);
                time.advance(A_LOOK);
                assertThat(live.table()).isSameAs(before);
            }

            time.advance(A_SECOND);
            assertThat(live.table().services()).hasSize(7);
        }
    }

    @Test
    void C04_newFileThatAValueNames_whileItIsBeingWritten_isReadWhenItHasStayedTheSame() throws Exception {
        Path endpoint = directory.resolve("endpoint");
        try (var live = new Live(FileEdit.OVERWRITE, text(one, "other"))) {
            Table before = live.table();
            Files.writeString(
                    live.path, text(one, "other").replace("[" + one.address() + "]", "[\"${file:endpoint}\"]"));
            for (int i = 1; i < 8; i++) {
                Files.writeString(endpoint, "127.0.0.1:" + "1".repeat(i % 4 + 1)); // a port each time
                time.advance(A_LOOK);
                assertThat(live.table()).isSameAs(before);
                assertThat(live.follower.problem()).isEmpty();
            }

            Files.writeString(endpoint, two.address());
            time.advance(A_SECOND);
            time.advance(A_SECOND);
            assertThat(live.answers()).isEqualTo("two");
        }
    }

    @Test
    void C04_valueThatNamesAFolder_isRefusedOnce_andTheNextChangeIsSeen() throws Exception {
        try (var live = new Live(FileEdit.OVERWRITE, text(one, "other"))) {
            String named = text(one, "other").replace("[" + one.address() + "]", "[\"${file:.}\"]");
            Files.writeString(live.path, named);
            time.advance(A_SECOND);
            time.advance(A_SECOND); // what is named first now is looked at, too
            assertThat(live.follower.problem()).contains("${file:.}").doesNotContain("nonsense");

            Files.writeString(live.path, named + "nonsense: 1\n");
            time.advance(A_SECOND);
            assertThat(live.follower.problem()).contains("nonsense");
        }
    }

    @Test
    void C04_readingThatFailsWhileItIsPutIntoEffect_isRefused_too() throws Exception {
        try (var live = new Live(FileEdit.OVERWRITE, text(one, "other"))) {
            live.runtime.close(); // takes nothing more, which is no fault of the file

            Files.writeString(live.path, text(two, "other"));
            time.advance(A_SECOND);

            assertThat(live.follower.problem()).contains("a fault of the program while it was put into effect");
        }
    }

    @Test
    void closed_followsNoMore() throws Exception {
        try (var live = new Live(FileEdit.OVERWRITE, text(one, "other"))) {
            Table before = live.table();
            live.follower.close();

            Files.writeString(live.path, text(two, "other"));
            time.advance(A_SECOND);

            assertThat(live.table()).isSameAs(before);
        }
    }

    @Test
    void reload_readsAtOnce_alsoWithoutWatching() throws Exception {
        Path path = Files.writeString(directory.resolve("penstock.yaml"), text(one, "other"));
        var file = new ConfigurationFile(GatewayRuntime.reader(), path, List.of());
        Reading reading = file.read();
        try (var runtime = GatewayRuntime.start(reading.orThrow());
                var follower = ConfigurationFollower.waiting(runtime, file, reading)) {
            Files.writeString(path, text(two, "other"));
            follower.reload().toCompletableFuture().get(SOON.toSeconds(), TimeUnit.SECONDS);
            assertThat(runtime.penstock()
                            .table()
                            .services()
                            .get(0)
                            .spec()
                            .endpoints()
                            .get(0)
                            .port())
                    .isEqualTo(two.port());

            Files.writeString(path, "listeners: [");
            follower.reload().toCompletableFuture().get(SOON.toSeconds(), TimeUnit.SECONDS);
            assertThat(follower.problem()).contains(path + ":1:");
        }
    }

    @Test
    void C03_readingsAskedFor_whileOneWaits_areThatOne() throws Exception {
        var held = new HeldTasks();
        try (var live = new Live(FileEdit.RENAME, text(one, "other") + "nonsense: 1\n", held)) {
            List<CompletableFuture<Void>> asked = IntStream.range(0, 100)
                    .mapToObj(i -> live.follower.reload().toCompletableFuture())
                    .toList();
            assertThat(held.tasks).hasSize(1);
            held.run();
            assertThat(asked).allMatch(CompletableFuture::isDone);
            assertThat(live.runtime.readings().refused()).isEqualTo(1);

            assertThat(live.follower.reload().toCompletableFuture()).isNotDone();
            held.run();
            assertThat(live.runtime.readings().refused()).isEqualTo(2);
        }
    }

    /** A scheduler that does nothing by itself. */
    private static final class HeldTasks implements Scheduler {
        private final List<Runnable> tasks = new ArrayList<>();

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }

        @Override
        public Timer schedule(Duration delay, Runnable task) {
            return () -> {};
        }

        private void run() {
            List<Runnable> now = List.copyOf(tasks);
            tasks.clear();
            now.forEach(Runnable::run);
        }
    }

    @Test
    void looksThatTakeLong_areFewer() {
        assertThat(ConfigurationFollower.pause(0)).hasMillis(250);
        assertThat(ConfigurationFollower.pause(10_000_000)).hasMillis(250);
        assertThat(ConfigurationFollower.pause(100_000_000)).hasMillis(2_000);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
