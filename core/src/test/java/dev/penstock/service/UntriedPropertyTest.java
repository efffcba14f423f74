package dev.penstock.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.balancer.BalancerRegistry;
import dev.penstock.catalog.HealthSpec;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.limit.Limits;
import dev.penstock.load.Outcome;
import dev.penstock.outlier.OutlierSpec;
import dev.penstock.request.Attempts;
import dev.penstock.request.PlainRequest;
import dev.penstock.request.Request;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the attempts at one request go, whatever the rule, the endpoints, their tiers and their limits. */
class UntriedPropertyTest {
    private static final List<String> RULES = List.of(
            "first",
            "round_robin",
            "weighted_round_robin",
            "random",
            "weighted_random",
            "least_requests",
            "p2c",
            "p2c_ewma",
            "hcl",
            "rendezvous(key=path)",
            "maglev(key=path)",
            "ring_hash(key=path, bound=1.25)",
            "sticky(by=path)/p2c",
            "sticky/round_robin",
            "priority/p2c",
            "zone_aware(zone=a)/round_robin");

    /** Never twice to one endpoint while another is untried; none waits while one that is untried has room. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8}) // seeds
    void F02_attempts_goToUntriedEndpoints_asLongAsThereAreAny(long seed) {
        var chance = new SplittableRandom(seed);
        for (String rule : RULES) {
            try (var stage = new Stage()) {
                int most = chance.nextInt(3); // 0: no limit
                attempts(stage, rule, most, chance);
            }
        }
    }

    private static void attempts(Stage stage, String rule, int most, SplittableRandom chance) {
        stage.judge(HealthSpec.defaults().withOutliers(OutlierSpec.OFF));
        stage.service.update(
                stage.service
                        .spec()
                        .withBalancer(rule)
                        .withLimits(Limits.defaults().withPerEndpoint(most)),
                () -> BalancerRegistry.defaults().balancer(rule),
                null);
        List<Endpoint> endpoints = new ArrayList<>();
        for (int i = 0; i <= chance.nextInt(7); i++) {
            endpoints.add(Endpoint.of("10.0.0." + i, 80)
                    .withWeight(1 + chance.nextInt(3))
                    .withPriority(chance.nextInt(2)));
        }
        stage.set(endpoints.toArray(Endpoint[]::new));
        Map<String, Integer> open = new HashMap<>();
        for (int i = 0; i < chance.nextInt(2 * endpoints.size()); i++) {
            if (stage.service.acquire(request(i, new Attempts())) instanceof Lease held) {
                open.merge(held.endpoint().id(), 1, Integer::sum);
            }
        }
        Set<String> untried = new HashSet<>();
        endpoints.forEach(endpoint -> untried.add(endpoint.id()));
        var tried = new Attempts();
        int path = chance.nextInt(1_000);
        for (int i = 0; i < 2 * endpoints.size(); i++) {
            Decision decision = stage.service.acquire(request(path, tried));
            if (decision instanceof Lease lease) {
                String id = lease.endpoint().id();
                assertThat(untried.isEmpty() || untried.contains(id))
                        .as("%s, %s of %s, untried %s", rule, id, endpoints, untried)
                        .isTrue();
                untried.remove(id);
                tried.add(id);
                lease.complete(chance.nextBoolean() ? Outcome.BROKEN : Outcome.SUCCESS);
            } else {
                Set<String> left = new HashSet<>(untried.isEmpty() ? open.keySet() : untried);
                assertThat(((Refusal) decision).reason()).isEqualTo(Reason.OVERLOADED);
                assertThat(left).as("%s, open %s", rule, open).allMatch(id -> open.getOrDefault(id, 0) == most);
            }
        }
    }

    private static Request request(int path, Attempts tried) {
        return PlainRequest.get("http://a/" + path).withTried(tried);
    }
}
