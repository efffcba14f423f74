package dev.penstock.gateway;

import static dev.penstock.gateway.PackagedSite.addresses;
import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testkit.BackendExchange;
import dev.penstock.testkit.DeadAddress;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.RawResponse;
import dev.penstock.testkit.Responder;
import dev.penstock.testkit.StubBackend;
import dev.penstock.testkit.StubConnection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of requests when endpoints fail or are full, by the packaged program as a process of its own. */
class ResilienceRowsIT {
    private static final List<AutoCloseable> RESOURCES = new ArrayList<>();
    private static final EchoBackend GOOD = backend("good");
    private static final EchoBackend SPARE = backend("spare");
    private static final EchoBackend SPARE2 = backend("spare2");
    private static final EchoBackend DOWN1 = backend("down1");
    private static final EchoBackend DOWN2 = backend("down2");
    private static final EchoBackend EJECTED = backend("ejected");
    private static final EchoBackend BROKEN = backend("broken");
    private static final EchoBackend CHECKED = backend("checked");
    private static final EchoBackend DIALLED = backend("dialled");
    private static final EchoBackend SICK = backend("sick");
    private static final EchoBackend FAILING = backend("failing");
    private static final EchoBackend LEAVING = backend("leaving");
    private static final EchoBackend NARROW = backend("narrow");
    private static final EchoBackend SMALL = backend("small");
    private static final EchoBackend FRESH = backend("fresh");
    private static final DeadAddress REFUSING = keep(DeadAddress.refusing());
    private static final List<StubBackend> CLOSING = Stream.generate(
                    () -> keep(StubBackend.start(StubConnection::close)))
            .limit(5)
            .toList();
    private static final StubBackend RESETTING = keep(StubBackend.start(connection -> {
        connection.readHead();
        connection.reset();
    }));
    private static final AtomicInteger HEALTH = new AtomicInteger(200);
    private static final String UNWATCHED = "health: {outliers: false}, ";
    private static PackagedSite site;

    private static <T extends AutoCloseable> T keep(T resource) {
        RESOURCES.add(resource);
        return resource;
    }

