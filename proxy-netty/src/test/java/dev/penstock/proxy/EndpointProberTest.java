package dev.penstock.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.catalog.AnswerLimits;
import dev.penstock.catalog.HealthSpec;
import dev.penstock.catalog.ProxyProtocol;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.health.Check;
import dev.penstock.health.CheckResult;
import dev.penstock.health.CheckSpec;
import dev.penstock.health.HttpCheck;
import dev.penstock.health.HttpCheck.Statuses;
import dev.penstock.health.TcpCheck;
import dev.penstock.testkit.DeadAddress;
import dev.penstock.testkit.StubBackend;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EndpointProberTest {
    private final EndpointProber prober = new EndpointProber();

    @AfterEach
    void close() {
        prober.close();
    }

    private CheckResult probe(int port, Check check, Duration timeout) throws Exception {
        return prober.probe(
                        Endpoint.of("127.0.0.1", port),
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                        CheckSpec.of(check).withTimeout(timeout))
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
    }

    private CheckResult probe(StubBackend stub, Check check) throws Exception {
        return probe(stub.port(), check, Duration.ofSeconds(20));
    }

    @Test
    void get_goodStatus_isGood() throws Exception {
        try (var stub = StubBackend.answering("HTTP/1.1 204 No Content\r\n\r\n")) {
            assertThat(probe(stub, HttpCheck.get("/health"))).isEqualTo(new CheckResult(true, "status 204"));
        }
    }

    @Test
    void get_otherStatus_isBad() throws Exception {
        try (var stub = StubBackend.answering("HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n")) {
            assertThat(probe(stub, HttpCheck.get("/"))).isEqualTo(new CheckResult(false, "status 503"));
        }
    }

    @Test
    void get_asksForPathAndHostAndClosesAfterwards() throws Exception {
        try (var stub = StubBackend.start()) {
            var check = new HttpCheck("HEAD", "/a?b", "www.example.com", 0, List.of(new Statuses(200, 200)), "");
            var pending = prober.probe(
                            Endpoint.of("127.0.0.1", stub.port()),
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), stub.port()),
                            CheckSpec.of(check))
                    .toCompletableFuture();
            try (var connection = stub.accept()) {
                assertThat(connection.readHead())
                        .startsWith("HEAD /a?b HTTP/1.1\r\n")
                        .containsIgnoringCase("\r\nhost: www.example.com\r\n")
                        .containsIgnoringCase("\r\nconnection: close\r\n");
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");

                assertThat(pending.get(30, TimeUnit.SECONDS).good()).isTrue();
                assertThat(connection.readToEnd()).isEmpty();
            }
        }
    }

    @Test
    void head_longerThanTheServiceAllows_isBad() throws Exception {
        String line = "HTTP/1.1 200 " + "r".repeat(87);
        String fields = "X: " + "v".repeat(95) + "\r\n";
        for (String head : List.of(line + "\r\n", "HTTP/1.1 200 OK\r\n" + fields + fields)) {
            var service = ServiceSpec.of("site", "127.0.0.1:1")
                    .withHealth(HealthSpec.defaults().withCheck(CheckSpec.of(HttpCheck.get("/"))));
            for (boolean small : new boolean[] {false, true}) {
                CheckSpec spec = (small
                                ? service.withAnswers(AnswerLimits.defaults().withHead(99, 150, 5))
                                : service)
                        .judging()
                        .check();
                try (var stub = StubBackend.answering(head + "\r\n")) {
                    assertThat(check(stub, requireNonNull(spec)).get(30, TimeUnit.SECONDS))
                            .isEqualTo(
                                    small
                                            ? new CheckResult(false, "a head longer than allowed")
                                            : new CheckResult(true, "status 200"));
                }
            }
        }
    }

    @Test
    void get_withoutAHost_namesTheEndpoint() throws Exception {
        try (var stub = StubBackend.start(connection -> {
            String head = connection.readHead();
            boolean named = head.toLowerCase(Locale.ROOT).contains("\r\nhost: 127.0.0.1:");
            connection.send("HTTP/1.1 " + (named ? 200 : 400) + " X\r\nContent-Length: 0\r\n\r\n");
        })) {
            assertThat(probe(stub, HttpCheck.get("/")).good()).isTrue();
        }
    }

    @Test
    void expectedBody_isLookedForInChunksToo() throws Exception {
        try (var stub = StubBackend.answering(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"st:\r\n4\r\nUP\"}\r\n0\r\n\r\n")) {
            assertThat(probe(stub, body(":UP")).good()).isTrue();
            assertThat(probe(stub, body(":DOWN")))
                    .isEqualTo(new CheckResult(false, "status 200, body without the text expected"));
        }
    }

    @Test
    void endlessBody_isReadUpToItsBound() throws Exception {
        try (var stub = StubBackend.start(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 200 OK\r\n\r\n");
            while (true) {
                connection.send("x".repeat(1 << 10));
            }
        })) {
            assertThat(probe(stub, body("ok")))
                    .isEqualTo(new CheckResult(false, "status 200, body without the text expected"));
        }
    }

    @Test
    void informationalAnswer_isNotTheAnswer() throws Exception {
        try (var stub =
                StubBackend.answering("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n")) {
            assertThat(probe(stub, HttpCheck.get("/"))).isEqualTo(new CheckResult(false, "status 500"));
        }
    }

    @Test
    void silentEndpoint_isBadAfterTheTimeout() throws Exception {
        try (var stub = StubBackend.start()) {
            assertThat(probe(stub.port(), HttpCheck.get("/"), Duration.ofMillis(200)))
                    .isEqualTo(new CheckResult(false, "no answer within 200 ms"));
        }
    }

    @Test
    void noHttp_isBad() throws Exception {
        try (var stub = StubBackend.answering("220 mail ready\r\n\r\n")) {
            assertThat(probe(stub, HttpCheck.get("/")).good()).isFalse();
        }
    }

    @Test
    void closedConnection_isBad() throws Exception {
        try (var stub = StubBackend.start(connection -> connection.readHead())) {
            assertThat(probe(stub, HttpCheck.get("/"))).isEqualTo(new CheckResult(false, "closed without an answer"));
        }
    }

    @Test
    void tcp_connectionOrNone_isGoodOrBad() throws Exception {
        try (var stub = StubBackend.start();
                var refusing = DeadAddress.refusing()) {
            assertThat(probe(stub, TcpCheck.OWN_PORT)).isEqualTo(new CheckResult(true, "connected"));
            assertThat(probe(refusing.port(), TcpCheck.OWN_PORT, Duration.ofSeconds(20)))
                    .isEqualTo(new CheckResult(false, "connection refused"));
        }
    }

    @Test
    void tcp_unansweringAddress_isBadAfterTheTimeout() throws Exception {
        try (var silent = DeadAddress.unanswering()) {
            assertThat(probe(silent.port(), TcpCheck.OWN_PORT, Duration.ofMillis(200)))
                    .isEqualTo(new CheckResult(false, "no connection in time"));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = ProxyProtocol.class,
            names = {"V1", "V2"})
    void preface_comesBeforeTheRequest(ProxyProtocol version) throws Exception {
        try (var stub = StubBackend.start()) {
            var pending = check(stub, CheckSpec.of(HttpCheck.get("/")).withPreface(version.local()));
            try (var connection = stub.accept()) {
                assertThat(new String(connection.read(version.local().length()), ISO_8859_1))
                        .isEqualTo(version.local());
                assertThat(connection.readThrough("\r\n\r\n")).startsWith("GET / HTTP/1.1\r\n");
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");

                assertThat(pending.get(30, TimeUnit.SECONDS).good()).isTrue();
            }
        }
    }

    @Test
    void preface_isAllThatATcpCheckSends() throws Exception {
        try (var stub = StubBackend.start()) {
            var pending = check(stub, CheckSpec.of(TcpCheck.OWN_PORT).withPreface("PROXY UNKNOWN\r\n"));
            try (var connection = stub.accept()) {
                assertThat(connection.readToEnd()).asString().isEqualTo("PROXY UNKNOWN\r\n");
                assertThat(pending.get(30, TimeUnit.SECONDS)).isEqualTo(new CheckResult(true, "connected"));
            }
        }
    }

    /** Another port is another server, which may know nothing of PROXY. */
    @Test
    void preface_isNotSentToAPortOfItsOwn() throws Exception {
        try (var stub = StubBackend.start();
                var other = StubBackend.start()) {
            HttpCheck own = HttpCheck.get("/");
            var asked = new HttpCheck(own.method(), own.path(), "", other.port(), own.statuses(), "");
            var pending = check(stub, CheckSpec.of(asked).withPreface("PROXY UNKNOWN\r\n"));
            try (var connection = other.accept()) {
                assertThat(connection.readThrough("\r\n\r\n")).startsWith("GET / HTTP/1.1\r\n");
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");

                assertThat(pending.get(30, TimeUnit.SECONDS).good()).isTrue();
            }
        }
    }

    private CompletableFuture<CheckResult> check(StubBackend stub, CheckSpec spec) {
        return prober.probe(
                        Endpoint.of("127.0.0.1", stub.port()),
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), stub.port()),
                        spec)
                .toCompletableFuture();
    }

    @Test
    void portOfItsOwn_isAsked() throws Exception {
        try (var stub = StubBackend.start();
                var refusing = DeadAddress.refusing()) {
            assertThat(probe(refusing.port(), new TcpCheck(stub.port()), Duration.ofSeconds(20)))
                    .isEqualTo(new CheckResult(true, "connected"));
        }
    }

    @Test
    void answerThatNobodyWaitsFor_closesTheConnection() throws Exception {
        try (var stub = StubBackend.start()) {
            var pending = prober.probe(
                            Endpoint.of("127.0.0.1", stub.port()),
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), stub.port()),
                            CheckSpec.of(HttpCheck.get("/")))
                    .toCompletableFuture();
            try (var connection = stub.accept()) {
                connection.readHead();
                pending.cancel(false);

                assertThat(connection.readToEnd()).isEmpty();
            }
        }
    }

    @Test
    void closed_checksNothing() {
        prober.close();

        assertThat(prober.probe(
                        Endpoint.of("127.0.0.1", 1),
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 1),
                        CheckSpec.of(TcpCheck.OWN_PORT)))
                .isCompletedExceptionally();
    }

    private static HttpCheck body(String text) {
        return new HttpCheck("GET", "/", "", 0, List.of(new Statuses(200, 399)), text);
    }
}
