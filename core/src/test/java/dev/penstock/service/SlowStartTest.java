package dev.penstock.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.penstock.balancer.BalancerRegistry;
import dev.penstock.balancer.Candidate;
import dev.penstock.catalog.HealthSpec;
import dev.penstock.catalog.SlowStart;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.limit.Limits;
import dev.penstock.load.Outcome;
import dev.penstock.request.PlainRequest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlowStartTest {
    private static final int PER_TEN_MILLIS = 100; // so many that chance moves a share by less than a hundredth
    private static final Endpoint A = Endpoint.of("10.0.0.1", 80);
    private static final Endpoint B = Endpoint.of("10.0.0.2", 80);

    private static final Endpoint C = Endpoint.of("10.0.0.3", 80);
    private static final Endpoint D = Endpoint.of("10.0.0.4", 80);

    private final Stage stage = new Stage();

    @BeforeEach
    void judge() {
        stage.judge(HealthSpec.defaults().withSlowStart(SlowStart.over(Duration.ofSeconds(10))));
    }

    @AfterEach
    void close() {
        stage.close();
    }

    @Test
    void F19_firstEndpointsOfAService_areNotNew() {
        stage.set(A, B);

        assertThat(weight(A)).isEqualTo(1);
        assertThat(weight(B)).isEqualTo(1);
    }

    @Test
    void F19_newEndpoint_growsInTenthsToItsWholeWeight() {
        stage.set(A);
        stage.time.advance(Duration.ofSeconds(1));
        stage.set(A, B.withWeight(3));
        stage.time.advance(Duration.ofMillis(200));

        assertThat(weight(B)).isEqualTo(3);
        assertThat(weight(A)).isEqualTo(10);
        assertThat(stage.service.health(B.id()).growthPercent()).isEqualTo(10);
        stage.time.advance(Duration.ofSeconds(5));
        assertThat(weight(B)).isEqualTo(15);
        stage.time.advance(Duration.ofSeconds(5));
        assertThat(weight(B)).isEqualTo(3);
        assertThat(weight(A)).isEqualTo(1);
        assertThat(stage.service.health(B.id()).growthPercent()).isEqualTo(100);
    }

    @Test
    void newEndpoint_costsAtMostTenSnapshots() {
        stage.set(A);
        stage.time.advance(Duration.ofSeconds(1));
        stage.set(A, B);
        long before = stage.service.snapshot().version();

        stage.time.advance(Duration.ofSeconds(60));

        assertThat(stage.service.snapshot().version() - before).isLessThanOrEqualTo(10);
    }

    @Test
    void absence_shorterThanTheGrace_isNoNewStart() {
        stage.set(A, B);
        stage.time.advance(Duration.ofSeconds(1));
        stage.set(A);
        stage.time.advance(Duration.ofSeconds(59));
        stage.set(A, B);
        stage.time.advance(Duration.ofMillis(200));
        assertThat(weight(B)).isEqualTo(1);

        stage.set(A);
        stage.time.advance(Duration.ofSeconds(61));
        stage.set(A, B);
        stage.time.advance(Duration.ofMillis(200));
        assertThat(stage.service.health(B.id()).growthPercent()).isEqualTo(10);
    }

    @Test
    void updateOrAnotherRule_restartNoClock() {
        stage.set(A);
        stage.time.advance(Duration.ofSeconds(1));
        stage.set(A, B);
        stage.time.advance(Duration.ofSeconds(5));

        stage.set(A, B.withWeight(2));
        stage.service.update(stage.service.spec().withBalancer("other"), () -> stage.rule, null);

        assertThat(stage.service.health(B.id()).growthPercent()).isEqualTo(50);
    }

    @ParameterizedTest
    @ValueSource(strings = {"round_robin", "weighted_round_robin", "random", "weighted_random"})
    void F19_rulesByTurnOrChance_giveATenthOfItsShare(String rule) {
        assertThat(shareOfB(rule, 0.1)).isCloseTo(0.1 / 1.1, within(0.01));
        assertThat(shareOfB(rule, 1)).isCloseTo(0.5, within(0.02));
    }

    @ParameterizedTest
    @ValueSource(strings = {"round_robin", "random", "p2c", "least_requests"})
    void F19_newEndpointOfTenSeconds_getsAQuarterAtMostInTheFirstTwoAndAllAfterTwelve(String rule) {
        stage.service.update(
                stage.service.spec().withBalancer(rule),
                () -> BalancerRegistry.defaults().balancer(rule),
                null);
        stage.set(A);
        stage.time.advance(Duration.ofSeconds(1));
        stage.set(A, B);
        stage.time.advance(Duration.ofMillis(100));

        assertThat(shareOfB(Duration.ofMillis(1_900))).isLessThan(0.25 / 2);
        stage.time.advance(Duration.ofSeconds(10));
        assertThat(shareOfB(Duration.ofSeconds(2))).isBetween(0.9 / 2, 1.1 / 2);
    }

    /** The share of requests that come evenly over a time, each of which takes 100 ms. */
    private double shareOfB(Duration over) {
        int own = 0;
        int all = 0;
        var open = new ArrayDeque<Lease>();
        for (long millis = 0; millis < over.toMillis(); millis += 10) {
            for (int i = 0; i < PER_TEN_MILLIS; i++) {
                Lease lease = stage.lease();
                open.add(lease);
                own += lease.endpoint().id().equals(B.id()) ? 1 : 0;
                all++;
            }
            while (open.size() > 10 * PER_TEN_MILLIS) {
                open.remove().complete(Outcome.SUCCESS);
            }
            stage.time.advance(Duration.ofMillis(10));
        }
        open.forEach(lease -> lease.complete(Outcome.SUCCESS));
        return (double) own / all;
    }

    @ParameterizedTest
    @ValueSource(strings = {"rendezvous(key=path)", "maglev(key=path)", "ring_hash(key=path)"})
    void rulesByKey_moveNoKeyWhileItGrows(String rule) {
        stage.service.update(
                stage.service.spec().withBalancer(rule),
                () -> BalancerRegistry.defaults().balancer(rule),
                null);
        stage.set(A);
        stage.time.advance(Duration.ofSeconds(1));
        stage.set(A, B);
        stage.time.advance(Duration.ofMillis(200));
        Map<Integer, String> before = placed();

        stage.time.advance(Duration.ofSeconds(60));

        assertThat(placed()).isEqualTo(before).containsValue(B.id());
    }

    @ParameterizedTest
    @ValueSource(strings = {"first", "round_robin", "p2c", "rendezvous(key=path)", "maglev(key=path)"})
    void F19_limitOfANewEndpoint_growsInTenths_whateverTheRule(String rule) {
        Limits limits = Limits.defaults().withPerEndpoint(25);
        stage.service.update(
                stage.service.spec().withBalancer(rule).withLimits(limits),
                () -> BalancerRegistry.defaults().balancer(rule),
                null);
        stage.set(B);
        stage.time.advance(Duration.ofSeconds(1));
        stage.set(A, B); // A is the new one, and the first in order
        stage.time.advance(Duration.ofMillis(200));
        assertThat(takenTogether()).containsExactly(Map.entry(A.id(), 3), Map.entry(B.id(), 25));

        stage.time.advance(Duration.ofSeconds(5));
        assertThat(takenTogether()).containsEntry(A.id(), 13);
        stage.time.advance(Duration.ofSeconds(5));
        assertThat(takenTogether()).containsEntry(A.id(), 25);
    }

    /** All replaced at once: nobody is there to bear what they do not, so none is held back, by weight or by limit. */
    @Test
    void F19_allOfATierNew_noneIsHeldBack() {
        stage.service.update(
                stage.service.spec().withLimits(Limits.defaults().withPerEndpoint(10)), () -> stage.rule, null);
        stage.set(A);
        stage.time.advance(Duration.ofSeconds(1));
        stage.set(B, C, A.withPriority(1));
        stage.time.advance(Duration.ofMillis(200));
        assertThat(stage.service.health(B.id()).growthPercent()).isEqualTo(100); // what counts
        assertThat(takenTogether()).containsEntry(B.id(), 10).containsEntry(C.id(), 10);

        stage.time.advance(Duration.ofSeconds(4));
        stage.set(B, D);
        stage.time.advance(Duration.ofMillis(200)); // B has grown to 40 %, D to 10: a quarter of what B takes
        assertThat(stage.service.health(B.id()).growthPercent()).isEqualTo(100);
        assertThat(stage.service.health(D.id()).growthPercent()).isEqualTo(30); // in tenths, rounded up
        assertThat(takenTogether()).containsExactly(Map.entry(B.id(), 10), Map.entry(D.id(), 3));
    }

    /** Without a limit there is none to grow: a rule that goes by load has a newcomer hold a tenth of what others hold. */
    @ParameterizedTest
    @ValueSource(strings = {"least_requests", "p2c"})
    void F19_withoutALimit_aNewEndpointHoldsItsTenthInFlight(String rule) {
        stage.service.update(
                stage.service.spec().withBalancer(rule),
                () -> BalancerRegistry.defaults().balancer(rule),
                null);
        stage.set(A);
        stage.time.advance(Duration.ofSeconds(1));
        stage.set(A, B);
        stage.time.advance(Duration.ofMillis(200));
        for (int i = 0; i < 110; i++) {
            stage.lease();
        }
        assertThat(stage.member(B.id()).load().inFlight()).isBetween(9, 11);
        assertThat(stage.member(A.id()).load().inFlight()).isBetween(99, 101);
    }

    /** How many each takes until there is no room left. */
    private Map<String, Integer> takenTogether() {
        Map<String, Integer> counts = new TreeMap<>();
        List<Lease> open = new ArrayList<>();
        while (stage.service.acquire(PlainRequest.get("http://a/" + open.size())) instanceof Lease lease) {
            open.add(lease);
            counts.merge(lease.endpoint().id(), 1, Integer::sum);
        }
        open.forEach(Lease::close);
        return counts;
    }

    private Map<Integer, String> placed() {
        Map<Integer, String> placed = new HashMap<>();
        for (int i = 0; i < 1_000; i++) {
            try (var lease = (Lease) stage.service.acquire(PlainRequest.get("http://a/" + i))) {
                placed.put(i, lease.endpoint().id());
            }
        }
        return placed;
    }

    /** The share of the new one of two, at the begin or after the end of its growth. */
    private double shareOfB(String rule, double grown) {
        try (var fresh = new Stage()) {
            fresh.judge(HealthSpec.defaults().withSlowStart(SlowStart.over(Duration.ofSeconds(10))));
            fresh.service.update(
                    fresh.service.spec().withBalancer(rule),
                    () -> BalancerRegistry.defaults().balancer(rule),
                    null);
            fresh.set(A);
            fresh.time.advance(Duration.ofSeconds(1));
            fresh.set(A, B);
            fresh.time.advance(grown < 1 ? Duration.ofMillis(200) : Duration.ofSeconds(20));
            int requests = 22_000;
            int own = 0;
            for (int i = 0; i < requests; i++) {
                try (Lease lease = fresh.lease()) {
                    own += lease.endpoint().id().equals(B.id()) ? 1 : 0;
                }
            }
            return (double) own / requests;
        }
    }

    private int weight(Endpoint endpoint) {
        return stage.service.snapshot().eligible().stream()
                .filter(candidate -> candidate.endpoint().id().equals(endpoint.id()))
                .mapToInt(Candidate::weight)
                .findFirst()
                .orElseThrow();
    }
}
