package dev.penstock.proxy.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.catalog.ServiceSpec;
import dev.penstock.load.Load;
import dev.penstock.proxy.Gateway;
import dev.penstock.retry.BudgetSpec;
import dev.penstock.retry.HedgeSpec;
import dev.penstock.retry.Retries;
import dev.penstock.retry.RetrySpec;
import dev.penstock.service.Snapshot;
import dev.penstock.testkit.DeadAddress;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.Eventually;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.StubBackend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests sent to a second endpoint because the first takes long: who answers, and what is counted. */
class HedgingTest {
    private static final Duration DELAY = Duration.ofMillis(50);
    private static final RetrySpec HEDGED = RetrySpec.defaults().withHedge(HedgeSpec.after(DELAY));

    private final List<AutoCloseable> resources = new ArrayList<>();
    private final EchoBackend b1 = keep(EchoBackend.start("B1"));
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

    /** The first of them is asked first. */
    private Gateway over(RetrySpec retry, int... ports) {
        var spec = ServiceSpec.of("site").withBalancer("first").withRetry(retry);
        var endpoints = new ArrayList<>(spec.endpoints());
        for (int port : ports) {
            endpoints.add(Setup.endpoint(Integer.toString(endpoints.size() + 1), port));
        }
        return keep(Setup.start(spec.withEndpoints(endpoints)));
    }

    private static Retries retries(Gateway gateway) {
        return gateway.penstock().table().services().get(0).retries();
    }

    private static Load load(Gateway gateway, int place) {
        return Setup.members(gateway).map(Snapshot.Member::load).toList().get(place);
    }

    @Test
    void slowEndpoint_isBeatenByTheNext_andCountsAsCancelledNotAsFailed() throws Exception {
        b1.hold();
        var gateway = over(HEDGED, b1.port(), b2.port());
        for (int i = 0; i < 20; i++) {
            assertThat(Setup.answerer(gateway)).isEqualTo("B2");
        }
        Setup.awaitNothingInFlight(gateway);
        Eventually.eventually(
                Setup.GENEROUS, () -> assertThat(b1.requests()).isEqualTo(20)); // read after the answer, perhaps
        assertThat(b2.requests()).isEqualTo(20);
        assertThat(load(gateway, 0).started()).isEqualTo(20);
        assertThat(load(gateway, 0).failed()).isZero();
        assertThat(load(gateway, 1).failed()).isZero();
        assertThat(retries(gateway).hedges()).isEqualTo(20);
        assertThat(retries(gateway).retries()).isZero();
        b1.release();
        Eventually.eventually(
                Setup.GENEROUS, () -> assertThat(b1.openConnections()).isZero()); // the losers' are closed
    }

    @Test
    void record_namesTheEndpointThatAnswered_andBothAttempts() throws Exception {
        b1.hold();
        var records = new Records();
        var spec = ServiceSpec.of("site")
                .withEndpoints(List.of(Setup.endpoint("1", b1.port()), Setup.endpoint("2", b2.port())))
                .withBalancer("first")
                .withRetry(HEDGED);
        try (var gateway = Setup.builder(Setup.LISTENER, spec).observer(records).start()) {
            assertThat(Setup.answerer(gateway)).isEqualTo("B2");
            var record = records.next();
            assertThat(record.attempts()).isEqualTo(2);
            assertThat(record.endpoint()).isEqualTo(b2.address());
        }
    }

