package dev.penstock.proxy.blackbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.catalog.HealthSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.catalog.UpstreamTimeouts;
import dev.penstock.load.Outcome;
import dev.penstock.outlier.OutlierSpec;
import dev.penstock.proxy.Gateway;
import dev.penstock.retry.BudgetSpec;
import dev.penstock.retry.RetrySpec;
import dev.penstock.retry.RetryWhen;
import dev.penstock.testkit.DeadAddress;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.Eventually;
import dev.penstock.testkit.Header;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.RawResponse;
import dev.penstock.testkit.StubBackend;
import dev.penstock.testkit.StubConnection;
import dev.penstock.time.Ticker;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which requests are sent again after which failures, counted at the backends. */
class RetryRowsTest {
    private static final RetrySpec RETRY = RetrySpec.defaults();
    private static final int KEPT = RETRY.bodyBytes();

    private final List<AutoCloseable> resources = new ArrayList<>();
    private final EchoBackend b2 = keep(EchoBackend.start("B2"));

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable resource : resources) {
            resource.close();
        }
    }

    private <T extends AutoCloseable> T keep(T resource) {
        resources.add(resource);
        return resource;
    }

    private StubBackend stub(StubBackend.Script script) {
        return keep(StubBackend.start(script));
    }

    /** The stub is asked first, B2 next. */
    private ServiceSpec first(StubBackend stub, RetrySpec retry) {
        return ServiceSpec.of("site")
                .withEndpoints(List.of(Setup.endpoint("1", stub.port()), Setup.endpoint("2", b2.port())))
                .withBalancer("first")
                .withRetry(retry);
    }

    /** Nobody is ejected: what is counted is what retries do. */
    private Gateway gateway(ServiceSpec spec) {
        return keep(Setup.start(unwatched(spec)));
    }

    private static ServiceSpec unwatched(ServiceSpec spec) {
        return spec.withHealth(HealthSpec.defaults().withOutliers(OutlierSpec.OFF));
    }

    private static RetrySpec onStatus(Integer... statuses) {
        return RETRY.withWhen(RETRY.when().withStatuses(statuses));
    }

    private static String head(String method, int length) {
        return method + " / HTTP/1.1\r\nHost: a\r\nContent-Length: " + length + "\r\n\r\n";
    }

    private static RawResponse send(Gateway gateway, String method, byte[] body) throws IOException {
        try (var client = RawClient.connect(gateway.port())) {
            return client.send(head(method, body.length)).send(body).read(method);
        }
    }

    private static void readAll(StubConnection connection, int bytes) throws IOException {
        connection.readHead();
        connection.read(bytes);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 10})
    void F02_endpointsThatAcceptAndClose_areAskedUpToTheBound(int attempts) throws Exception {
        List<StubBackend> stubs = Stream.generate(() -> stub(StubConnection::close))
                .limit(attempts + 1L)
                .toList();
        var spec = ServiceSpec.of(
                        "site", stubs.stream().map(StubBackend::address).toArray(String[]::new))
                .withAttempts(attempts);
        var records = new Records();
        try (var gateway =
                Setup.builder(Setup.LISTENER, unwatched(spec)).observer(records).start()) {
            assertThat(Setup.statusOfNewConnection(gateway)).isEqualTo(502);
            assertThat(stubs.stream().mapToInt(StubBackend::connections).sum()).isEqualTo(attempts);
            assertThat(stubs.stream().mapToInt(StubBackend::connections).max()).hasValue(1); // never twice to one
            assertThat(records.next().attempts()).isEqualTo(attempts);
            Setup.awaitNothingInFlight(gateway);
        }
    }

    @Test
    void F02_onlyEndpoint_isAskedAgain_upToTheBound() throws Exception {
        var stub = stub(StubConnection::close);
        var gateway = gateway(ServiceSpec.of("site", stub.address()));
        assertThat(Setup.statusOfNewConnection(gateway)).isEqualTo(502);
        assertThat(stub.connections()).isEqualTo(3);
    }

    @Test
    void F03_getThatWasReadAndReset_isAnsweredByTheNext() throws Exception {
        var stub = stub(connection -> {
            connection.readHead();
            connection.reset();
        });
        var gateway = gateway(first(stub, RETRY));
        assertThat(Setup.answerer(gateway)).isEqualTo("B2");
        assertThat(stub.connections()).isEqualTo(1);
        assertThat(Setup.members(gateway).mapToLong(member -> member.load().failed()))
                .containsExactly(1L, 0L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PATCH", "LOCK"})
    void F03_methodThatIsNotIdempotent_readAndReset_isNotSentAgain(String method) throws Exception {
        byte[] body = Setup.randomBytes(4, 100);
        var gateway = gateway(first(
                stub(connection -> {
                    readAll(connection, body.length);
                    connection.reset();
                }),
                RETRY));
        assertThat(send(gateway, method, body).status()).isEqualTo(502);
        assertThat(b2.requests()).isZero();
    }

    @Test
    void F03_putAtTheBound_readAndReset_reachesTheNextExactly() throws Exception {
        byte[] body = Setup.randomBytes(5, KEPT);
        var gateway = gateway(first(
                stub(connection -> {
                    readAll(connection, body.length);
                    connection.reset();
                }),
                RETRY));
        assertThat(send(gateway, "PUT", body).echo().body()).isEqualTo(body);
        assertThat(b2.requests()).isEqualTo(1);
    }

    @Test
    void F03_putBeyondTheBound_readAndReset_isNotSentAgain() throws Exception {
        byte[] body = Setup.randomBytes(6, KEPT + 1);
        var gateway = gateway(first(
                stub(connection -> {
                    readAll(connection, body.length);
                    connection.reset();
                }),
                RETRY));
        assertThat(send(gateway, "PUT", body).status()).isEqualTo(502);
        assertThat(b2.requests()).isZero();
    }

    /** The first endpoint breaks in the middle: what it got is sent again, what is still to come goes on. */
    @Test
    void F03_putBrokenInTheMiddle_reachesTheNextExactly() throws Exception {
        byte[] body = Setup.randomBytes(7, 10_000);
        var stub = keep(StubBackend.start());
        var gateway = gateway(first(stub, RETRY));
        try (var client = RawClient.connect(gateway.port())) {
            client.send(head("PUT", body.length)).send(Arrays.copyOf(body, 4_000));
            var connection = stub.accept();
            readAll(connection, 4_000);
            connection.reset();
            Eventually.eventually(
                    Setup.GENEROUS, () -> assertThat(b2.requests()).isEqualTo(1));
            client.send(Arrays.copyOfRange(body, 4_000, body.length));

            assertThat(client.read("PUT").echo().body()).isEqualTo(body);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, 100_000})
    void F03_putInChunks_isSentAgainUpToTheBound_withItsTrailers(int length) throws Exception {
        var stub = stub(connection -> {
            connection.readHead();
            connection.readThrough("X-End: 1\r\n\r\n");
            connection.reset();
        });
        var gateway = gateway(first(stub, RETRY));
        String text = "x".repeat(length);
        try (var client = RawClient.connect(gateway.port())) {
            client.send("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: X-End\r\n\r\n");
            client.send(Integer.toHexString(length) + "\r\n" + text + "\r\n0\r\nX-End: 1\r\n\r\n");
            RawResponse response = client.read("PUT");
            if (length <= KEPT) {
                assertThat(response.echo().body()).asString().isEqualTo(text);
            } else {
                assertThat(response.status()).isEqualTo(502);
                assertThat(b2.requests()).isZero();
            }
        }
    }

    @Test
    void F03_bodyBytes0_putIsNotSentAgain_getIs() throws Exception {
        var gateway = gateway(first(
                stub(connection -> {
                    connection.readHead();
                    connection.reset();
                }),
                RETRY.withBodyBytes(0)));
        assertThat(send(gateway, "PUT", new byte[10]).status()).isEqualTo(502);
        assertThat(Setup.answerer(gateway)).isEqualTo("B2");
    }

    @Test
    void F03_methodThatMayBeRepeatedByOption_isSentAgain() throws Exception {
        byte[] body = Setup.randomBytes(8, 5_000);
        RetrySpec posts = RETRY.withWhen(RETRY.when().withMethods(Set.of("POST")));
        var gateway = gateway(first(
                stub(connection -> {
                    readAll(connection, body.length);
                    connection.reset();
                }),
                posts));
        assertThat(send(gateway, "POST", body).echo().body()).isEqualTo(body);
    }

    @Test
    void F03_interimAnswerWasPassedOn_isNotSentAgain() throws Exception {
        var gateway = gateway(first(
                stub(connection -> {
                    connection.readHead();
                    connection.send("HTTP/1.1 102 Processing\r\n\r\n");
                    connection.reset();
                }),
                RETRY));
        try (var client = RawClient.connect(gateway.port())) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            String head = client.readHead();
            while (head.contains(" 102 ")) { // a reset may overtake it
                head = client.readHead();
            }
            assertThat(head).startsWith("HTTP/1.1 ");
            assertThat(b2.requests()).isEqualTo(head.startsWith("HTTP/1.1 502 ") ? 0 : 1);
        }
    }

    @Test
    void F03_answerThatHasBegun_isNotAskedForAgain() throws Exception {
        var gateway = gateway(first(
                stub(connection -> {
                    connection.readHead();
                    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
                }),
                RETRY));
        try (var client = RawClient.connect(gateway.port())) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(new String(client.readToEnd(), ISO_8859_1)).endsWith("\r\n\r\nhalf");
        }
        assertThat(b2.requests()).isZero();
    }

    @Test
    void F03_connectFailureOfAPost_goesOn_howeverLongTheBody() throws Exception {
        var refusing = keep(DeadAddress.refusing());
        byte[] body = Setup.randomBytes(9, 1 << 20);
        var spec = ServiceSpec.of("site")
                .withEndpoints(List.of(Setup.endpoint("1", refusing.port()), Setup.endpoint("2", b2.port())))
                .withBalancer("first");
        assertThat(send(gateway(spec), "POST", body).echo().body()).isEqualTo(body);
    }

    @Test
    void F02_status_byDefault_isPassedOn() throws Exception {
        var stub = keep(StubBackend.answering("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nbusy"));
        var gateway = gateway(first(stub, RETRY));
        assertThat(Setup.statusOfNewConnection(gateway)).isEqualTo(503);
        assertThat(b2.requests()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {502, 503, 504})
    void F02_statusByOption_isAnsweredByTheNext_andTheConnectionIsKept(int status) throws Exception {
        var stub = keep(StubBackend.answering("HTTP/1.1 " + status + " Busy\r\nContent-Length: 4\r\n\r\nbusy"));
        var gateway = gateway(first(stub, onStatus(502, 503, 504)).withAttempts(3));
        for (int i = 0; i < 5; i++) {
            assertThat(Setup.answerer(gateway)).isEqualTo("B2");
            Setup.awaitNothingInFlight(gateway);
        }
        assertThat(stub.connections()).isBetween(1, 5);
        assertThat(Setup.members(gateway).mapToLong(member -> member.load().failed()))
                .containsExactly(5L, 0L);
    }

    @Test
    void F02_statusBelow500ByOption_isAnsweredByTheNext_andIsNoFailureOfTheEndpoint() throws Exception {
        var stub = keep(StubBackend.answering("HTTP/1.1 429 Slow Down\r\nContent-Length: 4\r\n\r\nlate"));
        var gateway = gateway(first(stub, onStatus(429)));
        for (int i = 0; i < 5; i++) {
            assertThat(Setup.answerer(gateway)).isEqualTo("B2");
        }
        Setup.awaitNothingInFlight(gateway);
        assertThat(Setup.members(gateway).mapToLong(member -> member.load().started()))
                .containsExactly(5L, 5L);
        assertThat(Setup.members(gateway).mapToLong(member -> member.load().failed()))
                .containsExactly(0L, 0L);
    }

    @Test
    void F02_statusOfEveryAttempt_theLastAnswerIsPassedOn() throws Exception {
        List<EchoBackend> backends = Stream.of("1", "2", "3", "4")
                .map(name -> keep(EchoBackend.start(
                        name,
                        exchange -> exchange.respond(
                                503, ("busy " + name).getBytes(ISO_8859_1), new Header("X-Name", exchange.backend())))))
                .toList();
        var gateway = gateway(Setup.site(backends.toArray(EchoBackend[]::new)).withRetry(onStatus(503)));
        try (var client = RawClient.connect(gateway.port())) {
            RawResponse response = client.get("a", "/");
            assertThat(response.status()).isEqualTo(503);
            assertThat(response.text())
                    .isEqualTo("busy " + response.header("X-Name").orElseThrow());
        }
        assertThat(backends.stream().mapToInt(EchoBackend::requests).sum()).isEqualTo(3);
        assertThat(backends.stream().mapToInt(EchoBackend::requests).max()).hasValue(1);
    }

    @Test
    void F02_statusWithALongBody_isNotReadToItsEnd() throws Exception {
        var stub = stub(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 503 Busy\r\nContent-Length: 1000000000\r\n\r\n");
            while (true) {
                connection.send(new byte[1 << 16]);
            }
        });
        var gateway = gateway(first(stub, onStatus(503)));
        assertThat(Setup.answerer(gateway)).isEqualTo("B2");
        Eventually.eventually(
                Setup.GENEROUS, () -> assertThat(stub.openConnections()).isZero());
    }

    @Test
    void F05_tryTimeout_silentEndpoint_isAnsweredByTheNext() throws Exception {
        var silent = keep(StubBackend.start());
        var gateway = gateway(first(silent, RETRY.withTryTimeout(Duration.ofSeconds(2))));
        assertThat(Setup.answerer(gateway)).isEqualTo("B2");
        assertThat(silent.connections()).isEqualTo(1);
        silent.accept().readToEnd(); // the connection is not kept
    }

    @Test
    void F05_tryTimeout_onlyEndpoint_isNotAskedAgain() throws Exception {
        var silent = keep(StubBackend.start());
        var spec = ServiceSpec.of("site", silent.address()).withRetry(RETRY.withTryTimeout(Duration.ofMillis(100)));
        assertThat(Setup.statusOfNewConnection(gateway(spec))).isEqualTo(504);
        assertThat(silent.connections()).isEqualTo(1);
    }

    @Test
    void F05_tryTimeout_post_isNotSentAgain() throws Exception {
        var silent = keep(StubBackend.start());
        var gateway = gateway(first(silent, RETRY.withTryTimeout(Duration.ofMillis(100))));
        assertThat(send(gateway, "POST", new byte[3]).status()).isEqualTo(504);
        assertThat(b2.requests()).isZero();
    }

    @Test
    void F04_tryTimeout_unansweringAddress_isDoneWithout() throws Exception {
        var silent = keep(DeadAddress.unanswering());
        var spec = ServiceSpec.of("site")
                .withEndpoints(List.of(Setup.endpoint("1", silent.port()), Setup.endpoint("2", b2.port())))
                .withBalancer("first")
                .withRetry(RETRY.withTryTimeout(Duration.ofSeconds(2)));
        assertThat(send(gateway(spec), "POST", new byte[3]).echo().backend()).isEqualTo("B2");
    }

    @Test
    void F05_responseTimeout_isTheEnd() throws Exception {
        var silent = keep(StubBackend.start());
        var spec = first(silent, RETRY).withTimeouts(UpstreamTimeouts.defaults().withResponse(Duration.ofMillis(200)));
        assertThat(Setup.statusOfNewConnection(gateway(spec))).isEqualTo(504);
        assertThat(b2.requests()).isZero();
    }

    @Test
    void F05_deadline_endsAllAttempts() throws Exception {
        var one = keep(StubBackend.start());
        var two = keep(StubBackend.start());
        var spec = ServiceSpec.of("site", one.address(), two.address())
                .withRetry(RETRY.withTryTimeout(Duration.ofMillis(200)).withDeadline(Duration.ofMillis(300)));
        var records = new Records();
        try (var gateway = Setup.builder(Setup.LISTENER, unwatched(spec))
                        .observer(records)
                        .start();
                var client = RawClient.connect(gateway.port())) {
            RawResponse response = client.get("a", "/");
            assertThat(response.status()).isEqualTo(504);
            assertThat(response.header("Proxy-Status")).hasValue("penstock; error=deadline");
            var record = records.next();
            assertThat(record.reason()).isEqualTo("deadline");
            assertThat(record.attempts()).isBetween(1, 2); // the first may take until the deadline on a busy machine
            assertThat(record.duration()).isGreaterThan(Duration.ofMillis(290));
            Setup.awaitNothingInFlight(gateway);
        }
    }

    @Test
    void F05_deadline_answerThatHasBegun_isNotCut() throws Exception {
        var limit = Duration.ofMillis(50);
        b2.answer(exchange -> {
            long begun = Ticker.system().nanos();
            exchange.startChunked(200);
            exchange.chunk("a");
            Eventually.eventually(
                    Setup.GENEROUS, () -> assertThat(Setup.since(begun)).isGreaterThan(limit.multipliedBy(3)));
            exchange.chunk("b");
            exchange.endChunked();
        });
        var gateway = gateway(ServiceSpec.of("site", b2.address())
                .withRetry(RETRY.withDeadline(limit).withTryTimeout(limit)));
        try (var client = RawClient.connect(gateway.port())) {
            RawResponse response = client.get("a", "/");
            if (response.status() == 200) { // a machine under load may need longer for the first byte
                assertThat(response.text()).isEqualTo("ab");
            } else {
                assertThat(response.status()).isEqualTo(504);
            }
        }
    }

    @Test
    void F02_budgetSpent_failuresArePassedOn() throws Exception {
        List<StubBackend> stubs =
                Stream.generate(() -> stub(StubConnection::close)).limit(3).toList();
        var spec = ServiceSpec.of(
                        "site", stubs.stream().map(StubBackend::address).toArray(String[]::new))
                .withRetry(RETRY.withBudget(new BudgetSpec(0, 0)));
        var gateway = gateway(spec);
        for (int i = 0; i < 10; i++) {
            assertThat(Setup.statusOfNewConnection(gateway)).isEqualTo(502);
        }
        assertThat(stubs.stream().mapToInt(StubBackend::connections).sum()).isEqualTo(10);
        var retries = gateway.penstock().table().services().get(0).retries();
        assertThat(retries.budget().denied()).isEqualTo(10);
        assertThat(retries.retries()).isZero();
    }

    @Test
    void F01_S03_endpointsThatRefuse_areCountedAsOftenAsTheyWereTried() throws Exception {
        var first = keep(DeadAddress.refusing());
        var second = keep(DeadAddress.refusing());
        var alone = gateway(ServiceSpec.of("site", first.address()));
        assertThat(Setup.statusOfNewConnection(alone)).isEqualTo(502);
        assertCounted(alone, 0, 1L);
        var both = gateway(ServiceSpec.of("site", first.address(), second.address()));
        assertThat(Setup.statusOfNewConnection(both)).isEqualTo(502);
        assertCounted(both, 1, 1L, 1L);
    }

    @Test
    void F02_S03_onlyEndpointThatAnswersTooLate_isCountedOnce() throws Exception {
        var silent = keep(StubBackend.start());
        var spec = ServiceSpec.of("site", silent.address()).withRetry(RETRY.withTryTimeout(Duration.ofMillis(200)));
        var gateway = gateway(spec);
        assertThat(Setup.statusOfNewConnection(gateway)).isEqualTo(504);
        assertCounted(gateway, 0, 1L);
    }

    private static void assertCounted(Gateway gateway, int retries, Long... started) {
        Setup.awaitNothingInFlight(gateway);
        assertThat(Setup.members(gateway).mapToLong(member -> member.load().started()))
                .containsExactly(started);
        var service = gateway.penstock().table().services().get(0);
        assertThat(service.retries().retries()).isEqualTo(retries);
        assertThat(service.retries().budget().taken()).isZero();
        assertThat(service.answers().count(Outcome.CANCELLED)).isZero();
    }

    /** Nothing is sent to who refuses: such failures take nothing out of the budget, however many there are. */
    @Test
    void K05_oneOfThreeNodesRefuses_noClientSeesIt_withoutBudget() throws Exception {
        var refusing = keep(DeadAddress.refusing());
        var b1 = keep(EchoBackend.start("B1"));
        var spec = ServiceSpec.of("site", refusing.address(), b1.address(), b2.address())
                .withRetry(RETRY.withBudget(new BudgetSpec(0, 0)));
        assertThat(Setup.tally(gateway(spec), "a", 300).values().stream()
                        .mapToInt(i -> i)
                        .sum())
                .isEqualTo(300);
    }

    @Test
    void F02_clientLeavesDuringTheWait_nothingMoreIsSent() throws Exception {
        var stub = stub(connection -> {
            connection.readHead();
            connection.reset();
        });
        var hour = Duration.ofHours(1);
        var gateway = gateway(first(stub, RETRY.withBackoff(RetrySpec.backoff(hour, hour))));
        try (var client = RawClient.connect(gateway.port())) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            Eventually.eventually(
                    Setup.GENEROUS,
                    () -> assertThat(gateway.penstock()
                                    .table()
                                    .services()
                                    .get(0)
                                    .retries()
                                    .retries())
                            .isEqualTo(1));
        }
        Setup.awaitNothingInFlight(gateway);
        assertThat(b2.requests()).isZero();
    }

    @Test
    void defaults_areTheDocumentedOnes() {
        assertThat(RETRY.attempts()).isEqualTo(3);
        assertThat(RETRY.when().methods()).isEqualTo(RetryWhen.IDEMPOTENT_METHODS);
        assertThat(KEPT).isEqualTo(64 << 10);
    }
}
