package dev.penstock.proxy.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.catalog.Fallback;
import dev.penstock.catalog.HealthSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.catalog.UpstreamTimeouts;
import dev.penstock.limit.BreakerSettings;
import dev.penstock.limit.BreakerSettings.Scope;
import dev.penstock.limit.Limits;
import dev.penstock.outlier.OutlierSpec;
import dev.penstock.proxy.Gateway;
import dev.penstock.retry.HedgeSpec;
import dev.penstock.retry.RetrySpec;
import dev.penstock.route.Match;
import dev.penstock.testkit.DeadAddress;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.Eventually;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.StubBackend;
import dev.penstock.testkit.StubConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Whatever endpoints and clients do, and whatever helps against it at the same time: in the end nothing is held. */
class EverythingFailsTest {
    private static final int CLIENTS = 16;
    private static final int REQUESTS = 12;

    private final AtomicInteger turn = new AtomicInteger();

    @Test
    void retriesHedgesLimitsBreakersAndAFallback_allAtOnce_leaveNothingHeld() throws Exception {
        try (var bad = StubBackend.start(this::misbehave);
                var good = EchoBackend.start("good");
                var refusing = DeadAddress.refusing();
                var spare = EchoBackend.start("spare");
                var gateway = Setup.gateway()
                        .listener(Setup.LISTENER)
                        .service(site(bad.address(), good.address(), refusing.address()))
                        .service(Setup.service("spare", spare))
                        .route(Match.ALL, "site")
                        .start()) {
            Concurrently.run(CLIENTS, index -> {
                        var chance = new SplittableRandom(index);
                        for (int i = 0; i < REQUESTS; i++) {
                            request(gateway, chance);
                        }
                    })
                    .join();

            Setup.awaitNothingInFlight(gateway);
            Eventually.eventually(
                    Setup.GENEROUS,
                    () -> assertThat(gateway.penstock().table().services()).allSatisfy(service -> {
                        assertThat(service.limits().inFlight()).isZero();
                        assertThat(service.limits().waiting()).isZero();
                    }));
            assertThat(good.requests()).isPositive();
        }
    }

    private static ServiceSpec site(String... addresses) {
        RetrySpec retry = RetrySpec.defaults()
                .withAttempts(4)
                .withTryTimeout(Duration.ofMillis(100))
                .withDeadline(Duration.ofSeconds(1))
                .withHedge(new HedgeSpec(2, Duration.ofMillis(20), 0.95));
        return ServiceSpec.of("site", addresses)
                .withBalancer("sticky/p2c")
                .withRetry(retry.withWhen(retry.when().withStatuses(429, 503)))
                .withTimeouts(UpstreamTimeouts.defaults().withResponse(Duration.ofMillis(300)))
                .withLimits(Limits.defaults()
                        .withRequests(8)
                        .withPerEndpoint(4)
                        .withQueue(10, Duration.ofMillis(300))
                        .withShed(Duration.ofMillis(50))
                        .withBreaker(BreakerSettings.defaults().withScope(Scope.ENDPOINT)))
                .withHealth(HealthSpec.defaults()
                        .withOutliers(
                                OutlierSpec.defaults().withEjection(Duration.ofMillis(100), Duration.ofMillis(200))))
                .withFallback(Fallback.to("spare").withProbe(Duration.ofMillis(100)));
    }

    private void misbehave(StubConnection connection) throws IOException {
        connection.readHead();
        switch (turn.getAndIncrement() % 7) {
            case 0 -> connection.reset();
            case 1 -> connection.send("HTTP/1.1 503 Busy\r\nContent-Length: 3\r\n\r\nbad");
            case 2 -> connection.send("nonsense\r\n\r\n");
            case 3 -> connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
            case 4 -> connection.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 429 Slow\r\nContent-Length: 0\r\n\r\n");
            case 5 -> connection.readToEnd();
            default -> connection.close();
        }
    }

    /** One request, whole or not, whose client waits for the answer or leaves. */
    private static void request(Gateway gateway, SplittableRandom chance) {
        var body =
                new byte[chance.nextBoolean() ? 0 : (64 << 10) + chance.nextInt(3) - 1]; // about the bound of a replay
        int sent = chance.nextInt(4) == 0 ? chance.nextInt(body.length + 1) : body.length;
        String method = body.length == 0 ? "GET" : chance.nextBoolean() ? "PUT" : "POST";
        try (var client = RawClient.connect(gateway.port())) {
            client.send(method + " / HTTP/1.1\r\nHost: a\r\nContent-Length: " + body.length + "\r\n\r\n");
            client.send(Arrays.copyOf(body, sent));
            if (sent < body.length || chance.nextInt(5) == 0) {
                client.reset();
            } else {
                client.read();
            }
        } catch (IOException e) {
            return; // an answer that is cut off is one, too
        }
    }
}