    @Test
    void S06_hedgeThatIsBeingConnected_leavesTheRecordWhereTheFirstAttemptIs() throws Exception {
        b1.hold();
        var records = new Records();
        var dead = keep(DeadAddress.unanswering());
        var spec = ServiceSpec.of("site")
                .withEndpoints(List.of(Setup.endpoint("1", b1.port()), Setup.endpoint("2", dead.port())))
                .withBalancer("first")
                .withRetry(HEDGED);
        try (var gateway = Setup.builder(Setup.LISTENER, spec).observer(records).start();
                var client = RawClient.connect(gateway.port())) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            b1.awaitHeld(1);
            Eventually.eventually(
                    Setup.GENEROUS, () -> assertThat(retries(gateway).hedges()).isOne());
            client.reset();
            var record = records.next();

            assertThat(record.attempts()).isEqualTo(2);
            assertThat(record.ending().token()).isEqualTo("client.answer");
        }
    }

    @Test
    void clientWithACookie_isServedByTheHedge_andStaysWhereItIs() throws Exception {
        var spec = ServiceSpec.of("site")
                .withEndpoints(List.of(Setup.endpoint("1", b1.port()), Setup.endpoint("2", b2.port())))
                .withBalancer("sticky(cookie=lb)/first")
                .withRetry(HEDGED);
        var gateway = keep(Setup.start(spec));
        try (var client = RawClient.connect(gateway.port())) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            String cookie = client.read().header("set-cookie").orElseThrow();
            b1.hold();
            client.send(
                    "GET / HTTP/1.1\r\nHost: a\r\nCookie: " + cookie.substring(0, cookie.indexOf(';')) + "\r\n\r\n");
            var hedged = client.read();
            assertThat(hedged.echo().backend()).isEqualTo("B2");
            assertThat(hedged.header("set-cookie")).isEmpty();
        }
    }

    @Test
    void firstEndpointAnswersAfterAll_isTheOneThatCounts() throws Exception {
        b1.hold();
        b2.hold();
        var gateway = over(HEDGED, b1.port(), b2.port());
        try (var client = RawClient.connect(gateway.port())) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            b2.awaitHeld(1);
            b1.release();
            assertThat(client.read().echo().backend()).isEqualTo("B1");
        }
        Setup.awaitNothingInFlight(gateway);
        assertThat(load(gateway, 1).failed()).isZero();
        assertThat(load(gateway, 1).answered()).isZero();
    }

    @Test
    void firstEndpointBreaks_theHedgeIsWaitedFor_andNothingMoreIsSent() throws Exception {
        var stub = keep(StubBackend.start());
        b2.hold();
        var gateway = over(HEDGED, stub.port(), b2.port(), b1.port());
        try (var client = RawClient.connect(gateway.port())) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            b2.awaitHeld(1);
            stub.accept().reset();
            Eventually.eventually(
                    Setup.GENEROUS, () -> assertThat(load(gateway, 0).failed()).isEqualTo(1));
            b2.release();
            assertThat(client.read().echo().backend()).isEqualTo("B2");
        }
        assertThat(b1.requests()).isZero();
    }

    @Test
    void put_isHedgedWithItsBody() throws Exception {
        b1.hold();
        byte[] body = Setup.randomBytes(11, 30_000);
        var gateway = over(HEDGED, b1.port(), b2.port());
        try (var client = RawClient.connect(gateway.port())) {
            client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: " + body.length + "\r\n\r\n");
            var echo = client.send(body).read("PUT").echo();
            assertThat(echo.backend()).isEqualTo("B2");
            assertThat(echo.body()).isEqualTo(body);
        }
    }

    @Test
    void hedges_areBoundedByTheirMost_andByTheAttempts() throws Exception {
        var b3 = keep(EchoBackend.start("B3"));
        for (EchoBackend backend : List.of(b1, b2, b3)) {
            backend.hold();
        }
        assertHedges(over(HEDGED, b1.port(), b2.port(), b3.port()), 1);
        RetrySpec two = HEDGED.withHedge(new HedgeSpec(2, DELAY, 0.95));
        assertHedges(over(two.withAttempts(2), b1.port(), b2.port(), b3.port()), 1);
        assertThat(b3.requests()).isZero();
        assertHedges(over(two, b1.port(), b2.port(), b3.port()), 2);
        b3.awaitHeld(1);
    }

    /** Of a request that nobody answers; the wait after is long enough for one hedge more. */
    private void assertHedges(Gateway gateway, int count) throws Exception {
        try (var client = RawClient.connect(gateway.port())) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            Eventually.eventually(
                    Setup.GENEROUS, () -> assertThat(retries(gateway).hedges()).isEqualTo(count));
            assertThat(client.staysSilent(DELAY.multipliedBy(4))).isTrue();
            assertThat(retries(gateway).hedges()).isEqualTo(count);
        }
    }

    /** What is still to come would go to one of two: the second is not asked. */
    @Test
    void bodyThatIsNotWhole_isNotHedged() throws Exception {
        b1.hold();
        var gateway = over(HEDGED, b1.port(), b2.port());
        try (var client = RawClient.connect(gateway.port())) {
            client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nha");
            b1.awaitHeld(1);
            assertThat(client.staysSilent(DELAY.multipliedBy(4))).isTrue();
            assertThat(retries(gateway).hedges()).isZero();
            b1.release();
            assertThat(client.send("lf").read("PUT").echo().backend()).isEqualTo("B1");
        }
        assertThat(b2.requests()).isZero();
    }

    /** None of these is hedged: the answer comes from the first once it is let go, long after the delay. */
    @Test
    void post_noBudget_longBody_orNobodyElse_isNotHedged() throws Exception {
        assertNotHedged(over(HEDGED, b1.port(), b2.port()), "POST", 3);
        assertNotHedged(over(HEDGED.withBudget(new BudgetSpec(0, 0)), b1.port(), b2.port()), "GET", 0);
        assertNotHedged(over(HEDGED, b1.port(), b2.port()), "PUT", HEDGED.bodyBytes() + 1);
        assertNotHedged(over(HEDGED, b1.port()), "GET", 0);
        assertNotHedged(over(HEDGED.withAttempts(1), b1.port(), b2.port()), "GET", 0);
        assertThat(b2.requests()).isZero();
    }

    private void assertNotHedged(Gateway gateway, String method, int bytes) throws Exception {
        b1.hold();
        try (var client = RawClient.connect(gateway.port())) {
            client.send(method + " / HTTP/1.1\r\nHost: a\r\nContent-Length: " + bytes + "\r\n\r\n");
            client.send(new byte[bytes]);
            b1.awaitHeld(1);
            assertThat(client.staysSilent(DELAY.multipliedBy(4))).isTrue();
            b1.release();
            assertThat(client.read(method).echo().backend()).isEqualTo("B1");
        }
        assertThat(retries(gateway).hedges()).isZero();
        assertThat(Setup.members(gateway)
                        .mapToLong(member -> member.load().started())
                        .sum())
                .isEqualTo(1);
    }

    @Test
    void byQuantile_nothingIsHedgedUntilTimesAreKnown_thenWhatTakesLonger() throws Exception {
        var gateway = over(RetrySpec.defaults().withHedge(HedgeSpec.beyond(0.95)), b1.port(), b2.port());
        assertThat(Setup.tally(gateway, "a", 100)).containsEntry("B1", 100);
        assertThat(retries(gateway).hedges()).isZero();
        Setup.tally(gateway, "a", 100);
        long before = retries(gateway).hedges();
        b1.hold();
        assertThat(Setup.answerer(gateway)).isEqualTo("B2");
        assertThat(retries(gateway).hedges()).isEqualTo(before + 1);
    }
}
