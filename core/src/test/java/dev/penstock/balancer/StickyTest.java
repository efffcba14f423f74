package dev.penstock.balancer;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.balancer.AffinityCookie.SameSite;
import dev.penstock.balancer.AffinityCookie.Secure;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.request.Attempts;
import dev.penstock.request.PlainRequest;
import dev.penstock.request.Request;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StickyTest {
    private static final String OLD_KEY = "an old key of 32 bytes, or more";
    private static final String NEW_KEY = "a new key of 32 bytes, or more..";

    private final Balancer sticky = sticky(AffinityKeys.of(List.of(OLD_KEY)));

    private static Balancer sticky(AffinityKeys keys) {
        return Balancers.sticky(AffinityCookie.named("lb"), keys, Balancers.roundRobin());
    }

    private static Request with(String cookies) {
        return PlainRequest.get("http://www.example.com/").withHeader("cookie", cookies);
    }

    private static Affinity told(Picker picker, Request request, Candidate picked) {
        return requireNonNull(picker.affinity(request, picked));
    }

    private static String value(Affinity affinity) {
        return affinity.setCookie()
                .substring("lb=".length(), affinity.setCookie().indexOf(';'));
    }

    /** A client's first request, and the cookie that it has from then on. */
    private record Client(Candidate endpoint, Request request) {
        static Client of(Picker picker) {
            Candidate first = picker.pick(Fake.REQUEST);
            return new Client(first, with("a=b; lb=" + value(told(picker, Fake.REQUEST, first)) + "; c=d"));
        }
    }

    @Test
    void B09_cookie_keepsEachClientOnItsEndpoint_untilThatLeaves() {
        List<Fake> three = Fake.many(3);
        Picker picker = Fake.picker(sticky, three, 1);
        List<Client> clients =
                IntStream.range(0, 6).mapToObj(i -> Client.of(picker)).toList();
        assertThat(clients.stream().map(Client::endpoint).distinct()).hasSize(3);
        for (int i = 0; i < 100; i++) {
            for (Client client : clients) {
                assertThat(picker.pick(client.request)).isSameAs(client.endpoint);
            }
        }
        Client moved = clients.get(0);
        List<Fake> two = three.stream().filter(fake -> fake != moved.endpoint).toList();
        Picker after = Fake.picker(sticky, two, 1);
        Candidate next = after.pick(moved.request);
        assertThat(next).isIn(two);
        Request anew = with("lb=" + value(told(after, moved.request, next)));
        for (int i = 0; i < 100; i++) {
            assertThat(after.pick(anew)).isSameAs(next);
        }
        for (Client client : clients) {
            if (client.endpoint != moved.endpoint) {
                assertThat(after.pick(client.request)).isSameAs(client.endpoint);
            }
        }
    }

    @Test
    void B09_clientAddress_keepsEachClientOnItsEndpoint_untilThatLeaves() {
        Balancer byClient = BalancerRegistry.builtIn().balancer("sticky(by=client)/p2c");
        List<Fake> three = Fake.many(3);
        Picker picker = Fake.picker(byClient, three, 1);
        Set<Candidate> used = new HashSet<>();
        for (int client = 1; client <= 30; client++) {
            Request request = PlainRequest.get("http://www.example.com/").withClient("127.0.0." + client);
            Candidate first = picker.pick(request);
            used.add(first);
            List<Fake> two = three.stream().filter(fake -> fake != first).toList();
            Picker after = Fake.picker(byClient, two, 1);
            Candidate next = after.pick(request);
            assertThat(next).isIn(two);
            for (int i = 0; i < 100; i++) {
                assertThat(picker.pick(request)).isSameAs(first);
                assertThat(after.pick(request)).isSameAs(next);
            }
            assertThat(picker.affinity(request, first)).isNull(); // needs no cookie
        }
        assertThat(used).hasSize(3);
    }

    /** Few or many, of a thousand clients one more endpoint moves those that it gets, and no others. */
    @ParameterizedTest
    @ValueSource(ints = {2, 49, 50, 200, 999})
    void B09_clientAddress_oneEndpointMore_movesOnlyThoseThatItGets(int size) {
        Balancer byClient = BalancerRegistry.builtIn().balancer("sticky(by=client)/p2c");
        Picker before = Fake.picker(byClient, Fake.many(size), 1);
        Picker after = Fake.picker(byClient, Fake.many(size + 1), 1);
        for (int client = 0; client < 1000; client++) {
            Request request =
                    PlainRequest.get("http://www.example.com/").withClient("10.0." + client / 250 + "." + client % 250);
            int port = after.pick(request).endpoint().port();
            assertThat(port).isIn(before.pick(request).endpoint().port(), 1000 + size);
        }
    }

    @Test
    void header_keepsItsRequestsTogether_othersGoByTheOtherRule() {
        Picker picker = Fake.picker(
                BalancerRegistry.builtIn().balancer("sticky(by=header:x-session)/round_robin"), Fake.many(3), 1);
        Request request = PlainRequest.get("http://www.example.com/").withHeader("x-session", "17");
        Candidate first = picker.pick(request);
        for (int i = 0; i < 10; i++) {
            assertThat(picker.pick(request)).isSameAs(first);
        }
        assertThat(Fake.counts(Fake.ports(picker, 300)).values()).containsOnly(100);
    }

    @Test
    void value_isNoneOfTheEndpoint_andDiffersWithTheKey() {
        Fake only = new Fake(Endpoint.of("10.20.30.40", 8080));
        Picker picker = Fake.picker(sticky, List.of(only), 1);
        String value = value(told(picker, Fake.REQUEST, only));
        assertThat(value).hasSize(22).matches("[A-Za-z0-9_-]+").doesNotContain("10", "8080");
        Picker other = Fake.picker(sticky(AffinityKeys.of(List.of(NEW_KEY))), List.of(only), 1);
        assertThat(value(told(other, Fake.REQUEST, only))).isNotEqualTo(value);
        assertThat(AffinityKeys.of(List.of(OLD_KEY)).toString()).isEqualTo("1 keys");
    }

    @Test
    void value_ofNobody_orMadeUp_isAsNone() {
        List<Fake> three = Fake.many(3);
        Picker picker = Fake.picker(sticky, three, 1);
        for (String value : List.of("", "x", "127.0.0.1:1000", "AAAAAAAAAAAAAAAAAAAAAA", "\"\"")) {
            assertThat(Fake.counts(IntStream.range(0, 300)
                                    .map(i -> picker.pick(with("lb=" + value))
                                            .endpoint()
                                            .port())
                                    .boxed()
                                    .toList())
                            .values())
                    .containsOnly(100);
        }
    }

    @Test
    void affinity_tellsOnlyWhoDoesNotKnow() {
        Picker picker = Fake.picker(sticky, Fake.many(3), 1);
        Client client = Client.of(picker);
        assertThat(told(picker, client.request, client.endpoint).setCookie()).isEmpty();
        assertThat(told(picker, Fake.REQUEST, client.endpoint).setCookie())
                .startsWith("lb=")
                .endsWith("; Path=/; HttpOnly; SameSite=Lax");
    }

    /** What is at its limit is not among the tried: the client comes back to it, whoever took this request. */
    @Test
    void affinity_ofARequestThatWentElsewhere_movesItsClientOnlyIfItsEndpointFailed() {
        List<Fake> three = Fake.many(3);
        Picker picker = Fake.picker(sticky, three, 1);
        Client client = Client.of(picker);
        for (Fake other : three) {
            if (other != client.endpoint) {
                assertThat(told(picker, client.request, other).setCookie()).isEmpty();
                var tried = new Attempts();
                tried.add(client.endpoint.endpoint().id());
                Request again = PlainRequest.get("http://www.example.com/")
                        .withHeader("cookie", requireNonNull(client.request.header("cookie")))
                        .withTried(tried);
                assertThat(told(picker, again, other).setCookie()).startsWith("lb=");
            }
        }
        assertThat(told(picker, with("lb=made-up"), three.get(0)).setCookie()).startsWith("lb=");
    }

    /** An attempt beside one that takes long: whoever is faster this time, the client is where it was next time. */
    @Test
    void affinity_ofAnAttemptBesideAnother_movesItsClientOnlyOnceThatHasFailed() {
        List<Fake> three = Fake.many(3);
        Picker picker = Fake.picker(sticky, three, 1);
        Client client = Client.of(picker);
        var tried = new Attempts();
        tried.begin(client.endpoint.endpoint().id());
        Request hedge = PlainRequest.get("http://www.example.com/")
                .withHeader("cookie", requireNonNull(client.request.header("cookie")))
                .withTried(tried);
        Candidate other = picker.pick(hedge);
        assertThat(other).isNotSameAs(client.endpoint);
        assertThat(told(picker, hedge, other).setCookie()).isEmpty();
        tried.failed(client.endpoint.endpoint().id());
        assertThat(told(picker, hedge, other).setCookie()).startsWith("lb=");
    }

    @Test
    void affinity_acrossTiers_staysWithTheTierThatServes() {
        List<Fake> members = List.of(
                new Fake(Endpoint.of("127.0.0.1", 1)),
                new Fake(Endpoint.of("127.0.0.1", 2).withPriority(1)));
        Picker picker = Fake.picker(new Tiers(sticky), members, 1);
        Client client = Client.of(picker);
        assertThat(client.endpoint).isSameAs(members.get(0));
        assertThat(told(picker, client.request, members.get(1)).setCookie()).isEmpty();
    }

    @Test
    void secure_byDefault_isAsTheRequestCame() {
        List<Fake> one = Fake.many(1);
        Request byTls = PlainRequest.get("https://www.example.com/");
        assertThat(byTls.scheme()).isEqualTo("https");
        record Case(String option, boolean plain, boolean secured) {}
        for (Case each : List.of(
                new Case("", false, true),
                new Case("(secure=auto)", false, true),
                new Case("(secure=yes)", true, true),
                new Case("(secure=no)", false, false))) {
            Picker picker = Fake.picker(BalancerRegistry.builtIn().balancer("sticky" + each.option + "/p2c"), one, 1);
            assertThat(told(picker, Fake.REQUEST, one.get(0)).setCookie().endsWith("; Secure"))
                    .as(each.option)
                    .isEqualTo(each.plain);
            assertThat(told(picker, byTls, one.get(0)).setCookie().endsWith("; Secure"))
                    .as(each.option)
                    .isEqualTo(each.secured);
        }
    }

    /** A key is replaced: cookies of the old one are understood, and replaced as they come. */
    @Test
    void keys_replaced_clientsStay() {
        List<Fake> three = Fake.many(3);
        Picker before = Fake.picker(sticky, three, 1);
        Client client = Client.of(before);
        Picker after = Fake.picker(sticky(AffinityKeys.of(List.of(NEW_KEY, OLD_KEY))), three, 2);
        assertThat(after.pick(client.request)).isSameAs(client.endpoint);
        Affinity anew = told(after, client.request, client.endpoint);
        assertThat(after.pick(with("lb=" + value(anew)))).isSameAs(client.endpoint);
        Picker last = Fake.picker(sticky(AffinityKeys.of(List.of(NEW_KEY))), three, 3);
        assertThat(last.pick(with("lb=" + value(anew)))).isSameAs(client.endpoint);
    }

    @Test
    void pick_itsEndpointTried_isAnother() {
        List<Fake> three = Fake.many(3);
        Picker picker = Fake.picker(sticky, three, 1);
        Client client = Client.of(picker);
        var tried = new Attempts();
        tried.add(client.endpoint.endpoint().id());
        Request again = PlainRequest.get("http://www.example.com/")
                .withHeader("cookie", requireNonNull(client.request.header("cookie")))
                .withTried(tried);
        assertThat(picker.pick(again)).isNotSameAs(client.endpoint);
    }

    @Test
    void tiers_forwardTheAffinity() {
        List<Fake> members = List.of(
                new Fake(Endpoint.of("127.0.0.1", 1).withPriority(1)),
                new Fake(Endpoint.of("127.0.0.1", 2).withPriority(1)),
                new Fake(Endpoint.of("127.0.0.1", 3).withPriority(2)));
        Picker picker = Fake.picker(new Tiers(sticky), members, 1);
        Client client = Client.of(picker);
        assertThat(client.endpoint.endpoint().priority()).isEqualTo(1);
        for (int i = 0; i < 10; i++) {
            assertThat(picker.pick(client.request)).isSameAs(client.endpoint);
        }
        assertThat(told(picker, Fake.REQUEST, members.get(2)).setCookie()).isNotEmpty();
    }

    @Test
    void cookie_hasTheAttributesAskedFor() {
        var cookie = new AffinityCookie("lb", Duration.ofHours(1), "/shop", SameSite.NONE, Secure.ALWAYS, false);
        Balancer balancer = Balancers.sticky(cookie, AffinityKeys.drawn(), Balancers.random());
        List<Fake> one = Fake.many(1);
        Affinity affinity = told(Fake.picker(balancer, one, 1), Fake.REQUEST, one.get(0));
        assertThat(affinity.setCookie())
                .matches("lb=[A-Za-z0-9_-]{22}; Max-Age=3600; Path=/shop; HttpOnly; SameSite=None; Secure");
        assertThat(affinity.forwarded()).isFalse();
    }

    @Test
    void settings_thatMakeNoSense_areRefused() {
        BalancerRegistry registry = BalancerRegistry.builtIn();
        assertThat(registry.balancer(
                        "sticky(cookie=lb, max_age_s=60, path=/a, same_site=strict, secure=yes," + " forward=no)/p2c"))
                .isInstanceOf(Sticky.class);
        assertThatThrownBy(() -> registry.balancer("sticky")).hasMessageContaining("expected: followed by");
        assertThatThrownBy(() -> registry.balancer("sticky(cookie=a b)/p2c")).hasMessageContaining("cookie: \"a b\"");
        assertThatThrownBy(() -> registry.balancer("sticky(same_site=none)/p2c"))
                .hasMessageContaining("same_site: none (expected: with secure=yes");
        assertThatThrownBy(() -> registry.balancer("sticky(path=a;b)/p2c")).hasMessageContaining("path: \"a;b\"");
        assertThatThrownBy(() -> registry.balancer("sticky(keys_from=NO_SUCH_VARIABLE)/p2c"))
                .hasMessageContaining("keys_from: \"NO_SUCH_VARIABLE\"");
        assertThatThrownBy(() -> AffinityKeys.of(List.of("short")))
                .hasMessage("keys: one of 5 bytes (expected: 16 at least)");
        assertThatThrownBy(() -> AffinityKeys.of(List.of())).hasMessageContaining("keys: none");
    }
}
