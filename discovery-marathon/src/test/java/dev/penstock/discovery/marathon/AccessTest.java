package dev.penstock.discovery.marathon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.discovery.ServiceState;
import dev.penstock.testkit.OpenedSource;
import dev.penstock.testkit.TestAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who asks, and by which way. */
@Timeout(120)
class AccessTest {
    private static final String WEB = "/web";

    @TempDir
    private Path folder;

    private static void serve(FakeMarathon marathon) {
        marathon.app(Shapes.host08(WEB, 1234), Shapes.task("t", WEB, List.of(8001), List.of(1234)));
    }

    private static void assertServed(String uri) {
        try (var opened = Opened.of(uri)) {
            opened.awaitReady("127.0.0.1:8001");
        }
    }

    @Test
    void M25_userAndPassword_areSent_whereverTheyStand() throws IOException {
        Path file = folder.resolve("password");
        Files.writeString(file, "p@ss\n");
        try (var marathon = FakeMarathon.start()) {
            marathon.require("Basic bWU6cEBzcw=="); // me:p@ss
            serve(marathon);
            assertServed("marathon://me:p%40ss@" + marathon.address() + WEB);
            assertServed("marathon://me@" + marathon.address() + WEB + "?passwordFile=" + file);
            try (OpenedSource wrong = Opened.of("marathon://me:secret@" + marathon.address() + WEB)) {
                wrong.await(ServiceState.Failed.class);
                assertThat(wrong.problem()).contains("401").doesNotContain("secret");
            }
        }
    }

    @Test
    void token_ofDcos_isSent() throws IOException {
        Path file = folder.resolve("token");
        Files.writeString(file, "s3cret\n");
        try (var marathon = FakeMarathon.start()) {
            marathon.require("token=s3cret");
            serve(marathon);
            assertServed("marathon://" + marathon.address() + WEB + "?tokenFile=" + file);
            assertServed("marathon://" + marathon.address() + WEB + "?tokenEnv=TOKEN");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3cret\u0001", "s3\ncret", "s3cr\u20acet", "s3 cret", "s3cret\u007f"})
    void token_thatNoHeaderCanHold_isRefusedWithoutItsValue(String token) throws IOException {
        Path file = folder.resolve("token");
        Files.writeString(file, token + "\n");
        try (var marathon = FakeMarathon.start();
                var opened = Opened.of("marathon://" + marathon.address() + WEB + "?tokenFile=" + file)) {
            opened.await(ServiceState.Failed.class);
            assertThat(opened.problem()).contains("token file", "expected: ").doesNotContain("s3");
            serve(marathon);
            Files.writeString(file, " s3cret \n");
            opened.awaitReady("127.0.0.1:8001");
        }
        var factory = new MarathonFactory(Map.of("TOKEN", token));
        assertThatThrownBy(() -> OpenedSource.of(factory, "web", "marathon://127.0.0.1:1/web?tokenEnv=TOKEN"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tokenEnv")
                .hasMessageNotContaining("s3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/login", "/v2/apps", "/"})
    void redirect_toAnotherPage_isRefused_andGetsNoCredentials(String page) {
        try (var other = FakeMarathon.start();
                var standby = FakeMarathon.start()) {
            standby.script(question -> FakeMarathon.Reply.redirect("http://" + other.address() + page));
            try (var opened = Opened.of("marathon://me:pass@" + standby.address() + WEB)) {
                opened.await(ServiceState.Failed.class);
                assertThat(opened.problem()).contains("redirect to", page, "the same path and query");
                assertThat(other.asked()).isEmpty();
            }
        }
    }

    @Test
    void fileOfPassword_thatIsNotThere_isAProblemOfReading() {
        try (var marathon = FakeMarathon.start();
                var opened = Opened.of(
                        "marathon://me@" + marathon.address() + WEB + "?passwordFile=" + folder.resolve("none"))) {
            opened.await(ServiceState.Failed.class);
            assertThat(opened.problem()).contains("password file");
        }
    }

    @Test
    void M25_https_isAskedWithTheAuthorityOfTheOption() throws IOException {
        TestAuthority good = TestAuthority.in(folder.resolve("good")).sign("server", "IP:127.0.0.1");
        TestAuthority other = TestAuthority.in(folder.resolve("other"));
        try (var marathon = FakeMarathon.start(good.file("server.pem"), good.file("server-key.pem"))) {
            marathon.require("Basic bWU6cEBzcw==");
            serve(marathon);
            String uri = "marathon://me:p%40ss@" + marathon.address() + WEB;
            assertServed(uri + "?tls&ca=" + good.file("ca.pem"));
            try (var byOther = Opened.of(uri + "?tls&ca=" + other.file("ca.pem"));
                    var plain = Opened.of(uri)) {
                byOther.await(ServiceState.Failed.class);
                assertThat(byOther.problem()).contains("certification path");
                plain.await(ServiceState.Failed.class);
            }
        }
    }

    @Test
    void redirect_fromHttpsToHttp_isRefused() throws IOException {
        TestAuthority good = TestAuthority.in(folder.resolve("good")).sign("server", "IP:127.0.0.1");
        try (var leader = FakeMarathon.start();
                var standby = FakeMarathon.start(good.file("server.pem"), good.file("server-key.pem"))) {
            serve(leader);
            standby.script(question -> FakeMarathon.Reply.redirect("http://" + leader.address() + question.target()));
            try (var opened =
                    Opened.of("marathon://me:pass@" + standby.address() + WEB + "?tls&ca=" + good.file("ca.pem"))) {
                opened.await(ServiceState.Failed.class);
                assertThat(opened.problem()).contains("none from https to http");
                assertThat(leader.asked()).isEmpty();
            }
        }
    }

    @Test
    void redirects_thatNeverEnd_areAProblem() {
        try (var standby = FakeMarathon.start()) {
            standby.script(question -> FakeMarathon.Reply.redirect(question.target()));
            try (var opened = Opened.of(standby, WEB)) {
                opened.await(ServiceState.Failed.class);
                assertThat(opened.problem()).contains("3 in a row at most");
            }
        }
    }
}
