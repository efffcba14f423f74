package dev.penstock;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.penstock.Explanation.Considered;
import dev.penstock.balancer.Balancer;
import dev.penstock.balancer.BalancerFactory;
import dev.penstock.balancer.BalancerSettings;
import dev.penstock.balancer.Candidate;
import dev.penstock.balancer.Candidates.Tally;
import dev.penstock.balancer.Rules;
import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.Provenance;
import dev.penstock.catalog.RouteSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.catalog.ShadowSpec;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.Phase;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.endpoint.Zone;
import dev.penstock.health.Health;
import dev.penstock.load.Outcome;
import dev.penstock.request.Attempts;
import dev.penstock.request.PlainRequest;
import dev.penstock.request.Request;
import dev.penstock.route.Match;
import dev.penstock.route.PathMatch;
import dev.penstock.route.Route;
import dev.penstock.route.Routing;
import dev.penstock.service.Decision;
import dev.penstock.service.EndpointHealth;
import dev.penstock.service.HandTime;
import dev.penstock.service.Lease;
import dev.penstock.service.Origin;
import dev.penstock.service.Outlook;
import dev.penstock.service.Reason;
import dev.penstock.service.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExplanationTest {
    private static final List<String> HOSTS = List.of("a.test", "b.test", "www.a.test");
    private static final List<String> PATHS = List.of("/", "/api", "/api/x", "/static/1");
    private static final List<String> RULES = Rules.all();

    /** Chance of the test itself, apart from that of the pickers. */
    private record World(Seeded chance) {
        CatalogState state() {
            List<ServiceSpec> services = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                String rule = RULES.get(chance.nextInt(RULES.size()));
                services.add(ServiceSpec.of("s" + i).withBalancer(rule).withEndpoints(endpoints()));
            }
            List<RouteSpec> routes = new ArrayList<>();
            int count = chance.nextInt(6);
            for (int i = 0; i < count; i++) {
                var route = new Route("r" + i, match(), chance.nextInt(2), ServiceName.of("s" + chance.nextInt(4)));
                routes.add(new RouteSpec(route, Provenance.CODE));
            }
            return new CatalogState("test", List.of(), routes, services);
        }

        private List<Endpoint> endpoints() {
            List<Endpoint> endpoints = new ArrayList<>();
            int count = chance.nextInt(6);
            for (int i = 0; i < count; i++) {
                endpoints.add(Endpoint.of("10.0.0." + i, 80)
                        .withWeight(chance.nextInt(4))
                        .withPriority(chance.nextInt(3))
                        .withPhase(chance.nextInt(8) == 0 ? Phase.STARTING : Phase.ACTIVE));
            }
            return endpoints;
        }

        private Match match() {
            Match match = Match.ALL;
            if (chance.nextInt(2) == 0) {
                match = match.withHost(HOSTS.get(chance.nextInt(HOSTS.size())));
            }
            if (chance.nextInt(2) == 0) {
                match = match.withPath(new PathMatch.Prefix(PATHS.get(chance.nextInt(PATHS.size()))));
            }
            return chance.nextInt(4) == 0 ? match.withMethods(Set.of("POST")) : match;
        }

        Request request() {
            return PlainRequest.get(
                    "http://" + HOSTS.get(chance.nextInt(HOSTS.size())) + PATHS.get(chance.nextInt(PATHS.size())));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8}) // seeds
    void explain_anyTableAndRequest_foretellsWhatAcquireGives(long seed) {
        var time = new HandTime();
        var world = new World(new Seeded(seed));
        int leased = 0;
        try (Penstock penstock = Penstock.builder()
                .ticker(time)
                .scheduler(time)
                .randomness(new Seeded(~seed))
                .build()) {
            for (int table = 0; table < 20; table++) {
                time.advance(Duration.ofSeconds(1));
                penstock.apply(world.state());
                List<Lease> leases = new ArrayList<>();
                for (int i = 0; i < 60; i++) {
                    Request request = world.request();
                    Explanation first = penstock.explain(request);
                    Explanation second = penstock.explain(request);
                    Decision decision = penstock.acquire(request);

                    assertThat(second).isEqualTo(first);
                    assertAgree(first, decision);
                    leased += decision instanceof Lease ? 1 : 0;
                    decision.fold(leases::add, refusal -> false);
                    if (!leases.isEmpty() && world.chance().nextInt(2) == 0) {
                        leases.remove(world.chance().nextInt(leases.size())).complete(Outcome.SUCCESS);
                    }
                }
            }
        }
        assertThat(leased).isGreaterThan(100);
    }

    private static void assertAgree(Explanation explained, Decision decision) {
        if (decision instanceof Lease lease) {
            assertThat(explained.picked()).isEqualTo(lease.endpoint());
            assertThat(explained.refusal()).isNull();
            assertThat(explained.candidates()).anyMatch(c -> c.endpoint().equals(lease.endpoint()));
            var to = (Routing.To) explained.routing();
            var last = explained.routes().get(explained.routes().size() - 1);
            assertThat(last.matched()).isTrue();
            assertThat(last.route()).isEqualTo(to.route());
        } else {
            assertThat(explained.refusal()).isEqualTo(decision);
            assertThat(explained.picked()).isNull();
        }
    }

    private static Penstock seeded(HandTime time, long seed, ServiceSpec spec) {
        return Penstock.builder()
                .ticker(time)
                .scheduler(time)
                .randomness(new Seeded(seed))
                .service(spec)
                .route(Match.ALL, "orders")
                .build();
    }

    private static final Request ANY = PlainRequest.get("http://a.test/");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3}) // seeds
    void explain_attempts_areThoseThatFailedOnesWouldMake(long seed) {
        for (String rule : List.of("round_robin", "random", "weighted_random", "first", "maglev(key=host)")) {
            var time = new HandTime();
            var spec = ServiceSpec.of("orders", "10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80", "10.0.0.4:80")
                    .withBalancer(rule);
            try (Penstock penstock = seeded(time, seed, spec)) {
                List<Endpoint> foretold = penstock.explain(ANY).outlook().attempts();

                var tried = new Attempts();
                List<Endpoint> made = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    Lease lease = (Lease)
                            penstock.acquire(PlainRequest.get("http://a.test/").withTried(tried));
                    made.add(lease.endpoint());
                    tried.add(lease.endpoint().id());
                }
                assertThat(foretold).as(rule).isEqualTo(made);
            }
        }
    }

    /** Of many its picker goes by a board, which an explanation must not take the endpoints away from. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3}) // seeds
    void explain_leastRequestsOfMany_foretellsWhatAcquireGives(long seed) {
        var chance = new Seeded(seed);
        List<Endpoint> endpoints = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            endpoints.add(Endpoint.of("10.0.0." + i, 80).withWeight(1 + i % 3));
        }
        var spec = ServiceSpec.of("orders").withBalancer("least_requests").withEndpoints(endpoints);
        List<Lease> held = new ArrayList<>();
        try (Penstock penstock = seeded(new HandTime(), seed, spec)) {
            for (int i = 0; i < 300; i++) {
                Explanation explained = penstock.explain(ANY);
                Lease lease = (Lease) penstock.acquire(ANY);
                assertThat(explained.picked()).isEqualTo(lease.endpoint());
                held.add(lease);
                if (i > 100 && chance.nextInt(2) == 0) {
                    held.remove(chance.nextInt(held.size())).complete(Outcome.SUCCESS);
                }
            }
            var service = penstock.table().services().get(0);
            double most = service.snapshot().members().stream()
                    .mapToDouble(member -> (double) member.load().inFlight() / member.weight())
                    .max()
                    .orElseThrow();
            double mean = held.size() / 79.0; // 40 endpoints weigh 79
            assertThat(most).isLessThan(mean + 2);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3}) // seeds
    void explain_p2c_showsTheTwoItLooksAt_andPicksTheLighter(long seed) {
        var spec = ServiceSpec.of("orders", "10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80", "10.0.0.4:80")
                .withBalancer("p2c");
        try (Penstock penstock = seeded(new HandTime(), seed, spec)) {
            for (int i = 0; i < 50; i++) {
                Explanation explained = penstock.explain(ANY);
                Lease lease = (Lease) penstock.acquire(ANY);

                List<Outlook.Score> sampled = explained.outlook().sampled();
                assertThat(sampled).hasSize(2);
                int least = Math.min(sampled.get(0).inFlight(), sampled.get(1).inFlight());
                assertThat(sampled)
                        .anySatisfy(score -> assertThat(score.endpoint())
                                .isEqualTo(lease.endpoint().id()))
                        .filteredOn(score ->
                                score.endpoint().equals(lease.endpoint().id()))
                        .allSatisfy(score -> assertThat(score.inFlight()).isEqualTo(least));
            }
        }
    }

    @Test
    void explain_aRuleOfOnesOwn_showsWhomItLooksAt() {
        Balancer second = (candidates, context) -> request -> {
            Candidate looked = candidates.eligible().get(1);
            return looked.load().inFlight() < 100
                    ? looked
                    : candidates.eligible().get(0);
        };
        try (Penstock penstock = Penstock.builder()
                .balancer(new BalancerFactory() {
                    @Override
                    public String name() {
                        return "second";
                    }

                    @Override
                    public Balancer create(BalancerSettings settings) {
                        return second;
                    }
                })
                .service(ServiceSpec.of("orders", "10.0.0.1:80", "10.0.0.2:80").withBalancer("second"))
                .route(Match.ALL, "orders")
                .build()) {
            Outlook outlook = penstock.explain(ANY).outlook();

            assertThat(outlook.sampled())
                    .containsExactly(new Outlook.Score(
                            "10.0.0.2:80", 1, 0, 0, outlook.sampled().get(0).costNanos()));
            assertThat(outlook.remarks()).isEmpty();
            assertThat(outlook.retrying()).isEqualTo(new Outlook.Retrying(3, true, 100));
        }
    }

    @Test
    void explain_showsTiersZonesWeightsAndTheShadow() {
        Endpoint near = Endpoint.parse("10.0.0.1:80").withWeight(3).withZone(new Zone("a"));
        Endpoint far = Endpoint.parse("10.0.0.2:80").withZone(new Zone("b"));
        Endpoint off = Endpoint.parse("10.0.0.3:80").withWeight(0).withZone(new Zone("b"));
        Endpoint spare = Endpoint.parse("10.0.0.4:80").withPriority(1).withZone(new Zone("b"));
        var spec = ServiceSpec.of("orders")
                .withEndpoints(List.of(near, far, off, spare))
                .withBalancer("zone_aware(zone=a)/first")
                .withShadow(ShadowSpec.of("first"));
        try (Penstock penstock = seeded(new HandTime(), 1, spec)) {
            Explanation explained = penstock.explain(ANY);

            assertThat(explained.tiers()).containsOnly(entry(0, new Tally(3, 2)), entry(1, new Tally(1, 1)));
            assertThat(explained.zones()).containsOnly(entry("a", new Tally(1, 1)), entry("b", new Tally(3, 2)));
            assertThat(explained.candidates()).extracting(Considered::weight).containsExactly(3, 1, 1);
            assertThat(explained.outlook().shadow()).isEqualTo(near);
            assertThat(explained.outlook().remarks())
                    .containsExactly(
                            "tier 0 serves, with 2 to pick from",
                            "tier 1 stands by, with 1 to pick from",
                            "zone a keeps 100 % of its requests; this one stays, unless its endpoint is much busier than"
                                    + " others",
                            "zone b is left out, with 1 to pick from");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "maglev(key=host) | ^host has its place at 10\\.0\\.0\\.[12]:80$",
                "maglev(key=header:x) | ^header:x: the request has none, so any endpoint$",
                "sticky(cookie=lb)/first | ^cookie:lb: the request has none$",
                "subset(size=1)/first | ^this gateway picks from 1, drawn for itself, and leaves out 1$",
                "weighted_round_robin(weights=reported) | ^10\\.0\\.0\\.1:80: takes part in 100 % of the rounds, for it.*",
            })
    void explain_remarks_areTheRules(String rule, String remark) {
        var spec = ServiceSpec.of("orders", "10.0.0.1:80", "10.0.0.2:80").withBalancer(rule);
        try (Penstock penstock = seeded(new HandTime(), 1, spec)) {
            assertThat(penstock.explain(ANY).outlook().remarks().get(0)).matches(remark);
        }
    }

    @Test
    void explain_stickyCookie_saysWhomItNames_notWhatItHolds() {
        var spec = ServiceSpec.of("orders", "10.0.0.1:80", "10.0.0.2:80").withBalancer("sticky(cookie=lb)/round_robin");
        try (Penstock penstock = seeded(new HandTime(), 1, spec)) {
            Lease lease = (Lease) penstock.acquire(ANY);
            String cookie = requireNonNull(lease.affinity()).setCookie().split(";", -1)[0];
            Request again = PlainRequest.get("http://a.test/").withHeader("cookie", cookie);

            Explanation explained = penstock.explain(again);

            assertThat(explained.outlook().remarks())
                    .containsExactly("cookie:lb names " + lease.endpoint().id());
            assertThat(explained.toString()).doesNotContain(cookie.substring(3));
            Explanation made =
                    penstock.explain(PlainRequest.get("http://a.test/").withHeader("cookie", "lb=x"));
            assertThat(made.outlook().remarks()).containsExactly("cookie:lb names no endpoint that may be picked");
        }
    }

    @Test
    void explain_saysWhatFailedAndWhoIsExcluded() {
        Endpoint good = Endpoint.parse("10.0.0.1:80").withWeight(3);
        Endpoint off = Endpoint.parse("10.0.0.2:80").withWeight(0);
        try (Penstock penstock = Penstock.builder()
                .service(ServiceSpec.of("orders").withEndpoints(List.of(good, off)))
                .service(ServiceSpec.of("empty"))
                .route(Match.ALL.withPath(new PathMatch.Prefix("/api")), "orders")
                .route(Match.ALL.withHost("empty.test"), "empty")
                .build()) {
            Lease lease = (Lease) penstock.acquire(PlainRequest.get("http://a.test/api"));

            Explanation explained = penstock.explain(PlainRequest.get("http://a.test/api/1"));

            assertThat(explained.service()).isEqualTo("orders");
            long since = explained.candidates().get(0).origin().sinceNanos();
            var origin = new Origin("definition", 1, since);
            assertThat(explained.candidates())
                    .containsExactly(new Explanation.Considered(
                            good, 3, 1, 1, 0, new EndpointHealth(false, Health.UNKNOWN, "", null, 100), origin, null));
            assertThat(explained.excluded())
                    .singleElement()
                    .satisfies(over -> assertThat(over.endpoint()).isEqualTo(off))
                    .satisfies(over -> assertThat(over.why()).isEqualTo("weight 0"))
                    .satisfies(over -> assertThat(over.origin().source()).isEqualTo("definition"));
            assertThat(explained.picked()).isEqualTo(good);
            lease.close();

            Explanation none = penstock.explain(PlainRequest.get("http://a.test/"));
            assertThat(none.routes()).hasSize(2).noneMatch(verdict -> verdict.matched());
            assertThat(none.refusal()).extracting(Refusal::reason).isEqualTo(Reason.NO_ROUTE);
            Explanation empty = penstock.explain(PlainRequest.get("http://empty.test/"));
            assertThat(empty.refusal()).extracting(Refusal::reason).isEqualTo(Reason.NO_ENDPOINTS);
        }
    }
}