    private static EchoBackend backend(String name) {
        return keep(EchoBackend.start(name));
    }

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        Map<String, String> services = new HashMap<>();
        String refusing = REFUSING.address() + ", ";
        services.put("refused", "endpoints: [" + refusing + GOOD.address() + "]");
        services.put(
                "closing",
                UNWATCHED + "endpoints: "
                        + CLOSING.stream().map(StubBackend::address).toList());
        services.put(
                "resetting",
                UNWATCHED + "endpoints: [" + RESETTING.address() + ", {address: " + GOOD.address() + ", priority: 1}]");
        services.put("down", addresses(DOWN1, DOWN2) + fallback(SPARE.address()));
        services.put("bad", addresses(BROKEN) + fallback(SPARE.address()));
        services.put("alone", addresses(BROKEN));
        services.put(
                "ranked",
                "endpoints: [" + REFUSING.address() + "]"
                        + fallback("{address: " + REFUSING.address() + ", priority: 1}, {address: " + SPARE2.address()
                                + ", priority: 2}"));
        services.put(
                "shared",
                "endpoints: [" + REFUSING.address() + "]"
                        + fallback("{address: " + SPARE.address() + ", weight: 2}, " + SPARE2.address()));
        services.put(
                "ejecting",
                "attempts: 1, health: {outliers: {failures: 3, ejection: 2s}}, " + addresses(EJECTED, GOOD));
        services.put("breaking", UNWATCHED + "circuitBreaker: {open: 2s}, " + addresses(FAILING));
        services.put("checked", "health: {check: {path: /health, interval: 200ms}}, " + addresses(CHECKED, GOOD));
        services.put("dialled", "health: {check: {kind: tcp, interval: 200ms}}, " + addresses(DIALLED, GOOD));
        services.put("unhealthy", "health: {check: {path: /health, interval: 200ms}}, " + addresses(SICK));
        services.put("panicking", "health: {panic: 50, check: {path: /health, interval: 200ms}}, " + addresses(SICK));
        services.put("leaving", "balancer: first, discover: CONSUL/leaving");
        services.put("narrow", "limits: {perEndpoint: 2}, " + addresses(NARROW));
        services.put("impatient", "limits: {perEndpoint: 2, wait: 500ms}, " + addresses(NARROW));
        services.put("small", "limits: {requests: 10}, " + addresses(SMALL));
        services.put("growing", "health: {slowStart: 3s}, discover: CONSUL/growing, " + addresses(GOOD));
        services.put("good", addresses(GOOD));
        SICK.answer(Responder.fixed(500, "sick"));
        FAILING.answer(Responder.fixed(500, "failing"));
        CHECKED.answer(ResilienceRowsIT::asHealth);
        site = new PackagedSite(directory, services);
    }

    private static String fallback(String endpoints) {
        return ", fallback: {probe: 500ms, endpoints: [" + endpoints + "]}";
    }

    private static void asHealth(BackendExchange exchange) throws IOException {
        boolean check = exchange.head().target().equals("/health");
        exchange.respond(check ? HEALTH.get() : 200, exchange.echo().toBytes());
    }

    @AfterAll
    static void stop() throws Exception {
        try {
            site.close();
        } finally {
            for (AutoCloseable resource : RESOURCES) {
                resource.close();
            }
        }
    }

    private static RawResponse send(String service, String method, byte[] body) throws IOException {
        try (var client = site.connect()) {
            return client.send(method + " / HTTP/1.1\r\nHost: " + service + ".test\r\nContent-Length: " + body.length
                            + "\r\n\r\n")
                    .send(body)
                    .read(method);
        }
    }

    private static byte[] body(int bytes) {
        var body = new byte[bytes];
        new SplittableRandom(bytes).nextBytes(body);
        return body;
    }

    private static void down(EchoBackend... backends) {
        for (EchoBackend backend : backends) {
            backend.refuse();
            backend.closeConnections();
        }
    }

    @Test
    void F01_connectFailure_goesToAnotherEndpoint() throws Exception {
        assertThat(site.tally("refused", 100)).containsEntry("good", 100);
    }

    @Test
    void F02_fiveEndpointsThatAcceptAndClose_get502AfterThreeAttempts() throws Exception {
        assertThat(site.status("closing")).isEqualTo(502);
        assertThat(CLOSING.stream().mapToInt(StubBackend::connections).sum()).isEqualTo(3);
        assertThat(CLOSING.stream().mapToInt(StubBackend::connections).max()).hasValue(1);
    }

    @Test
    void F03_postWhoseFirstEndpointRefuses_reachesTheNextExactly() throws Exception {
        byte[] body = body(64 << 10);
        for (int i = 0; i < 4; i++) {
            assertThat(send("refused", "POST", body).echo().body()).isEqualTo(body);
        }
    }

    @Test
    void F03_readAndReset_postIsNotSentAgain_getIs() throws Exception {
        assertThat(send("resetting", "POST", body(100)).status()).isEqualTo(502);
        assertThat(GOOD.heads().stream().filter(head -> head.headers("Host").contains("resetting.test")))
                .isEmpty();
        assertThat(site.tally("resetting", 1)).containsEntry("good", 1);
    }

    @Test
    void F06_allEndpointsDown_theFallbackAnswers_andOneThatIsBackTakesOver() throws Exception {
        assertThat(site.tally("down", 10)).containsOnlyKeys("down1", "down2");
        down(DOWN1, DOWN2);
        assertThat(site.tally("down", 20)).containsEntry("spare", 20);
        DOWN1.accept();
        eventually(Packaged.SOON, () -> assertThat(site.tally("down", 1)).containsKey("down1"));
        assertThat(site.tally("down", 50)).containsEntry("down1", 50);
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503, 504})
    void F07_badAnswer_isReplacedByTheFallbacks_andPassedOnWithout(int status) throws Exception {
        BROKEN.answer(Responder.fixed(status, "broken"));
        assertThat(site.tally("bad", 5)).containsEntry("spare", 5);
        assertThat(site.status("alone")).isEqualTo(status);
        BROKEN.answer(Responder.fixed(404, "not here"));
        assertThat(site.status("bad")).isEqualTo(404);
    }

    @Test
    void F08_fallbacks_obeyPriorityAndWeight() throws Exception {
        assertThat(site.tally("ranked", 20)).containsEntry("spare2", 20); // the first one refuses
        Map<String, Integer> shared = site.tally("shared", 300);
        assertThat(shared.get("spare")).isBetween(180, 220);
        assertThat(shared.get("spare2")).isBetween(80, 120);
    }

    @Test
    void F09_failuresInARow_ejectForAWhile_andThenItIsTriedAgain() throws Exception {
        EJECTED.answer(Responder.fixed(503, "broken"));
        eventually(Packaged.SOON, () -> {
            for (int i = 0; i < 6; i++) { // again where it was readmitted before anybody looked
                site.status("ejecting");
            }
            assertThat(site.state("ejecting", EJECTED).path("eligible").asBoolean())
                    .isFalse();
        });
        int requests = EJECTED.requests();
        EJECTED.answer(Responder.echo());
        boolean out = true;
        while (out) {
            assertThat(site.status("ejecting")).isEqualTo(200);
            int seen = EJECTED.requests();
            out = !site.state("ejecting", EJECTED).path("eligible").asBoolean();
            assertThat(seen == requests || !out).isTrue();
        }
        eventually(Packaged.SOON, () -> assertThat(site.tally("ejecting", 2)).containsKey("ejected"));
    }

    @Test
    void F10_mostRequestsFail_thenAllAreRefused_thenExactlyOneTries() throws Exception {
        try (var client = site.connect()) {
            for (int i = 0; i < 20; i++) {
                assertThat(client.get("breaking.test", "/").status()).isEqualTo(500);
            }
            for (int i = 0; i < 20; i++) {
                RawResponse refused = client.get("breaking.test", "/");
                assertThat(refused.status()).isEqualTo(503);
                assertThat(refused.header("Retry-After").orElseThrow()).isIn("1", "2");
            }
            eventually(
                    Packaged.SOON,
                    () -> assertThat(client.get("breaking.test", "/").status()).isEqualTo(500));
            assertThat(client.get("breaking.test", "/").status()).isEqualTo(503); // it failed: open again
        }
        assertThat(FAILING.requests()).isEqualTo(21);
    }

    @Test
    void F11_httpCheckThatTurns503_takesTheEndpointOutUntilItIsGoodAgain() throws Exception {
        site.awaitEligible("checked", CHECKED, true);
        HEALTH.set(503);
        site.awaitEligible("checked", CHECKED, false);
        assertThat(site.tally("checked", 20)).containsEntry("good", 20);
        HEALTH.set(302);
        site.awaitEligible("checked", CHECKED, true);
        assertThat(site.tally("checked", 20)).containsKey("checked");
    }

    @Test
    void F12_tcpCheck_takesTheEndpointOutUntilItAcceptsAgain() throws Exception {
        down(DIALLED);
        site.awaitEligible("dialled", DIALLED, false);
        assertThat(site.tally("dialled", 20)).containsEntry("good", 20);
        DIALLED.accept();
        site.awaitEligible("dialled", DIALLED, true);
        assertThat(site.tally("dialled", 20)).containsKey("dialled");
    }

    @Test
    void F13_nothingHealthy_is503_andWithPanicAllAreUsed() throws Exception {
        site.awaitEligible("unhealthy", SICK, false);
        assertThat(site.status("unhealthy")).isEqualTo(503);
        eventually(
                Packaged.SOON,
                () -> assertThat(site.state("panicking").path("panic").asBoolean())
                        .isTrue());
        assertThat(site.status("panicking")).isEqualTo(500); // what the endpoint says
    }

    @Test
    void F14_requestInFlight_survivesTheRemovalOfItsEndpoint() throws Exception {
        var half = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        LEAVING.answer(exchange -> {
            exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfirst");
            half.countDown();
            try {
                assertThat(go.await(60, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            exchange.send("again");
        });
        site.consul("leaving", LEAVING);
        try (var client = site.begin("leaving")) {
            assertThat(half.await(60, TimeUnit.SECONDS)).isTrue();
            site.consul("leaving", GOOD);
            assertThat(site.tally("leaving", 50)).containsEntry("good", 50);
            go.countDown();
            assertThat(client.read().text()).isEqualTo("firstagain");
        }
        assertThat(LEAVING.requests()).isEqualTo(1);
    }

    @Test
    void F17_moreThanAnEndpointTakes_waitForTheirTurn_orGet503() throws Exception {
        NARROW.hold();
        List<RawClient> open = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            open.add(site.begin("narrow"));
        }
        NARROW.awaitHeld(2);
        eventually(
                Packaged.SOON,
                () -> assertThat(site.state("narrow").at("/limits/waiting").asInt())
                        .isEqualTo(3));
        assertThat(NARROW.inFlight()).isEqualTo(2);
        NARROW.release();
        for (RawClient client : open) {
            assertThat(client.read().status()).isEqualTo(200);
            client.close();
        }
        assertThat(NARROW.mostInFlight()).isEqualTo(2);
        assertThat(NARROW.requests()).isEqualTo(5);

        NARROW.hold();
        try (var one = site.begin("impatient");
                var two = site.begin("impatient")) {
            NARROW.awaitHeld(2);
            assertThat(site.status("impatient")).isEqualTo(503);
            NARROW.release();
            assertThat(one.read().status()).isEqualTo(200);
            assertThat(two.read().status()).isEqualTo(200);
        }
    }

    @Test
    void F18_moreThanTheServiceTakes_wait_andOtherServicesDoNotNotice() throws Exception {
        SMALL.hold();
        List<RawClient> open = new ArrayList<>();
        for (int i = 0; i < 11; i++) {
            open.add(site.begin("small"));
        }
        SMALL.awaitHeld(10);
        assertThat(site.tally("good", 50)).containsEntry("good", 50);
        assertThat(SMALL.inFlight()).isEqualTo(10);
        SMALL.release();
        for (RawClient client : open) {
            assertThat(client.read().status()).isEqualTo(200);
            client.close();
        }
        assertThat(SMALL.mostInFlight()).isEqualTo(10);
    }

    @Test
    void F19_newEndpoint_getsLittleAtFirst_andItsShareOnceItHasGrown() throws Exception {
        site.put("growing", FRESH.port());
        eventually(Packaged.SOON, () -> assertThat(site.addresses("growing")).hasSize(2));
        int growth = site.state("growing", FRESH).path("growthPercent").asInt();
        Map<String, Integer> first = site.tally("growing", 100);
        int after = site.state("growing", FRESH).path("growthPercent").asInt();
        double most = after / (100.0 + after) * 100;
        assertThat(growth).isLessThan(100);
        assertThat(first.getOrDefault("fresh", 0)).as("grown to %d %%", after).isLessThanOrEqualTo((int) most + 2);
        eventually(
                Packaged.SOON,
                () -> assertThat(site.state("growing", FRESH)
                                .path("growthPercent")
                                .asInt(100))
                        .isEqualTo(100));
        assertThat(site.tally("growing", 100).get("fresh")).isBetween(45, 55);
    }

    @Test
    void simulate_sameSeed_sameBytesInAnotherProcess() throws Exception {
        String[] arguments = {"simulate", "--seconds=1", "--scenario=slow-hosts", "--balancer=p2c", "--seed=7", "--json"
        };
        var here = new InProcess(Map.of());
        assertThat(here.run(arguments)).as(here.err()).isZero();
        try (var run = Packaged.start(arguments)) {
            assertThat(run.status()).as(run.err()).isZero();
            assertThat(run.out().equals(here.out())).isTrue(); // long texts that nobody would read
            assertThat(run.out()).hasSizeGreaterThan(1_000);
        }
    }
}
