package dev.penstock.proxy.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.balancer.BalancerRegistry;
import dev.penstock.catalog.HealthSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.outlier.OutlierSpec;
import dev.penstock.route.Match;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.Eventually;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.RawResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BalancerRowsTest {
    private final EchoBackend a = EchoBackend.start("80");
    private final EchoBackend b = EchoBackend.start("81");
    private final EchoBackend c = EchoBackend.start("82");
    private final EchoBackend d = EchoBackend.start("83");

    @AfterEach
    void closeBackends() {
        List.of(a, b, c, d).forEach(EchoBackend::close);
    }

    private static Endpoint of(EchoBackend backend) {
        return of(backend, 1);
    }

    private static Endpoint of(EchoBackend backend, int weight) {
        return Setup.endpoint(":" + backend.name(), backend.port(), weight);
    }

    private static List<String> sequence(int port, String host, int requests) throws IOException {
        var names = new ArrayList<String>();
        try (var client = RawClient.connect(port)) {
            for (int i = 0; i < requests; i++) {
                RawResponse response = client.get(host, "/");
                assertThat(response.status()).isEqualTo(200);
                names.add(response.header("X-Backend").orElseThrow());
            }
        }
        return names;
    }

    private static int count(List<String> names, EchoBackend backend) {
        return Collections.frequency(names, backend.name());
    }

    @Test
    void B01_first_takesTheFirst_andTheNewFirstOnceItIsGone() throws Exception {
        try (var site = ChangingSite.of("first", of(b), of(a), of(c))) {
            assertThat(sequence(site.port(), "x", 100)).containsOnly("80");
            site.set(of(c), of(b));
            assertThat(sequence(site.port(), "x", 100)).containsOnly("81");
        }
    }

    @Test
    void B02_roundRobin_goesRoundInTextualOrder() throws Exception {
        try (var site = ChangingSite.of("round_robin", of(b), of(a), of(c))) {
            List<String> names = sequence(site.port(), "x", 300);

            assertThat(names).containsOnly("80", "81", "82");
            for (int i = 1; i < names.size(); i++) {
                int before = Integer.parseInt(names.get(i - 1));
                assertThat(names.get(i)).isEqualTo(Integer.toString(before == 82 ? 80 : before + 1));
            }
            assertThat(count(names, a)).isEqualTo(100);
            assertThat(count(names, b)).isEqualTo(100);
        }
    }

    @Test
    void B03_roundRobin_goesOnFairly_whenTheListChanges() throws Exception {
        try (var site = ChangingSite.of("round_robin", of(a), of(b), of(c))) {
            Eventually.eventually(
                    Setup.GENEROUS,
                    () -> assertThat(sequence(site.port(), "x", 1)).containsExactly("80"));
            site.set(of(a), of(c));
            assertThat(sequence(site.port(), "x", 1)).containsExactly("82");
            site.set(of(a), of(b), of(c));
            List<String> names = sequence(site.port(), "x", 30);

            assertThat(count(names, a)).isEqualTo(10);
            assertThat(count(names, b)).isEqualTo(10);
            assertThat(count(names, c)).isEqualTo(10);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"round_robin", "least_requests", "p2c", "weighted_random", "first"})
    void B08_tierThatRefuses_isLeftWithinOneRequest_andReturnedTo(String rule) throws Exception {
        var spec = ServiceSpec.of("site")
                .withBalancer(rule)
                .withHealth(HealthSpec.defaults().withOutliers(OutlierSpec.OFF)) // tiers by themselves
                .withEndpoints(List.of(
                        of(a).withPriority(2), of(b).withPriority(1), of(c).withPriority(1), of(d).withPriority(2)));
        try (var gateway = Setup.start(spec)) {
            assertThat(sequence(gateway.port(), "x", 40)).isSubsetOf("81", "82");
            for (EchoBackend preferred : List.of(b, c)) {
                preferred.refuse();
                preferred.closeConnections();
            }
            // Eventually, since a request may still meet a connection on its way out; from then on all are answered.
            Eventually.eventually(
                    Setup.GENEROUS,
                    () -> assertThat(sequence(gateway.port(), "x", 1)).isSubsetOf("80", "83"));
            assertThat(sequence(gateway.port(), "x", 40)).isSubsetOf("80", "83");
            c.accept();
            assertThat(sequence(gateway.port(), "x", 40)).containsOnly("82");
        }
    }

    @Test
    void B04_random_isEven_andDiffersFromRunToRun() throws Exception {
        var runs = new HashSet<List<String>>();
        for (int run = 0; run < 2; run++) {
            try (var site = ChangingSite.of("random", of(a), of(b), of(c))) {
                List<String> names = sequence(site.port(), "x", 3000);

                // 1,000 +- 150 is 5.8 standard deviations: less than one false alarm in 10^8 runs.
                assertThat(List.of(count(names, a), count(names, b), count(names, c)))
                        .allSatisfy(count -> assertThat(count).isBetween(850, 1150));
                for (int i = 0; i + 100 <= names.size(); i++) {
                    assertThat(new HashSet<>(names.subList(i, i + 100))).hasSizeGreaterThanOrEqualTo(2);
                }
                runs.add(names);
            }
        }
        assertThat(runs).hasSize(2);
    }

    @Test
    void B05_weightedRoundRobin_keepsTheWeights_withoutLongRuns() throws Exception {
        try (var site = ChangingSite.of("weighted_round_robin", of(a, 3), of(b, 2), of(c, 1))) {
            List<String> names = sequence(site.port(), "x", 600);

            assertThat(count(names, a)).isBetween(299, 301);
            assertThat(count(names, b)).isBetween(199, 201);
            assertThat(count(names, c)).isBetween(99, 101);
            for (int i = 0; i + 4 <= names.size(); i++) {
                assertThat(new HashSet<>(names.subList(i, i + 4))).hasSizeGreaterThan(1);
            }
        }
    }

    @Test
    void B05_weightZero_inTheCore_getsNoTraffic() throws Exception {
        try (var site = ChangingSite.of("weighted_round_robin", of(a, 0), of(b, 1))) {
            assertThat(sequence(site.port(), "x", 20)).containsOnly("81");
        }
    }

    @Test
    void B06_leastRequests_avoidsTheBusyOne_andUsesAllWhenEqual() throws Exception {
        try (var site = ChangingSite.of("least_requests", of(a), of(b))) {
            var open = new ArrayList<RawClient>();
            a.hold();
            b.hold();
            for (int i = 0; i < 10; i++) {
                open.add(RawClient.connect(site.port()).send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"));
            }
            a.awaitHeld(5);
            b.awaitHeld(5);
            a.release();
            Eventually.eventually(
                    Setup.GENEROUS,
                    () -> assertThat(Setup.members(site.gateway()))
                            .extracting(member -> member.load().inFlight())
                            .containsExactly(0, 5));

            assertThat(sequence(site.port(), "x", 5)).containsOnly("80");
            b.release();
            open.forEach(RawClient::close);
        }
        // In another service: of this one an endpoint took longer than usual, and is spared for it for a while.
        try (var site = ChangingSite.of("least_requests", of(a), of(b))) {
            assertThat(sequence(site.port(), "x", 100)).contains("80", "81");
        }
    }

    @Test
    void B07_weightedLeastRequests_keepsTheShares_ofManyLongRequests() throws Exception {
        try (var site = ChangingSite.of("least_requests", of(a, 750), of(b, 250))) {
            a.hold();
            b.hold();
            var open = new ArrayList<RawClient>();
            try {
                for (int i = 0; i < 400; i++) {
                    open.add(RawClient.connect(site.port()).send("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
                }
                Eventually.eventually(
                        Setup.GENEROUS,
                        () -> assertThat(a.inFlight() + b.inFlight()).isEqualTo(400));
                assertThat(a.inFlight()).isBetween(290, 310);
                assertThat(b.inFlight()).isBetween(90, 110);
            } finally {
                a.release();
                b.release();
                open.forEach(RawClient::close);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void B07_smallWeight_stillReceivesTraffic(int weight) throws Exception {
        try (var site = ChangingSite.of("least_requests", of(a, 500), of(b, weight))) {
            var client = RawClient.connect(site.port());
            int sent = 0;
            while (b.requests() == 0 && sent < 10_000) {
                client.get("x", "/");
                sent++;
            }
            assertThat(b.requests()).isPositive();
            client.close();
        }
    }

    @Test
    void B11_twoDomains_eachAlternateStrictlyOnTheirOwn() throws Exception {
        try (var gateway = Setup.gateway()
                        .listener(Setup.LISTENER)
                        .service(Setup.service("one", a, b))
                        .service(Setup.service("two", c, d))
                        .route(Match.ALL.withHost("one"), "one")
                        .route(Match.ALL.withHost("two"), "two")
                        .start();
                var client = RawClient.connect(gateway.port())) {
            var one = new ArrayList<String>();
            var two = new ArrayList<String>();
            for (int i = 0; i < 60; i++) {
                // Two to one: a shared position would break the alternation of at least one of them.
                boolean first = i % 3 != 2;
                (first ? one : two)
                        .add(client.get(first ? "one" : "two", "/").echo().backend());
            }
            for (List<String> names : List.of(one, two)) {
                for (int i = 1; i < names.size(); i++) {
                    assertThat(names.get(i)).isNotEqualTo(names.get(i - 1));
                }
            }
        }
    }

    @Test
    void B12_roundRobin_under32Threads_isExact() throws Exception {
        var counts = new ConcurrentHashMap<String, LongAdder>();
        try (var site = ChangingSite.of("round_robin", of(a), of(b), of(c), of(d))) {
            Concurrently.run(32, thread -> {
                        for (String name : sequence(site.port(), "x", 1000)) {
                            counts.computeIfAbsent(name, key -> new LongAdder()).increment();
                        }
                    })
                    .join();
        }
        assertThat(counts)
                .hasSize(4)
                .allSatisfy((name, count) -> assertThat(count.sum()).isEqualTo(8000));
    }

    /** Every rule there is, by each of its names, those that refine another over p2c. */
    private static List<String> rules() {
        BalancerRegistry registry = BalancerRegistry.builtIn();
        List<String> rules = new ArrayList<>(List.of("round", "least", "pick_first"));
        rules.add("weighted_round_robin(weights=reported)");
        rules.add("zone_aware(zone=a)/p2c");
        for (String name : registry.names()) {
            boolean refines = List.of("priority", "sticky", "subset").contains(name);
            if (!name.equals("zone_aware")) {
                rules.add(refines ? name + "/p2c" : name);
            }
        }
        return rules;
    }

    @ParameterizedTest
    @MethodSource("rules")
    void B13_emptyList_gets503_andALaterEndpointWorksAtOnce(String balancer) throws Exception {
        try (var site = ChangingSite.of(balancer, of(a));
                var client = RawClient.connect(site.port())) {
            site.set();
            assertThat(client.get("x", "/").status()).isEqualTo(503);
            site.set(of(b));
            assertThat(client.get("x", "/").echo().backend()).isEqualTo("81");
        }
    }

    @Test
    void B13_serviceThatNeverHadEndpoints_gets503() throws Exception {
        try (var gateway = Setup.start(ServiceSpec.of("site"))) {
            assertThat(Setup.statusOfNewConnection(gateway)).isEqualTo(503);
        }
    }

    @Test
    void B14_changes_leaveTheOrderOfTheOthersAlone() {
        try (var site = ChangingSite.of("round_robin", of(d), of(b), of(a))) {
            assertThat(site.ids()).containsExactly(":80", ":81", ":83");
            site.set(of(c), of(d), of(a), of(b));
            assertThat(site.ids()).containsExactly(":80", ":81", ":82", ":83");
            site.set(of(d), of(c), of(a));
            assertThat(site.ids()).containsExactly(":80", ":82", ":83");
        }
    }
}
