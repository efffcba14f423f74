package dev.penstock.balancer;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.penstock.balancer.Candidates.Tally;
import dev.penstock.endpoint.Zone;
import dev.penstock.request.Attempts;
import dev.penstock.request.PlainRequest;
import dev.penstock.request.Request;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that are kept, where their endpoints are divided into tiers, zones and subsets. */
class BoundClientsTest {
    /** Half of the first tier is gone, so that it hands on 30 %; zones a and b in each tier, the own one a small. */
    private static final List<Fake> TIERS = List.of(
            fake(1, 0, "a"), fake(2, 0, "b"), fake(3, 0, "b"), fake(4, 1, "a"), fake(5, 1, "b"), fake(6, 1, "b"));

    private static final Candidates HALF = new Candidates(
            List.copyOf(TIERS),
            Map.of(0, new Tally(6, 3), 1, new Tally(3, 3)),
            Map.of(new Zone("a"), new Tally(3, 2), new Zone("b"), new Tally(6, 4)));

    private static Fake fake(int port, int priority, String zone) {
        return new Fake(Fake.of(port).endpoint().withPriority(priority).withZone(new Zone(zone)));
    }

    private static Balancer rule(String text) {
        return new Tiers(BalancerRegistry.builtIn().balancer(text));
    }

    private static Picker picker(String text, Candidates candidates) {
        return rule(text).over(candidates, Fake.context(1, 1));
    }

    private static Request client(String address) {
        return PlainRequest.get("http://www.example.com/").withClient(address);
    }

    private static Request with(Affinity affinity) {
        String cookie = affinity.setCookie().substring(0, affinity.setCookie().indexOf(';'));
        return PlainRequest.get("http://www.example.com/").withHeader("cookie", cookie);
    }

