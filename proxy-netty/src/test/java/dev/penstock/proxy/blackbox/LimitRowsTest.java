package dev.penstock.proxy.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.catalog.HealthSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.limit.BreakerSettings;
import dev.penstock.limit.BreakerSettings.Scope;
import dev.penstock.limit.Limits;
import dev.penstock.outlier.OutlierSpec;
import dev.penstock.proxy.Gateway;
import dev.penstock.request.PlainRequest;
import dev.penstock.route.Match;
import dev.penstock.service.Lease;
import dev.penstock.service.LimitStatus;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.Eventually;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.RawResponse;
import dev.penstock.testkit.Responder;
import dev.penstock.time.Ticker;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LimitRowsTest {
    private final EchoBackend b1 = EchoBackend.start("B1");

    @AfterEach
    void close() {
        b1.close();
    }

    private ServiceSpec site(Limits limits) {
        return Setup.site(b1).withLimits(limits);
    }

    private static LimitStatus limits(Gateway gateway) {
        return gateway.penstock()
                .table()
                .service(ServiceName.of("site"))
                .orElseThrow()
                .limits();
    }

    private static void awaitWaiting(Gateway gateway, int count) {
        Eventually.eventually(
                Setup.GENEROUS, () -> assertThat(limits(gateway).waiting()).isEqualTo(count));
    }

    private static void awaitIdle(Gateway gateway) {
        Setup.awaitNothingInFlight(gateway);
        Eventually.eventually(Setup.GENEROUS, () -> {
            assertThat(limits(gateway).inFlight()).isZero();
            assertThat(limits(gateway).waiting()).isZero();
        });
    }

    @Test
    void F17_fiveRequestsOfASecond_twoAtOnce_allSucceedInThreeTurns() throws Exception {
        var never = new CountDownLatch(1);
        b1.answer(exchange -> {
            try {
                assertThat(never.await(1, TimeUnit.SECONDS)).isFalse();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            exchange.respond(200, new byte[0]);
        });
        try (var gateway = Setup.start(site(Limits.defaults().withPerEndpoint(2)))) {
            long start = Ticker.system().nanos();
            Concurrently.run(
                            5,
                            i -> assertThat(Setup.statusOfNewConnection(gateway))
                                    .isEqualTo(200))
                    .join();

            assertThat(Setup.since(start)).isGreaterThan(Duration.ofMillis(2_900));
            assertThat(b1.mostInFlight()).isEqualTo(2);
            assertThat(b1.requests()).isEqualTo(5);
            awaitIdle(gateway);
        }
    }

    @Test
    void F17_thoseWhoWaitLongerThanAllowed_get503() throws Exception {
        b1.hold();
        Limits limits = Limits.defaults().withPerEndpoint(2).withQueue(10, Duration.ofMillis(500));
        try (var gateway = Setup.start(site(limits))) {
            var served = Concurrently.run(
                    2, i -> assertThat(Setup.statusOfNewConnection(gateway)).isEqualTo(200));
            b1.awaitHeld(2);
            var refused = new CountDownLatch(3);

            Concurrently.run(3, i -> {
                        long start = Ticker.system().nanos();
                        try (var client = RawClient.connect(gateway.port())) {
                            RawResponse answer = client.get("a", "/");
                            assertThat(answer.status()).isEqualTo(503);
                            assertThat(answer.header("Proxy-Status").orElseThrow())
                                    .isEqualTo("penstock; error=connection_limit_reached");
                            assertThat(Setup.since(start)).isGreaterThan(Duration.ofMillis(490));
                            refused.countDown();
                            assertThat(refused.await(60, TimeUnit.SECONDS)).isTrue();
                            b1.release();
                            assertThat(client.get("a", "/").status()).isEqualTo(200); // on the same connection
                        }
                    })
                    .join();
            served.join();
            assertThat(limits(gateway).expired()).isEqualTo(3);
            awaitIdle(gateway);
        }
        assertThat(Limits.defaults().longestWait()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void F17_lineThatIsFull_refusesAtOnce() throws Exception {
        b1.hold();
        try (var gateway =
                Setup.start(site(Limits.defaults().withPerEndpoint(1).withQueue(0, Duration.ofSeconds(30))))) {
            var served = Concurrently.run(
                    1, i -> assertThat(Setup.statusOfNewConnection(gateway)).isEqualTo(200));
            b1.awaitHeld(1);

            assertThat(Setup.statusOfNewConnection(gateway)).isEqualTo(503);
            assertThat(limits(gateway).refused()).isEqualTo(1);
            b1.release();
            served.join();
        }
    }

    @Test
    void F18_moreThanTheServiceTakes_wait_andOtherServicesDoNotNotice() throws Exception {
        b1.hold();
        try (var b2 = EchoBackend.start("B2");
                var gateway = Setup.gateway()
                        .listener(Setup.LISTENER)
                        .service(site(Limits.defaults().withRequests(10)))
                        .service(Setup.service("other", b2))
                        .route(Match.ALL.withHost("other.example.com"), "other")
                        .route(Match.ALL, "site")
                        .start()) {
            var served = Concurrently.run(
                    11, i -> assertThat(Setup.statusOfNewConnection(gateway)).isEqualTo(200));
            b1.awaitHeld(10);
            awaitWaiting(gateway, 1);

            assertThat(Setup.tally(gateway, "other.example.com", 50)).containsEntry("B2", 50);
            assertThat(b1.inFlight()).isEqualTo(10);
            b1.release();
            served.join();
            assertThat(b1.mostInFlight()).isEqualTo(10);
            awaitIdle(gateway);
        }
    }

    @Test
    void F17_clientThatLeaves_leavesTheLine() throws Exception {
        b1.hold();
        try (var gateway = Setup.start(site(Limits.defaults().withPerEndpoint(1)))) {
            var served = Concurrently.run(
                    1, i -> assertThat(Setup.statusOfNewConnection(gateway)).isEqualTo(200));
            b1.awaitHeld(1);
            try (var leaving = RawClient.connect(gateway.port())) {
                leaving.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                awaitWaiting(gateway, 1);
                leaving.reset(); // a mere end of sending is no reason not to answer
            }

            awaitWaiting(gateway, 0);
            b1.release();
            served.join();
            assertThat(b1.requests()).isEqualTo(1);
            awaitIdle(gateway);
        }
    }

    @Test
    void F17_postThatWaits_arrivesWhole() throws Exception {
        b1.hold();
        byte[] body = Setup.randomBytes(17, 300_000);
        try (var gateway = Setup.start(site(Limits.defaults().withPerEndpoint(1)))) {
            var served = Concurrently.run(
                    1, i -> assertThat(Setup.statusOfNewConnection(gateway)).isEqualTo(200));
            b1.awaitHeld(1);
            var post = Concurrently.run(() -> {
                try (var client = RawClient.connect(gateway.port())) {
                    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + body.length + "\r\n\r\n");
                    assertThat(client.send(body).read().echo().body()).isEqualTo(body);
                }
            });
            awaitWaiting(gateway, 1);
            b1.release();
            post.join();
            served.join();
        }
    }

    @Test
    void F17_waiting_countsAgainstTheDeadline() throws Exception {
        ServiceSpec site = site(Limits.defaults().withPerEndpoint(1));
        site = site.withRetry(site.retry().withDeadline(Duration.ofMillis(500)));
        try (var gateway = Setup.start(site)) {
            var taken = (Lease) gateway.penstock().acquire(PlainRequest.get("http://a/"));

            assertThat(Setup.statusOfNewConnection(gateway)).isEqualTo(504);
            assertThat(limits(gateway).waiting()).isZero();
            taken.close();
            assertThat(b1.requests()).isZero();
            awaitIdle(gateway);
        }
    }

    @Test
    void F10_mostRequestsFail_thenAllAreRefusedAtOnce_thenExactlyOneTries() throws Exception {
        b1.answer(Responder.fixed(500, "broken"));
        var breaker = new BreakerSettings(50, 20, Duration.ofSeconds(3), Scope.SERVICE);
        try (var gateway = Setup.start(site(Limits.defaults().withBreaker(breaker)));
                var client = RawClient.connect(gateway.port())) {
            for (int i = 0; i < 20; i++) {
                assertThat(client.get("a", "/").status()).isEqualTo(500);
            }
            RawResponse refused = client.get("a", "/");
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.header("Retry-After").orElseThrow()).isIn("1", "2", "3");
            assertThat(refused.header("Proxy-Status").orElseThrow())
                    .isEqualTo("penstock; error=destination_unavailable");
            assertThat(b1.requests()).isEqualTo(20);

            b1.answer(Responder.echo());
            b1.hold();
            var refusals = new AtomicInteger();
            var trial = Concurrently.run(() -> {
                try (var trying = RawClient.connect(gateway.port())) {
                    while (trying.get("a", "/").status() != 200) {
                        refusals.incrementAndGet();
                        LockSupport.parkNanos(10_000_000); // leaves the machine to others
                    }
                }
            });
            b1.awaitHeld(1);
            for (int i = 0; i < 20; i++) {
                assertThat(client.get("a", "/").status()).isEqualTo(503);
            }
            assertThat(b1.requests()).isEqualTo(21);
            b1.release();
            trial.join();
            assertThat(client.get("a", "/").status()).isEqualTo(200);
            assertThat(limits(gateway).stopped()).isEqualTo(21 + refusals.get());
        }
        assertThat(BreakerSettings.defaults())
                .isEqualTo(new BreakerSettings(50, 20, Duration.ofSeconds(10), Scope.SERVICE));
    }

    @Test
    void F10_endpointThatFails_isPassedOverByItsOwnBreaker() throws Exception {
        b1.answer(Responder.fixed(500, "broken"));
        var breaker = new BreakerSettings(50, 20, Duration.ofMinutes(5), Scope.ENDPOINT);
        try (var b2 = EchoBackend.start("B2");
                var gateway = Setup.start(Setup.site(b1, b2)
                        .withLimits(Limits.defaults().withBreaker(breaker))
                        .withHealth(HealthSpec.defaults().withOutliers(OutlierSpec.OFF)));
                var client = RawClient.connect(gateway.port())) {
            for (int i = 0; i < 40; i++) {
                client.get("a", "/");
            }
            assertThat(b1.requests()).isEqualTo(20);

            assertThat(Setup.tally(gateway, "a", 50)).containsEntry("B2", 50);
            assertThat(b1.requests()).isEqualTo(20);
        }
    }
}
