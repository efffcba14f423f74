package dev.penstock.proxy.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.Penstock;
import dev.penstock.catalog.HealthSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.catalog.SlowStart;
import dev.penstock.discovery.ManualDiscovery;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.proxy.Gateway;
import dev.penstock.route.Match;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.Eventually;
import dev.penstock.testkit.ManualTime;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real sockets, and a clock in the hands of the test. */
class SlowStartRowsTest {
    private final ManualTime time = ManualTime.eager();

    @ParameterizedTest
    @ValueSource(strings = {"round_robin", "weighted_round_robin"})
    void F19_newEndpointOfTenSeconds_getsAQuarterAtMostInTheFirstTwo_andAllAfterTwelve(String rule) throws Exception {
        var discovery = new ManualDiscovery();
        var site = ServiceSpec.of("site")
                .withBalancer(rule)
                .withDiscover(URI.create("manual:///site"))
                .withHealth(HealthSpec.defaults().withSlowStart(SlowStart.over(Duration.ofSeconds(10))));
        try (var b1 = EchoBackend.start("B1");
                var b2 = EchoBackend.start("B2");
                var penstock = Penstock.builder()
                        .ticker(time)
                        .scheduler(time)
                        .discovery("manual", discovery)
                        .listener(Setup.LISTENER)
                        .service(site)
                        .route(Match.ALL, "site")
                        .build();
                var gateway = Setup.gateway().penstock(penstock).start()) {
            ServiceName name = site.name();
            discovery.set(name, List.of(Setup.endpoint("1", b1.port())));
            time.advance(Duration.ofSeconds(1));
            awaitMembers(gateway, 1);
            assertThat(Setup.answerer(gateway)).isEqualTo("B1");

            discovery.set(name, List.of(Setup.endpoint("1", b1.port()), Setup.endpoint("2", b2.port())));
            awaitMembers(gateway, 2);

            assertThat(shareOfB2(gateway, Duration.ofMillis(1_900))).isBetween(0.01, 0.25 / 2);
            time.advance(Duration.ofSeconds(10));
            awaitGrown(penstock, name);
            assertThat(shareOfB2(gateway, Duration.ofSeconds(2))).isBetween(0.9 / 2, 1.1 / 2);
        }
    }

    /** Tasks may be under way on another thread when the clock moves, and changes within 100 ms make one snapshot. */
    private void awaitMembers(Gateway gateway, int members) {
        Eventually.eventually(Setup.GENEROUS, () -> {
            time.advance(Duration.ofMillis(5));
            assertThat(Setup.members(gateway)).hasSize(members);
        });
    }

    private void awaitGrown(Penstock penstock, ServiceName name) {
        var service = penstock.table().service(name).orElseThrow();
        Eventually.eventually(Setup.GENEROUS, () -> {
            time.advance(Duration.ofMillis(5));
            assertThat(service.health("2").growthPercent()).isEqualTo(100);
        });
    }

    /** Of requests that come evenly over a time. */
    private double shareOfB2(Gateway gateway, Duration over) throws IOException {
        int steps = 20;
        int requests = 0;
        int own = 0;
        for (int i = 0; i < steps; i++) {
            requests += 20;
            own += Setup.tally(gateway, "a", 20).getOrDefault("B2", 0);
            time.advance(over.dividedBy(steps));
        }
        return (double) own / requests;
    }
}