    private static Affinity told(Picker picker, Request request, Candidate picked) {
        return requireNonNull(picker.affinity(request, picked));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sticky/priority/round_robin",
                "priority/sticky/round_robin",
                "sticky/zone_aware(zone=a)/p2c",
                "zone_aware(zone=a)/sticky/p2c",
                "zone_aware(zone=z)/sticky/p2c",
                "sticky/priority/zone_aware(zone=a)/random",
                "priority/sticky/zone_aware(zone=a)/random",
                "priority/zone_aware(zone=a)/sticky/random",
                "subset(size=2)/priority/sticky/random",
                "priority/subset(size=2)/sticky/random"
            })
    void B09_cookie_whereverItsRuleStands_keepsEachClientOnItsEndpoint(String text) {
        Picker picker = picker(text, HALF);
        Map<Candidate, Request> clients = new HashMap<>();
        for (int i = 0; i < 1000; i++) {
            Candidate first = picker.pick(Fake.REQUEST);
            Affinity anew = told(picker, Fake.REQUEST, first);
            assertThat(anew.setCookie()).startsWith("penstock=");
            clients.put(first, with(anew));
        }
        assertThat(clients).hasSizeGreaterThan(1);
        clients.forEach((endpoint, request) -> {
            for (int i = 0; i < 100; i++) {
                assertThat(picker.pick(request)).isSameAs(endpoint);
                assertThat(picker.bound(request)).isSameAs(endpoint);
                assertThat(told(picker, request, endpoint).setCookie()).isEmpty();
            }
        });
    }

    /** A client that another gateway, which drew other endpoints, sent to one of those: each of them keeps it there. */
    @ParameterizedTest
    @ValueSource(strings = {"sticky/subset(size=1)/random", "subset(size=1)/sticky/random"})
    void B09_cookieOfAnotherGateway_namesAnEndpointBeyondTheSubset_keepsItThere(String text) {
        List<Fake> ten = Fake.many(10);
        var balancer = BalancerRegistry.builtIn().balancer(text);
        Map<Candidate, Request> clients = new HashMap<>();
        List<Picker> gateways = new ArrayList<>();
        for (int seed = 0; seed < 20; seed++) {
            Picker gateway = Fake.picker(balancer, ten, seed);
            gateways.add(gateway);
            Candidate first = gateway.pick(Fake.REQUEST);
            clients.put(first, with(told(gateway, Fake.REQUEST, first)));
        }
        assertThat(clients).hasSizeGreaterThan(3);
        for (Picker gateway : gateways) {
            clients.forEach(
                    (endpoint, request) -> assertThat(gateway.pick(request)).isSameAs(endpoint));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"priority/sticky/random", "zone_aware(zone=a)/sticky/random", "sticky/random"})
    void B09_endpointAtItsLimit_anotherPartServes_theClientStays_andItMovesOnceItFails(String text) {
        Picker picker = picker(text, HALF);
        for (Fake home : TIERS) {
            Affinity anew = told(picker, Fake.REQUEST, home);
            Request request = with(anew);
            for (Fake other : TIERS) {
                assertThat(told(picker, request, other).setCookie()).isEmpty();
                assertThat(told(picker, underWay(request, home), other).setCookie())
                        .isEmpty();
                Request again = PlainRequest.get("http://www.example.com/")
                        .withHeader("cookie", requireNonNull(request.header("cookie")))
                        .withTried(Fake.after(home).tried());
                if (other != home) {
                    assertThat(picker.bound(again)).isNull();
                    assertThat(picker.pick(again)).isNotSameAs(home);
                    assertThat(told(picker, again, other).setCookie()).startsWith("penstock=");
                }
            }
        }
    }

    /** The same request while an attempt is under way that takes long, beside which another is made. */
    private static PlainRequest underWay(Request request, Fake home) {
        var attempts = new Attempts();
        attempts.begin(home.endpoint().id());
        return PlainRequest.get("http://www.example.com/")
                .withHeader("cookie", requireNonNull(request.header("cookie")))
                .withTried(attempts);
    }

    /** The tier that stands by has served while the first was away: its clients stay until it is gone, others go back. */
    @Test
    void B09_cookie_ofTheTierThatStandsBy_isHonouredOnceTheFirstIsBack() {
        Balancer balancer = rule("sticky/round_robin");
        PickerContext context = Fake.context(1, 1);
        Picker meanwhile = balancer.over(Candidates.of(TIERS.subList(3, 6)), context);
        Candidate spare = meanwhile.pick(Fake.REQUEST);
        Request request = with(told(meanwhile, Fake.REQUEST, spare));

        Picker after = balancer.over(Candidates.of(TIERS), context);

        assertThat(after.pick(request)).isSameAs(spare);
        assertThat(after.remarks(request))
                .contains("tier 1 keeps this request's client, with 3 to pick from")
                .contains("cookie:penstock names " + spare.endpoint().id());
        for (int i = 0; i < 10; i++) {
            assertThat(after.pick(Fake.REQUEST)).isIn(TIERS.subList(0, 3));
        }
    }

    @Test
    void remarks_tellWhereAClientIsKept() {
        Picker priority = picker("priority/sticky/random", HALF);
        Picker zones = picker("zone_aware(zone=a)/sticky/random", Candidates.of(TIERS.subList(0, 3)));
        assertThat(priority.remarks(with(told(priority, Fake.REQUEST, TIERS.get(3)))))
                .contains("tier 1 gets 30 % and keeps this request's client, with 3 to pick from");
        assertThat(zones.remarks(with(told(zones, Fake.REQUEST, TIERS.get(2)))).get(0))
                .startsWith("zone a keeps ")
                .endsWith("this one's client is kept in zone b");
    }

    /** The parts get the shares that they get of requests without a key, and each client stays in its own. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "priority/sticky(by=client)/p2c",
                "sticky(by=client)/priority/p2c",
                "priority/maglev(key=client)",
                "priority/rendezvous(key=client)",
                "priority/zone_aware(zone=a)/maglev(key=client)",
                "subset(size=6)/priority/ring_hash(key=client)"
            })
    void key_keepsEachClientOnItsEndpoint_andTiersGetTheirShares(String text) {
        Picker picker = picker(text, HALF);
        int spare = 0;
        for (int i = 0; i < 4000; i++) {
            Request request = client("10.0." + i / 250 + "." + i % 250);
            Candidate home = picker.pick(request);
            spare += home.endpoint().priority();
            for (int again = 0; again < 3; again++) {
                assertThat(picker.pick(request)).isSameAs(home);
            }
        }
        assertThat(spare / 4000.0).isCloseTo(0.3, within(0.04)); // 5 deviations of sqrt(0.3 x 0.7 / 4000) = 0.0072
    }

    @Test
    void key_zones_getTheSharesOfRequestsWithoutOne_andLoadMovesNobody() {
        List<Fake> ten = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            ten.add(fake(10 + i, 0, i == 0 ? "a" : "b"));
        }
        Picker picker = picker("zone_aware(zone=a)/maglev(key=client)", Candidates.of(ten));
        int own = 0;
        for (int i = 0; i < 4000; i++) {
            Request request = client("10.0." + i / 250 + "." + i % 250);
            var home = (Fake) picker.pick(request);
            own += home == ten.get(0) ? 1 : 0;
            home.inFlight.set(1000);
            assertThat(picker.pick(request)).isSameAs(home);
            home.inFlight.set(0);
        }
        assertThat(own / 4000.0).isCloseTo(0.2, within(0.035)); // 5 deviations of sqrt(0.2 x 0.8 / 4000) = 0.0063
    }

    /** Endpoints of the tier that stands by are for nobody, whether they have a key or not. */
    @Test
    void key_allIsWell_theTierThatStandsByIsLeftAlone() {
        Picker picker = picker("sticky(by=client)/priority(overprovisioning=200)/p2c", Candidates.of(TIERS));
        for (int i = 0; i < 1000; i++) {
            assertThat(picker.pick(client("10.0." + i / 250 + "." + i % 250))).isIn(TIERS.subList(0, 3));
        }
        // 200 % of a half are all: the chain's own measure counts.
        Picker half = picker("sticky(by=client)/priority(overprovisioning=200)/p2c", HALF);
        for (int i = 0; i < 1000; i++) {
            assertThat(half.pick(client("10.0." + i / 250 + "." + i % 250))).isIn(TIERS.subList(0, 3));
        }
    }
}
