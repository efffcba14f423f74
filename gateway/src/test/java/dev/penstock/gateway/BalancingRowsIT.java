package dev.penstock.gateway;

import static dev.penstock.gateway.PackagedSite.addresses;
import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testkit.DeadAddress;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.RawResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How requests are spread, by the packaged program as a process of its own. */
class BalancingRowsIT {
    private static final List<EchoBackend> ALL = Stream.of("a", "b", "c", "d")
            .map(EchoBackend::start)
            .sorted((one, other) -> one.address().compareTo(other.address()))
            .toList();
    private static final EchoBackend A = ALL.get(0);
    private static final EchoBackend B = ALL.get(1);
    private static final EchoBackend C = ALL.get(2);
    private static final EchoBackend D = ALL.get(3);
    private static final EchoBackend HELD = EchoBackend.start("held");
    private static final EchoBackend FREE = EchoBackend.start("free");
    private static final EchoBackend PREFERRED = EchoBackend.start("preferred");
    private static final DeadAddress REFUSING = DeadAddress.refusing();
    private static PackagedSite site;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        Map<String, String> services = new HashMap<>();
        services.put("random", "balancer: random, " + addresses(A, B, C));
        services.put("weighted", "balancer: weighted_round_robin, endpoints: " + weights(A, 3, B, 2, C, 1));
        services.put("least", "balancer: least_requests, " + addresses(HELD, FREE));
        services.put("shares", "balancer: least_requests, endpoints: " + weights(HELD, 750, FREE, 250));
        services.put("light", "balancer: least_requests, endpoints: " + weights(A, 500, B, 1));
        services.put(
                "tiers",
                String.format(
                        Locale.ROOT,
                        "health: {outliers: {ejection: 1s}}, endpoints: [{address: %s, priority: 1}, {address: %s, priority: 2}]",
                        PREFERRED.address(),
                        C.address()));
        services.put("sticky", "balancer: sticky(by=client)/round_robin, discover: CONSUL/sticky");
        services.put("cookie", "balancer: sticky(cookie=lb)/p2c, " + addresses(A, B, C));
        services.put("rounds", addresses(A, B, C, D));
        services.put("later", "discover: CONSUL/later");
        services.put("ordered", "discover: CONSUL/ordered");
        services.put("nodes", "discover: CONSUL/nodes");
        services.put("last", "balancer: last, " + addresses(A, B, C, D));
        services.put("throws", "balancer: wrong(does=throws), " + addresses(A));
        services.put("blocks", "balancer: wrong(does=blocks), " + addresses(A));
        services.put("nothing", "balancer: wrong(does=nothing), " + addresses(A));
        site = new PackagedSite(directory, services);
    }

    private static String weights(EchoBackend one, int its, EchoBackend other, int others) {
        return String.format(
                Locale.ROOT,
                "[{address: %s, weight: %d}, {address: %s, weight: %d}]",
                one.address(),
                its,
                other.address(),
                others);
    }

    private static String weights(EchoBackend one, int a, EchoBackend two, int b, EchoBackend three, int c) {
        String first = weights(one, a, two, b);
        return first.substring(0, first.length() - 1)
                + String.format(Locale.ROOT, ", {address: %s, weight: %d}]", three.address(), c);
    }

    @AfterAll
    static void stop() throws Exception {
        try {
            site.close();
        } finally {
            ALL.forEach(EchoBackend::close);
            List.of(HELD, FREE, PREFERRED).forEach(EchoBackend::close);
            REFUSING.close();
        }
    }

    private static List<String> sequence(String service, int requests) throws Exception {
        List<String> names = new ArrayList<>();
        try (var client = site.connect()) {
            for (int i = 0; i < requests; i++) {
                names.add(client.get(service + ".test", "/").echo().backend());
            }
        }
        return names;
    }

    @Test
    void B04_random_isEven_mixed_andDiffersFromRunToRun() throws Exception {
        List<String> names = sequence("random", 3_000);
        for (EchoBackend backend : List.of(A, B, C)) {
            assertThat(names.stream().filter(backend.name()::equals).count()).isBetween(850L, 1_150L);
        }
        for (int i = 0; i + 100 <= names.size(); i++) {
            assertThat(new HashSet<>(names.subList(i, i + 100))).hasSizeGreaterThanOrEqualTo(2);
        }
        assertThat(sequence("random", 100)).isNotEqualTo(names.subList(0, 100));
    }

    @Test
    void B05_weightedRoundRobin_keepsTheWeights_withoutLongRuns() throws Exception {
        List<String> names = sequence("weighted", 600);
        assertThat(names.stream().filter(A.name()::equals).count()).isBetween(299L, 301L);
        assertThat(names.stream().filter(B.name()::equals).count()).isBetween(199L, 201L);
        assertThat(names.stream().filter(C.name()::equals).count()).isBetween(99L, 101L);
        for (int i = 0; i + 4 <= names.size(); i++) {
            assertThat(new HashSet<>(names.subList(i, i + 4))).hasSizeGreaterThan(1);
        }
    }

    @Test
    void B06_leastRequests_avoidsTheBusyOne_andUsesAllWhenEqual() throws Exception {
        List<RawClient> open = held("least", 10);
        assertThat(HELD.inFlight()).isEqualTo(5); // equal counts: both are used
        FREE.release();
        site.awaitInFlight("least", 5);
        assertThat(site.tally("least", 5)).containsEntry("free", 5);
        release(open);
    }

    @Test
    void B07_weightedLeastRequests_keepsTheShares_ofManyLongRequests() throws Exception {
        List<RawClient> open = held("shares", 400);
        assertThat(HELD.inFlight()).isBetween(290, 310);
        assertThat(FREE.inFlight()).isBetween(90, 110);
        release(open);
        assertThat(site.tally("light", 10_000).get(B.name())).isPositive();
    }

    private static List<RawClient> held(String service, int requests) throws Exception {
        HELD.hold();
        FREE.hold();
        List<RawClient> open = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            open.add(site.begin(service));
        }
        eventually(
                Packaged.SOON,
                () -> assertThat(HELD.inFlight() + FREE.inFlight()).isEqualTo(requests));
        return open;
    }

    private static void release(List<RawClient> open) throws Exception {
        HELD.release();
        FREE.release();
        for (RawClient client : open) {
            assertThat(client.read().status()).isEqualTo(200);
            client.close();
        }
    }

    @Test
    void B08_tierThatRefuses_isLeftWithinOneRequest_andReturnedTo() throws Exception {
        assertThat(site.tally("tiers", 20)).containsEntry("preferred", 20);
        PREFERRED.refuse();
        PREFERRED.closeConnections();
        assertThat(site.tally("tiers", 20)).containsEntry(C.name(), 20);
        PREFERRED.accept();
        eventually(Packaged.SOON, () -> assertThat(site.tally("tiers", 20)).containsEntry("preferred", 20));
    }

    @Test
    void B09_stickyByClient_keepsEachAddressOnOneBackend_whichMovesOnceItIsGone() throws Exception {
        site.consul("sticky", A, B, C);
        String before = onlyOne("127.0.0.2");
        onlyOne("127.0.0.1");
        onlyOne("127.0.0.3");
        site.consul(
                "sticky",
                Stream.of(A, B, C)
                        .filter(backend -> !backend.name().equals(before))
                        .toArray(EchoBackend[]::new));
        assertThat(onlyOne("127.0.0.2")).isNotEqualTo(before);
    }

    private static String onlyOne(String client) throws Exception {
        Set<String> names = new HashSet<>();
        try (var connection = site.connect(client)) {
            for (int i = 0; i < 100; i++) {
                names.add(connection.get("sticky.test", "/").echo().backend());
            }
        }
        assertThat(names).hasSize(1);
        return names.iterator().next();
    }

    @Test
    void B09_stickyCookie_isSetOnce_andKeepsItsClientOnOneBackend() throws Exception {
        try (var client = site.connect()) {
            RawResponse first = client.get("cookie.test", "/");
            String set = first.header("Set-Cookie").orElseThrow();
            for (int i = 0; i < 50; i++) {
                RawResponse again = client.exchange("GET / HTTP/1.1\r\nHost: cookie.test\r\nCookie: "
                        + set.substring(0, set.indexOf(';')) + "\r\n\r\n");
                assertThat(again.echo().backend()).isEqualTo(first.echo().backend());
                assertThat(again.header("Set-Cookie")).isEmpty();
            }
        }
    }

    @Test
    void B12_roundRobin_under32Threads_isExact() throws Exception {
        Map<String, Integer> counts = new ConcurrentHashMap<>();
        PackagedSite.together(
                32, i -> site.tally("rounds", 250).forEach((name, count) -> counts.merge(name, count, Integer::sum)));
        assertThat(counts)
                .hasSize(4)
                .allSatisfy((name, count) -> assertThat(count).isEqualTo(2_000));
    }

    @Test
    void B13_emptyList_gets503_andALaterEndpointWorksAtOnce() throws Exception {
        site.consul("later");
        assertThat(site.status("later")).isEqualTo(503);
        site.consul("later", A);
        assertThat(site.tally("later", 3)).containsEntry(A.name(), 3);
    }

    @Test
    void B14_changes_leaveTheOrderOfTheOthersAlone() throws Exception {
        site.consul("ordered", A, B, D);
        assertThat(site.addresses("ordered")).containsExactly(A.address(), B.address(), D.address());
        site.consul("ordered", D, C, B, A);
        assertThat(site.addresses("ordered")).containsExactly(A.address(), B.address(), C.address(), D.address());
        site.consul("ordered", D, C, A);
        assertThat(site.addresses("ordered")).containsExactly(A.address(), C.address(), D.address());
    }

    @Test
    void B15_balancerOfAThirdParty_isChosenByItsName() throws Exception {
        assertThat(site.tally("last", 10)).containsEntry(D.name(), 10);
    }

    @Test
    void K05_oneOfThreeNodesRefuses_noClientSeesIt() throws Exception {
        site.put("nodes", REFUSING.port(), A.port(), B.port());
        eventually(Packaged.SOON, () -> assertThat(site.addresses("nodes")).hasSize(3));
        assertThat(site.tally("nodes", 300)).containsOnlyKeys(A.name(), B.name());
    }

    /** A rule that throws, gives nothing, or never comes back from being made: its own service fails, no other notices. */
    @ParameterizedTest
    @ValueSource(strings = {"throws", "blocks", "nothing"})
    void X10_ruleOfAThirdPartyThatIsBroken_harmsItsOwnServiceOnly(String how) throws Exception {
        for (int i = 0; i < 20; i++) {
            assertThat(site.status(how)).isEqualTo(503);
        }
        assertThat(site.tally("rounds", 40)).hasSize(4);
        assertThat(site.log().lines().filter(line -> line.contains(" WARN ")).count())
                .isLessThan(20);
    }
}
