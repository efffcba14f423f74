package dev.penstock.discovery.marathon;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.Penstock;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.request.PlainRequest;
import dev.penstock.route.Match;
import dev.penstock.service.Decision;
import dev.penstock.service.Lease;
import dev.penstock.testkit.OpenedSource;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of requests to services of Marathon. */
@Timeout(120)
class BalanceRowsTest {
    private static final PlainRequest REQUEST = PlainRequest.get("http://www.example.com/");

    private static ServiceSpec shop(FakeMarathon marathon) {
        return ServiceSpec.of("shop")
                .withBalancer("weighted_round_robin")
                .withDiscover(URI.create("marathon://" + marathon.address() + "?servicePort=1234"));
    }

    private static int picked(Penstock penstock) {
        Decision decision = penstock.acquire(REQUEST);
        assertThat(decision).isInstanceOf(Lease.class);
        try (Lease lease = (Lease) decision) {
            return lease.endpoint().port();
        }
    }

    @Test
    void M16_labelWeight_isTheShareOfACanary() {
        try (var marathon = FakeMarathon.start()) {
            marathon.app(Shapes.host08("/shop", 1234), Shapes.task("main", "/shop", List.of(8001), List.of(1234)));
            marathon.app(
                    Shapes.definitions14(
                            "/canary",
                            Map.of(
                                    "com.meltwater.proxymatic.port.0.servicePort", "1234",
                                    "com.meltwater.proxymatic.port.0.weight", "100"),
                            "{\"port\": 10000}"),
                    Shapes.task("canary", "/canary", List.of(8002), List.of(10000)));
            try (Penstock penstock = Penstock.builder()
                    .service(shop(marathon))
                    .route(Match.ALL, "shop")
                    .build()) {
                eventually(
                        OpenedSource.LIMIT,
                        () -> assertThat(penstock.table()
                                        .services()
                                        .get(0)
                                        .snapshot()
                                        .members())
                                .hasSize(2));
                int canary = 0;
                for (int i = 0; i < 3_000; i++) {
                    canary += picked(penstock) == 8002 ? 1 : 0;
                }
                assertThat(canary).isBetween(485, 515); // 500, and three in a hundred of it
            }
        }
    }

    @Test
    void M23_hostThatDoesNotResolve_isLeftOutUntilItDoes() {
        var there = new AtomicBoolean();
        try (var marathon = FakeMarathon.start()) {
            marathon.app(
                    Shapes.host08("/shop", 1234),
                    Shapes.task("a", "/shop", List.of(8001), List.of(1234)),
                    Shapes.with(Shapes.task("b", "/shop", List.of(8002), List.of(1234)), "host", "\"agent.test\""));
            try (Penstock penstock = Penstock.builder()
                    .service(shop(marathon))
                    .route(Match.ALL, "shop")
                    .hosts(name -> resolved(name, there.get()))
                    .build()) {
                eventually(
                        OpenedSource.LIMIT,
                        () -> assertThat(penstock.table()
                                        .services()
                                        .get(0)
                                        .snapshot()
                                        .members())
                                .isNotEmpty());
                for (int i = 0; i < 20; i++) {
                    assertThat(picked(penstock)).isEqualTo(8001);
                }
                there.set(true);
                eventually(
                        OpenedSource.LIMIT, () -> assertThat(picked(penstock)).isEqualTo(8002));
            }
        }
    }

    private static List<InetAddress> resolved(String name, boolean there) throws UnknownHostException {
        if (name.equals("agent.test") && !there) {
            throw new UnknownHostException(name);
        }
        return List.of(InetAddress.getLoopbackAddress());
    }
}
