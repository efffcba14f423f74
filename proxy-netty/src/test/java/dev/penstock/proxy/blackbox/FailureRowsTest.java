package dev.penstock.proxy.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.catalog.ServiceSpec;
import dev.penstock.catalog.UpstreamTimeouts;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.testkit.DeadAddress;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.Eventually;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.StubBackend;
import dev.penstock.testkit.StubConnection;
import dev.penstock.time.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FailureRowsTest {
    private final List<AutoCloseable> resources = new ArrayList<>();

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

    private static ServiceSpec site(Endpoint... endpoints) {
        return ServiceSpec.of("site").withEndpoints(List.of(endpoints));
    }

    @Test
    void F01_connectFailure_goesToAnotherEndpoint() throws Exception {
        var refusing = keep(DeadAddress.refusing());
        var b2 = keep(EchoBackend.start("B2"));
        try (var gateway = Setup.start(ServiceSpec.of("site", refusing.address(), b2.address()))) {
            assertThat(Setup.tally(gateway, "a", 100)).containsEntry("B2", 100);
        }
    }

    @Test
    void F01_backendThatStopsListening_isDoneWithout() throws Exception {
        var b1 = keep(EchoBackend.start("B1"));
        var b2 = keep(EchoBackend.start("B2"));
        try (var gateway = Setup.over(b1, b2)) {
            assertThat(Setup.tally(gateway, "a", 10)).containsOnlyKeys("B1", "B2");
            b1.close();
            assertThat(Setup.tally(gateway, "a", 100)).containsEntry("B2", 100);
        }
    }

    @Test
    void F02_fiveEndpointsThatAcceptAndClose_get502AfterAtMostThreeAttempts() throws Exception {
        List<StubBackend> stubs = Stream.generate(() -> keep(StubBackend.start(StubConnection::close)))
                .limit(5)
                .toList();
        var spec =
                ServiceSpec.of("site", stubs.stream().map(StubBackend::address).toArray(String[]::new));
        try (var gateway = Setup.start(spec)) {
            assertThat(Setup.statusOfNewConnection(gateway)).isEqualTo(502);
            assertThat(stubs.stream().mapToInt(StubBackend::connections).sum()).isBetween(1, 3);
        }
    }

    @Test
    void F03_postWhoseFirstEndpointRefuses_reachesTheNextExactly() throws Exception {
        var refusing = keep(DeadAddress.refusing());
        var b2 = keep(EchoBackend.start("B2"));
        byte[] body = Setup.randomBytes(3, 64 << 10);
        var spec = site(Setup.endpoint("1", refusing.port()), Setup.endpoint("2", b2.port()))
                .withBalancer("first");
        try (var gateway = Setup.start(spec);
                var client = RawClient.connect(gateway.port())) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + body.length + "\r\n\r\n");

            assertThat(client.send(body).read().echo().body()).isEqualTo(body);
        }
    }

    @Test
    void F03_postThatWasReadAndReset_gets502_andIsNotSentAgain() throws Exception {
        byte[] body = Setup.randomBytes(3, 64 << 10);
        var stub = keep(StubBackend.start(connection -> {
            connection.readHead();
            connection.read(body.length);
            connection.reset();
        }));
        var b2 = keep(EchoBackend.start("B2"));
        var spec = site(Setup.endpoint("1", stub.port()), Setup.endpoint("2", b2.port()))
                .withBalancer("first");
        try (var gateway = Setup.start(spec);
                var client = RawClient.connect(gateway.port())) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + body.length + "\r\n\r\n");

            assertThat(client.send(body).read().status()).isEqualTo(502);
            assertThat(b2.requests()).isZero();
        }
    }

    @Test
    void F04_unansweringAddress_isGivenUpAfterTheConnectTimeout() throws Exception {
        var silent = keep(DeadAddress.unanswering());
        var b2 = keep(EchoBackend.start("B2"));
        var spec = site(Setup.endpoint("1", silent.port()), Setup.endpoint("2", b2.port()))
                .withBalancer("first")
                .withTimeouts(UpstreamTimeouts.defaults().withConnect(Duration.ofMillis(300)));
        try (var gateway = Setup.start(spec)) {
            long start = Ticker.system().nanos();
            assertThat(Setup.answerer(gateway)).isEqualTo("B2");
            assertThat(Setup.since(start)).isGreaterThan(Duration.ofMillis(290));
        }
        assertThat(UpstreamTimeouts.defaults().connect()).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void F04_unansweringAddressAlone_getsAnErrorAnswer() throws Exception {
        var silent = keep(DeadAddress.unanswering());
        var spec = ServiceSpec.of("site", silent.address())
                .withTimeouts(UpstreamTimeouts.defaults().withConnect(Duration.ofMillis(300)));
        try (var gateway = Setup.start(spec)) {
            assertThat(Setup.statusOfNewConnection(gateway)).isIn(502, 504);
        }
    }

    @Test
    void F05_silentBackend_gets504AfterTheResponseTimeout() throws Exception {
        var stub = keep(StubBackend.start());
        var spec = ServiceSpec.of("site", stub.address())
                .withTimeouts(UpstreamTimeouts.defaults().withResponse(Duration.ofMillis(500)));
        try (var gateway = Setup.start(spec)) {
            long start = Ticker.system().nanos();
            assertThat(Setup.statusOfNewConnection(gateway)).isEqualTo(504);
            assertThat(Setup.since(start)).isGreaterThan(Duration.ofMillis(490));
            assertThat(stub.connections()).isEqualTo(1);
            stub.accept().readToEnd(); // The connection is not kept.
            Setup.awaitNothingInFlight(gateway);
        }
        assertThat(UpstreamTimeouts.defaults().response()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void F05_backendThatTrickles_isNotCut() throws Exception {
        var never = new CountDownLatch(1);
        var stub = keep(StubBackend.start(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n");
            for (char c : "trickl".toCharArray()) {
                awaitMillis(never, 300);
                connection.send(Character.toString(c));
            }
        }));
        var spec = ServiceSpec.of("site", stub.address())
                .withTimeouts(UpstreamTimeouts.defaults().withResponse(Duration.ofSeconds(1)));
        try (var gateway = Setup.start(spec);
                var client = RawClient.connect(gateway.port())) {
            long start = Ticker.system().nanos();
            assertThat(client.get("a", "/").text()).isEqualTo("trickl");
            assertThat(Setup.since(start)).isGreaterThan(Duration.ofMillis(1500));
        }
    }

    private static void awaitMillis(CountDownLatch latch, long millis) {
        try {
            assertThat(latch.await(millis, TimeUnit.MILLISECONDS)).isFalse();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void F14_requestInFlight_survivesTheRemovalOfItsEndpoint() throws Exception {
        var b1 = keep(EchoBackend.start("B1"));
        var b2 = keep(EchoBackend.start("B2"));
        var half = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        b1.answer(exchange -> {
            exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfirst");
            half.countDown();
            try {
                assertThat(go.await(60, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            exchange.send("again");
        });
        Endpoint one = Setup.endpoint("1", b1.port());
        Endpoint two = Setup.endpoint("2", b2.port());
        try (var site = ChangingSite.of("first", one, two);
                var client = RawClient.connect(site.port())) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(half.await(60, TimeUnit.SECONDS)).isTrue();
            site.set(two);
            assertThat(Setup.tally(site.gateway(), "a", 50)).containsEntry("B2", 50);
            go.countDown();

            assertThat(client.read().text()).isEqualTo("firstagain");
            assertThat(client.get("a", "/").echo().backend()).isEqualTo("B2");
            assertThat(b1.requests()).isEqualTo(1);
            Eventually.eventually(
                    Setup.GENEROUS, () -> assertThat(b1.openConnections()).isZero());
        }
    }
}
