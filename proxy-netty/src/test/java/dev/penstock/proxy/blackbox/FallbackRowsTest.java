package dev.penstock.proxy.blackbox;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.catalog.Fallback;
import dev.penstock.catalog.HealthSpec;
import dev.penstock.catalog.HostHeader;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.catalog.UpstreamTimeouts;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.health.CheckSpec;
import dev.penstock.health.HttpCheck;
import dev.penstock.limit.BreakerSettings;
import dev.penstock.limit.Limits;
import dev.penstock.outlier.OutlierSpec;
import dev.penstock.proxy.Gateway;
import dev.penstock.proxy.GatewayBuilder;
import dev.penstock.retry.RetrySpec;
import dev.penstock.route.Match;
import dev.penstock.service.FallbackSwitch;
import dev.penstock.service.Snapshot;
import dev.penstock.testkit.DeadAddress;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.Eventually;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.RawResponse;
import dev.penstock.testkit.RequestHead;
import dev.penstock.testkit.Responder;
import dev.penstock.testkit.StubBackend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FallbackRowsTest {
    private static final Fallback SPARE = Fallback.to("spare").withProbe(Duration.ofMillis(500));

    private final List<EchoBackend> backends = new ArrayList<>();
    private final EchoBackend b1 = backend("B1");
    private final EchoBackend f1 = backend("F1");

    @AfterEach
    void closeAll() {
        backends.forEach(EchoBackend::close);
    }

    private EchoBackend backend(String name) {
        EchoBackend backend = EchoBackend.start(name);
        backends.add(backend);
        return backend;
    }

    private static Gateway start(ServiceSpec... services) {
        return builder(services).start();
    }

    private static GatewayBuilder builder(ServiceSpec... services) {
        GatewayBuilder builder = Setup.gateway().listener(Setup.LISTENER);
        for (ServiceSpec service : services) {
            builder.service(service);
        }
        return builder.route(Match.ALL, "site");
    }

    private static FallbackSwitch fallbackSwitch(Gateway gateway) {
        return gateway.penstock()
                .table()
                .service(ServiceName.of("site"))
                .orElseThrow()
                .fallbackSwitch();
    }

    private static void down(EchoBackend... backends) {
        for (EchoBackend backend : backends) {
            backend.refuse();
            backend.closeConnections();
        }
    }

    @Test
    void F06_allEndpointsDown_theFallbackAnswers_andOneThatIsBackTakesOver() throws Exception {
        var b2 = backend("B2");
        try (var gateway = start(Setup.site(b1, b2).withFallback(SPARE), Setup.service("spare", f1))) {
            assertThat(Setup.tally(gateway, "a", 10)).containsOnlyKeys("B1", "B2");
            down(b1, b2);

            assertThat(Setup.tally(gateway, "a", 20)).containsEntry("F1", 20);
            assertThat(fallbackSwitch(gateway).isAway()).isTrue();
            b1.accept();
            Eventually.eventually(
                    Setup.GENEROUS, () -> assertThat(Setup.answerer(gateway)).isEqualTo("B1"));

            assertThat(Setup.tally(gateway, "a", 50)).containsEntry("B1", 50);
            Setup.awaitNothingInFlight(gateway);
        }
        assertThat(Fallback.to("spare").probe()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void F06_endpointEjectedBefore_takesOverAsSoonAsItIsBack() throws Exception {
        var b2 = backend("B2");
        ServiceSpec site = Setup.site(b1, b2)
                .withFallback(SPARE)
                .withHealth(HealthSpec.defaults()
                        .withOutliers(OutlierSpec.defaults().withEjection(Duration.ofHours(1), Duration.ofHours(2))));
        try (var gateway = start(site, Setup.service("spare", f1))) {
            down(b1);
            Eventually.eventually(Setup.GENEROUS, () -> {
                assertThat(Setup.answerer(gateway)).isEqualTo("B2");
                assertThat(Setup.members(gateway).filter(member -> !member.eligible()))
                        .hasSize(1);
            });
            down(b2);
            assertThat(Setup.tally(gateway, "a", 20)).containsEntry("F1", 20);

            b1.accept();
            Eventually.eventually(
                    Setup.GENEROUS, () -> assertThat(Setup.answerer(gateway)).isEqualTo("B1"));
        }
    }

    @Test
    void F06_whileAway_oneRequestInEachProbeTimeTries() throws Exception {
        var silent = DeadAddress.unanswering();
        ServiceSpec site = ServiceSpec.of("site", silent.address())
                .withTimeouts(UpstreamTimeouts.defaults().withConnect(Duration.ofMillis(100)))
                .withFallback(Fallback.to("spare").withProbe(Duration.ofDays(1)));
        try (var gateway = start(site, Setup.service("spare", f1))) {
            assertThat(Setup.answerer(gateway)).isEqualTo("F1");
            long tried = Setup.members(gateway)
                    .filter(member -> member.endpoint().port() == silent.port())
                    .mapToLong(member -> member.load().started())
                    .sum();

            assertThat(Setup.tally(gateway, "a", 100)).containsEntry("F1", 100);
            assertThat(Setup.members(gateway)
                            .filter(member -> member.endpoint().port() == silent.port())
                            .mapToLong(member -> member.load().started()))
                    .containsExactly(tried);
            assertThat(fallbackSwitch(gateway).used()).isEqualTo(101);
        } finally {
            silent.close();
        }
    }

    /** CVE-2026-41181: whether who stands in sees credentials is for the operator to say; it does by default, as nginx's backup does. */
    @ParameterizedTest
    @CsvSource({"true,dead", "false,dead", "true,failing", "false,failing"})
    void credentials_reachTheFallback_unlessItIsNotToSeeThem(boolean credentials, String fault) throws Exception {
        if (fault.equals("failing")) {
            b1.answer(Responder.fixed(500, "broken"));
        } else {
            down(b1);
        }
        var f2 = backend("F2");
        f1.answer(Responder.fixed(503, "broken")); // and whoever stands in for it
        ServiceSpec site = Setup.site(b1).withFallback(SPARE.withCredentials(credentials));
        ServiceSpec spare = Setup.service("spare", f1).withFallback(Fallback.to("last"));
        try (var gateway = start(site, spare, Setup.service("last", f2));
                var client = RawClient.connect(gateway.port())) {
            for (int i = 0; i < 2; i++) { // the second goes there at once
                var seen = client.exchange(
                                "GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer x\r\nCookie: s=1\r\nX-End: 1\r\n\r\n")
                        .echo();

                assertThat(seen.backend()).isEqualTo("F2");
                for (RequestHead head : List.of(seen.head(), f1.heads().get(i))) {
                    assertThat(head.headers("X-End")).hasSize(1);
                    assertThat(head.headers("Authorization")).hasSize(credentials ? 1 : 0);
                    assertThat(head.headers("Cookie")).hasSize(credentials ? 1 : 0);
                }
            }
        }
        assertThat(b1.heads()).allMatch(head -> head.headers("Authorization").size() == 1);
    }

    @Test
    void F06_serviceThatRefuses_isStoodInFor() throws Exception {
        b1.answer(Responder.fixed(500, "broken"));
        ServiceSpec site = Setup.site(b1)
                .withLimits(Limits.defaults().withBreaker(BreakerSettings.defaults()))
                .withFallback(SPARE.withStatuses(Set.of()));
        try (var gateway = start(site, Setup.service("spare", f1));
                var client = RawClient.connect(gateway.port())) {
            for (int i = 0; i < 20; i++) {
                assertThat(client.get("a", "/").status()).isEqualTo(500);
            }

            assertThat(client.get("a", "/").echo().backend()).isEqualTo("F1");
            assertThat(fallbackSwitch(gateway).isAway()).isFalse();
        }
    }

    /** Checks fail though requests would be answered: nobody is asked in vain, and one that is well again takes over. */
    @Test
    void F13_nothingHealthy_isStoodInFor() throws Exception {
        var status = new AtomicInteger(500);
        b1.answer(exchange -> {
            boolean check = exchange.head().target().equals("/health");
            exchange.respond(check ? status.get() : 200, exchange.echo().toBytes());
        });
        try (var gateway = start(checked(0), Setup.service("spare", f1))) {
            Eventually.eventually(
                    Setup.GENEROUS,
                    () -> assertThat(member(gateway, b1).excluded()).isEqualTo("health check failed: status 500"));
            long before = member(gateway, b1).load().started();

            assertThat(Setup.tally(gateway, "a", 20)).containsEntry("F1", 20);
            assertThat(member(gateway, b1).load().started()).isEqualTo(before);
            assertThat(fallbackSwitch(gateway).isAway()).isFalse(); // nobody has said that it cannot be reached

            status.set(200);
            Eventually.eventually(
                    Setup.GENEROUS, () -> assertThat(Setup.answerer(gateway)).isEqualTo("B1"));
        }
    }

    /** Panic comes first: who may be well is asked, and only a bad answer goes to the fallback. */
    @Test
    void F13_nothingHealthyWithPanic_isAskedBeforeTheFallback() throws Exception {
        b1.answer(exchange -> {
            boolean check = exchange.head().target().equals("/health");
            exchange.respond(check ? 500 : 200, exchange.echo().toBytes());
        });
        try (var gateway = start(checked(50), Setup.service("spare", f1))) {
            Eventually.eventually(
                    Setup.GENEROUS,
                    () -> assertThat(gateway.penstock()
                                    .table()
                                    .service(ServiceName.of("site"))
                                    .orElseThrow()
                                    .snapshot()
                                    .panic())
                            .isTrue());

            assertThat(Setup.tally(gateway, "a", 20)).containsEntry("B1", 20);

            b1.answer(Responder.fixed(503, "broken"));
            assertThat(Setup.tally(gateway, "a", 20)).containsEntry("F1", 20);
        }
    }

    private ServiceSpec checked(int panicPercent) {
        CheckSpec check = CheckSpec.of(HttpCheck.get("/health")).withInterval(Duration.ofMillis(200));
        return Setup.site(b1)
                .withFallback(SPARE)
                .withHealth(HealthSpec.defaults()
                        .withCheck(check)
                        .withOutliers(OutlierSpec.OFF)
                        .withPanic(panicPercent));
    }

    private static Snapshot.Member member(Gateway gateway, EchoBackend of) {
        return Setup.members(gateway)
                .filter(member -> member.endpoint().port() == of.port())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void F06_postToEndpointsThatAreDown_reachesTheFallbackWhole() throws Exception {
        down(b1);
        byte[] body = Setup.randomBytes(6, 300_000);
        try (var gateway = start(Setup.site(b1).withFallback(SPARE), Setup.service("spare", f1));
                var client = RawClient.connect(gateway.port())) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + body.length + "\r\n\r\n");

            var echo = client.send(body).read().echo();
            assertThat(echo.backend()).isEqualTo("F1");
            assertThat(echo.body()).isEqualTo(body);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503, 504})
    void F07_badAnswer_isReplacedByTheFallbacks(int status) throws Exception {
        b1.answer(Responder.fixed(status, "broken"));
        try (var gateway = start(Setup.site(b1).withFallback(SPARE), Setup.service("spare", f1))) {
            assertThat(Setup.tally(gateway, "a", 10)).containsEntry("F1", 10);
            assertThat(b1.requests()).isEqualTo(10);
            assertThat(fallbackSwitch(gateway).isAway()).isFalse();

            b1.answer(Responder.echo());
            assertThat(Setup.answerer(gateway)).isEqualTo("B1");
            Setup.awaitNothingInFlight(gateway);
        }
    }

    @Test
    void F07_otherAnswers_passUnchanged() throws Exception {
        try (var gateway = start(Setup.site(b1).withFallback(SPARE), Setup.service("spare", f1));
                var client = RawClient.connect(gateway.port())) {
            b1.answer(Responder.fixed(404, "not here"));
            assertThat(client.get("a", "/").text()).isEqualTo("not here");
            b1.answer(Responder.fixed(501, "never"));
            assertThat(client.get("a", "/").status()).isEqualTo(501);
            assertThat(f1.requests()).isZero();
        }
    }

    @Test
    void F07_setOfStatuses_isConfigurable() throws Exception {
        b1.answer(Responder.fixed(404, "not here"));
        try (var gateway =
                start(Setup.site(b1).withFallback(SPARE.withStatuses(Set.of(404))), Setup.service("spare", f1))) {
            assertThat(Setup.tally(gateway, "a", 10)).containsEntry("F1", 10);
            assertThat(b1.requests()).isEqualTo(10);
            Setup.awaitNothingInFlight(gateway);
            assertThat(Setup.members(gateway)
                            .filter(member -> member.endpoint().port() == b1.port())
                            .mapToLong(member -> member.load().failed()))
                    .containsExactly(0L); // a status below 500 is no failure of the endpoint
        }
    }

    @Test
    void F07_withoutFallback_theBadAnswerPassesUnchanged() throws Exception {
        b1.answer(Responder.fixed(503, "broken"));
        try (var gateway = start(Setup.site(b1));
                var client = RawClient.connect(gateway.port())) {
            var answer = client.get("a", "/");
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.text()).isEqualTo("broken");
        }
    }

    @Test
    void F07_postThatWasAnsweredBadly_isNotSentAgain() throws Exception {
        b1.answer(Responder.fixed(503, "broken"));
        try (var gateway = start(Setup.site(b1).withFallback(SPARE), Setup.service("spare", f1));
                var client = RawClient.connect(gateway.port())) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi");

            assertThat(client.read().text()).isEqualTo("broken");
            assertThat(f1.requests()).isZero();
        }
    }

    @Test
    void F07_putThatWasAnsweredBadly_reachesTheFallbackWhole() throws Exception {
        b1.answer(Responder.fixed(503, "broken"));
        try (var gateway = start(Setup.site(b1).withFallback(SPARE), Setup.service("spare", f1));
                var client = RawClient.connect(gateway.port())) {
            client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi");

            var echo = client.read().echo();
            assertThat(echo.backend()).isEqualTo("F1");
            assertThat(new String(echo.body(), US_ASCII)).isEqualTo("hi");
        }
    }

    /** The request began without a fallback: what can be sent again goes there, what nobody kept is not sent in part. */
    @ParameterizedTest
    @CsvSource({"GET, 0, 200", "PUT, 0, 200", "PUT, 5, 502", "POST, 5, 502"})
    void F06_fallbackThatIsAddedDuringARequest_getsItWhole_orNotAtAll(String method, int bytes, int status)
            throws Exception {
        var once = ServiceSpec.of("site").withRetry(RetrySpec.defaults().withAttempts(1));
        try (var stub = StubBackend.start();
                var gateway = start(
                        once.withEndpoints(List.of(Setup.endpoint("1", stub.port()))), Setup.service("spare", f1));
                var client = RawClient.connect(gateway.port())) {
            client.send(method + " / HTTP/1.1\r\nHost: a\r\nContent-Length: " + bytes + "\r\n\r\n" + "x".repeat(bytes));
            var connection = stub.accept();
            connection.readHead();
            connection.read(bytes);
            var site =
                    gateway.penstock().table().service(ServiceName.of("site")).orElseThrow();
            site.update(site.spec().withFallback(SPARE), null, null);

            connection.reset();

            var answer = client.read(method);
            assertThat(answer.status()).isEqualTo(status);
            assertThat(f1.requests()).isEqualTo(status == 200 ? 1 : 0);
            Setup.awaitNothingInFlight(gateway);
        }
    }

    @Test
    void F07_hostHeader_isWhatTheFallbackWants() throws Exception {
        b1.answer(Responder.fixed(503, "broken"));
        ServiceSpec site = Setup.site(b1).withFallback(SPARE).withHostHeader(HostHeader.ENDPOINT);
        try (var gateway = start(site, Setup.service("spare", f1));
                var client = RawClient.connect(gateway.port())) {
            assertThat(client.get("www.example.com", "/").echo().backend()).isEqualTo("F1");
            assertThat(b1.heads().get(0).header("Host")).contains(b1.address());
            assertThat(f1.heads().get(0).header("Host")).contains("www.example.com");
        }
    }

    @Test
    void F08_fallbacks_obeyPriority() throws Exception {
        var f2 = backend("F2");
        down(b1);
        ServiceSpec spare = ServiceSpec.of("spare")
                .withEndpoints(List.of(
                        Endpoint.parse(f1.address()).withPriority(1),
                        Endpoint.parse(f2.address()).withPriority(2)));
        try (var gateway = start(Setup.site(b1).withFallback(SPARE), spare)) {
            assertThat(Setup.tally(gateway, "a", 20)).containsEntry("F1", 20);
            down(f1);
            assertThat(Setup.tally(gateway, "a", 20)).containsEntry("F2", 20);
        }
    }

    @Test
    void F08_fallbacks_obeyWeight() throws Exception {
        var f2 = backend("F2");
        down(b1);
        ServiceSpec spare = ServiceSpec.of("spare")
                .withBalancer("weighted_round_robin")
                .withEndpoints(List.of(Endpoint.parse(f1.address()).withWeight(2), Endpoint.parse(f2.address())));
        try (var gateway = start(Setup.site(b1).withFallback(SPARE), spare)) {
            Map<String, Integer> tally = new TreeMap<>(Setup.tally(gateway, "a", 300));
            assertThat(tally.get("F1")).isBetween(180, 220);
            assertThat(tally.get("F2")).isBetween(80, 120);
        }
    }

    @Test
    void F08_aFallbackOfAFallback_answersLast() throws Exception {
        var last = backend("L");
        down(b1, f1);
        try (var gateway = start(
                Setup.site(b1).withFallback(SPARE),
                Setup.service("spare", f1).withFallback(Fallback.to("last")),
                Setup.service("last", last))) {
            assertThat(Setup.tally(gateway, "a", 20)).containsEntry("L", 20);
            down(last);
            assertThat(Setup.statusOfNewConnection(gateway)).isEqualTo(502);
        }
    }

    /** Each service of the chain is left after 50 ms, the last one, which is given more time, never answers. */
    @ParameterizedTest
    @CsvSource({"1, 0", "1, 20000", "2, 0", "2, 20000"})
    void F08_deadline_spansTheFallbacks_whateverTheirOwn(int fallbacks, long ownMillis) throws Exception {
        var deadline = Duration.ofMillis(300);
        RetrySpec impatient = RetrySpec.defaults().withAttempts(1).withTryTimeout(Duration.ofMillis(50));
        List<StubBackend> silent = new ArrayList<>();
        List<ServiceSpec> chain = new ArrayList<>();
        try {
            for (int i = 0; i <= fallbacks; i++) {
                silent.add(StubBackend.start());
                RetrySpec retry = i == 0
                        ? impatient.withDeadline(deadline)
                        : impatient.withDeadline(Duration.ofMillis(ownMillis));
                ServiceSpec spec = ServiceSpec.of(
                                i == 0 ? "site" : "spare" + i, silent.get(i).address())
                        .withTimeouts(UpstreamTimeouts.defaults().withResponse(Duration.ofSeconds(10)))
                        .withRetry(i == fallbacks ? retry.withTryTimeout(Duration.ZERO) : retry);
                chain.add(i == fallbacks ? spec : spec.withFallback(Fallback.to("spare" + (i + 1))));
            }
            var records = new Records();
            try (var gateway = builder(chain.toArray(ServiceSpec[]::new))
                            .observer(records)
                            .start();
                    var client = RawClient.connect(gateway.port())) {
                RawResponse response = client.get("a", "/");

                assertThat(response.status()).isEqualTo(504);
                assertThat(response.header("Proxy-Status")).hasValue("penstock; error=deadline");
                assertThat(records.next().duration()).isGreaterThan(deadline.minusMillis(10));
                Setup.awaitNothingInFlight(gateway);
            }
        } finally {
            silent.forEach(StubBackend::close);
        }
    }

    @Test
    void F07_deadlineOfTheFallback_countsFromItsTurn() throws Exception {
        b1.answer(Responder.fixed(503, "broken"));
        try (var silent = StubBackend.start()) {
            RetrySpec limited = RetrySpec.defaults().withDeadline(Duration.ofMillis(100));
            ServiceSpec spare = ServiceSpec.of("spare", silent.address())
                    .withTimeouts(UpstreamTimeouts.defaults().withResponse(Duration.ofSeconds(10)))
                    .withRetry(limited);
            try (var gateway = start(Setup.site(b1).withFallback(SPARE), spare);
                    var client = RawClient.connect(gateway.port())) {
                RawResponse response = client.get("a", "/");

                assertThat(response.header("Proxy-Status")).hasValue("penstock; error=deadline");
                assertThat(b1.requests()).isEqualTo(1);
                Setup.awaitNothingInFlight(gateway);
            }
        }
    }

    @Test
    void F06_fallbackThatAnswersWithinTheDeadline_isHeard() throws Exception {
        down(b1);
        ServiceSpec site = Setup.site(b1)
                .withFallback(SPARE)
                .withRetry(RetrySpec.defaults().withDeadline(Setup.GENEROUS));
        try (var gateway = start(site, Setup.service("spare", f1))) {
            assertThat(Setup.answerer(gateway)).isEqualTo("F1");
            Setup.awaitNothingInFlight(gateway);
        }
    }
}
