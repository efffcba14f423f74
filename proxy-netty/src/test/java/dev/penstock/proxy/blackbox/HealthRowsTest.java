package dev.penstock.proxy.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.catalog.HealthSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.health.Check;
import dev.penstock.health.CheckSpec;
import dev.penstock.health.HttpCheck;
import dev.penstock.health.TcpCheck;
import dev.penstock.outlier.OutlierSpec;
import dev.penstock.proxy.Gateway;
import dev.penstock.service.Service;
import dev.penstock.service.Snapshot.Member;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.Eventually;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.StubBackend;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HealthRowsTest {
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

    private static HealthSpec checked(Check check) {
        return HealthSpec.defaults()
                .withCheck(CheckSpec.of(check).withInterval(Duration.ofMillis(200)))
                .withOutliers(OutlierSpec.OFF);
    }

    /** An HTTP server whose answers have the status that the test says at the moment. */
    private StubBackend answering(AtomicInteger status) {
        return keep(StubBackend.start(connection -> {
            while (true) {
                connection.readHead();
                connection.send("HTTP/1.1 " + status.get() + " X\r\nContent-Length: 0\r\n\r\n");
            }
        }));
    }

    @Test
    void F11_httpCheckThatTurns503_takesTheEndpointOutUntilItIsGoodAgain() throws Exception {
        var status = new AtomicInteger(200);
        var b1 = answering(status);
        var b2 = keep(EchoBackend.start("B2"));
        var spec = ServiceSpec.of("site", b1.address(), b2.address()).withHealth(checked(HttpCheck.get("/health")));
        try (var gateway = Setup.start(spec)) {
            awaitEligible(gateway, b1.address(), b2.address());

            status.set(503);
            awaitEligible(gateway, b2.address());
            assertThat(Setup.tally(gateway, "a", 20)).containsEntry("B2", 20);
            assertThat(member(gateway, b1.address()).excluded()).isEqualTo("health check failed: status 503");

            status.set(302);
            awaitEligible(gateway, b1.address(), b2.address());
        }
    }

    @Test
    void F12_tcpCheck_takesTheEndpointOutUntilItAcceptsAgain() throws Exception {
        var b1 = keep(EchoBackend.start("B1"));
        var b2 = keep(EchoBackend.start("B2"));
        try (var gateway = Setup.start(Setup.site(b1, b2).withHealth(checked(TcpCheck.OWN_PORT)))) {
            b1.refuse();
            awaitEligible(gateway, b2.address());
            assertThat(Setup.tally(gateway, "a", 20)).containsEntry("B2", 20);

            b1.accept();
            awaitEligible(gateway, b1.address(), b2.address());
            assertThat(Setup.tally(gateway, "a", 20)).containsKeys("B1", "B2");
        }
    }

    @Test
    void F09_failuresInARow_ejectAndNoConnectionComesUntilItIsOver() throws Exception {
        var status = new AtomicInteger(503);
        var b1 = answering(status);
        var b2 = keep(EchoBackend.start("B2"));
        var outliers = OutlierSpec.defaults().withEjection(Duration.ofSeconds(3), Duration.ofSeconds(30));
        var spec = ServiceSpec.of("site", b1.address(), b2.address())
                .withAttempts(1)
                .withHealth(HealthSpec.defaults().withOutliers(outliers));
        try (var gateway = Setup.start(spec)) {
            Eventually.eventually(Setup.GENEROUS, () -> {
                for (int i = 0; i < 6; i++) { // again where it was readmitted before anybody looked
                    Setup.statusOfNewConnection(gateway);
                }
                assertThat(member(gateway, b1.address()).eligible()).isFalse();
            });
            int connections = b1.connections();
            long started = member(gateway, b1.address()).load().started();
            status.set(200);

            while (!member(gateway, b1.address()).eligible()) {
                assertThat(statusFrom(gateway)).isEqualTo(200);
                assertThat(b1.connections() == connections
                                || member(gateway, b1.address()).eligible())
                        .isTrue();
            }

            Eventually.eventually(Setup.GENEROUS, () -> {
                statusFrom(gateway);
                assertThat(member(gateway, b1.address()).load().started()).isGreaterThan(started);
            });
        }
    }

    @Test
    void F13_nothingHealthy_is503AtOnceWithoutAConnection() throws Exception {
        var status = new AtomicInteger(500);
        var b1 = answering(status);
        var spec = ServiceSpec.of("site", b1.address()).withHealth(checked(HttpCheck.get("/")));
        try (var gateway = Setup.start(spec)) {
            awaitEligible(gateway);

            assertThat(statusFrom(gateway)).isEqualTo(503);
            assertThat(member(gateway, b1.address()).load().started()).isZero();
        }
    }

    @Test
    void F13_nothingHealthyWithPanic_allAreUsed() throws Exception {
        var status = new AtomicInteger(500);
        var b1 = answering(status);
        var spec = ServiceSpec.of("site", b1.address())
                .withHealth(checked(HttpCheck.get("/")).withPanic(50));
        try (var gateway = Setup.start(spec)) {
            Eventually.eventually(
                    Setup.GENEROUS,
                    () -> assertThat(service(gateway).snapshot().panic()).isTrue());

            assertThat(statusFrom(gateway)).isEqualTo(500);
        }
    }

    @Test
    void B08_allOfATierFail_theNextServesWithinOneRequestAndTheFirstOnceOneRecovers() throws Exception {
        var b1 = keep(EchoBackend.start("B1"));
        var b2 = keep(EchoBackend.start("B2"));
        var b3 = keep(EchoBackend.start("B3"));
        var reserve = keep(EchoBackend.start("R"));
        List<Endpoint> endpoints = List.of(
                Endpoint.parse(b1.address()).withPriority(1),
                Endpoint.parse(b2.address()).withPriority(1),
                Endpoint.parse(b3.address()).withPriority(1),
                Endpoint.parse(reserve.address()).withPriority(2));
        var spec = ServiceSpec.of("site").withEndpoints(endpoints).withHealth(checked(TcpCheck.OWN_PORT));
        try (var gateway = Setup.start(spec)) {
            b1.refuse();
            b2.refuse();
            b3.refuse();
            b1.closeConnections();
            awaitEligible(gateway, reserve.address());
            assertThat(Setup.tally(gateway, "a", 20)).containsEntry("R", 20);

            b2.accept();
            awaitEligible(gateway, b2.address(), reserve.address());
            assertThat(Setup.tally(gateway, "a", 20)).containsEntry("B2", 20);
        }
    }

    @Test
    void B08_tierEjectedForItsFailures_isReturnedToWhenItsTimeIsOver() throws Exception {
        var b1 = keep(EchoBackend.start("B1"));
        var reserve = keep(EchoBackend.start("R"));
        var outliers = OutlierSpec.defaults().withEjection(Duration.ofSeconds(1), Duration.ofSeconds(5));
        var spec = ServiceSpec.of("site")
                .withEndpoints(List.of(
                        Endpoint.parse(b1.address()).withPriority(1),
                        Endpoint.parse(reserve.address()).withPriority(2)))
                .withHealth(HealthSpec.defaults().withOutliers(outliers));
        try (var gateway = Setup.start(spec)) {
            b1.refuse();
            assertThat(Setup.tally(gateway, "a", 5)).containsEntry("R", 5);
            awaitEligible(gateway, reserve.address());
            long failed = member(gateway, b1.address()).load().failed();

            b1.accept();
            Eventually.eventually(
                    Setup.GENEROUS,
                    () -> assertThat(Setup.tally(gateway, "a", 1)).containsKey("B1"));
            assertThat(member(gateway, b1.address()).load().failed()).isEqualTo(failed);
        }
    }

    private static int statusFrom(Gateway gateway) throws IOException {
        try (var client = RawClient.connect(gateway.port())) {
            return client.get("any", "/").status();
        }
    }

    private static Service service(Gateway gateway) {
        return gateway.penstock().table().services().get(0);
    }

    private static Member member(Gateway gateway, String address) {
        return Setup.members(gateway)
                .filter(member -> member.endpoint().address().equals(address))
                .findFirst()
                .orElseThrow();
    }

    private static void awaitEligible(Gateway gateway, String... addresses) {
        Eventually.eventually(
                Setup.GENEROUS,
                () -> assertThat(Setup.members(gateway)
                                .filter(Member::eligible)
                                .map(member -> member.endpoint().address()))
                        .containsExactlyInAnyOrder(addresses));
    }
}
