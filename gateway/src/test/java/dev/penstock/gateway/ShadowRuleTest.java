package dev.penstock.gateway;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.Penstock;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.catalog.ShadowSpec;
import dev.penstock.config.Configuration;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.proxy.Gateway;
import dev.penstock.route.Match;
import dev.penstock.runtime.GatewayRuntime;
import dev.penstock.service.Service;
import dev.penstock.shadow.ShadowReport;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.RawClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A rule beside the live one, through the real proxy. */
@Timeout(120)
class ShadowRuleTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String FILE = """
            listeners: [{name: web, address: "127.0.0.1:0"}]
            admin: "127.0.0.1:0"
            routes: [{service: site}]
            services:
              site:
                endpoints: ["B1", "B2"]
                balancer: round_robin
                shadow: first
                attempts: 3
            """;

    private final EchoBackend b1 = EchoBackend.start("B1");
    private final EchoBackend b2 = EchoBackend.start("B2");

    @AfterEach
    void close() {
        b1.close();
        b2.close();
    }

    private Configuration configuration(String text) throws Exception {
        return GatewayRuntime.reader()
                .read("test.yaml", text.replace("B1", b1.address()).replace("B2", b2.address()));
    }

    private static Map<String, Integer> tally(int port, int requests) throws IOException {
        Map<String, Integer> counts = new HashMap<>();
        try (var client = RawClient.connect(port)) {
            for (int i = 0; i < requests; i++) {
                counts.merge(client.get("a", "/").echo().backend(), 1, Integer::sum);
            }
        }
        return counts;
    }

    private static int port(String address) {
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    private static JsonNode site(GatewayRuntime runtime) throws IOException {
        try (var client = RawClient.connect(port(runtime.adminAddress().orElseThrow()))) {
            return new ObjectMapper()
                    .readTree(client.get("admin", "/state").text())
                    .at("/services/0");
        }
    }

    /** The shadow begins a moment after its service. */
    private static Service awaitShadow(Penstock penstock) {
        Service site = penstock.table().service(ServiceName.of("site")).orElseThrow();
        eventually(
                SOON,
                () -> assertThat(site.shadow())
                        .hasValueSatisfying(
                                report -> assertThat(report.endpoints()).hasSize(2)));
        return site;
    }

    @Test
    void shadowOfTheFile_showsInTheState_andIsPromotedByOneCall() throws Exception {
        try (GatewayRuntime runtime = GatewayRuntime.start(configuration(FILE))) {
            int port = port(runtime.address("web"));
            awaitShadow(runtime.penstock());

            assertThat(tally(port, 100)).containsOnly(Map.entry("B1", 50), Map.entry("B2", 50));

            eventually(
                    SOON,
                    () -> assertThat(site(runtime)
                                    .at("/shadow/endpoints/0/shadow/inFlight")
                                    .asInt())
                            .isZero());
            JsonNode shadow = site(runtime).path("shadow");
            assertThat(shadow.path("balancer").asText()).isEqualTo("first");
            assertThat(shadow.path("requests").asInt()).isEqualTo(100);
            assertThat(shadow.path("agreement").asDouble()).isEqualTo(0.5);
            assertThat(shadow.at("/endpoints/0/live/picks").asInt()).isEqualTo(50);
            assertThat(shadow.at("/endpoints/0/shadow/picks").asInt()
                            + shadow.at("/endpoints/1/shadow/picks").asInt())
                    .isEqualTo(100);
            assertThat(shadow.at("/endpoints/0/shadow/picks").asInt()).isIn(0, 100);
            assertThat(shadow.at("/expected/liveMillis").asDouble()).isPositive();

            runtime.penstock().promoteShadow("site").toCompletableFuture().get(30, TimeUnit.SECONDS);

            assertThat(tally(port, 20)).hasSize(1);
            assertThat(site(runtime).path("balancer").asText()).isEqualTo("first");
            assertThat(site(runtime).has("shadow")).isFalse();
            assertThat(site(runtime).at("/endpoints/0/started").asInt()
                            + site(runtime).at("/endpoints/1/started").asInt())
                    .isEqualTo(120); // counters go on

            runtime.apply(configuration(FILE.replace("attempts: 3", "attempts: 2"))); // nothing about rules
            assertThat(site(runtime).path("balancer").asText()).isEqualTo("first");
            runtime.apply(configuration(FILE.replace("shadow: first", "shadow: p2c")));
            assertThat(site(runtime).path("balancer").asText()).isEqualTo("round_robin");
            eventually(
                    SOON,
                    () -> assertThat(site(runtime).at("/shadow/balancer").asText())
                            .isEqualTo("p2c"));
        }
    }

    @Test
    void shadowEmbedded_promotedUnderLoad_failsNoRequest() throws Exception {
        try (var gateway = Gateway.builder()
                .listen("127.0.0.1:0")
                .service(ServiceSpec.of("site", b1.address(), b2.address()).withShadow(new ShadowSpec("p2c_ewma", 50)))
                .route(Match.ALL, "site")
                .start()) {
            Service site = awaitShadow(gateway.penstock());
            var over = new AtomicBoolean();
            ExecutorService threads = Executors.newFixedThreadPool(4);
            List<Future<Integer>> clients = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                clients.add(threads.submit(() -> load(gateway.port(), over)));
            }
            threads.shutdown();
            try {
                eventually(
                        SOON,
                        () -> assertThat(site.shadow().orElseThrow().requests()).isGreaterThan(200));
                ShadowReport report = site.shadow().orElseThrow();
                site.promoteShadow().toCompletableFuture().get(30, TimeUnit.SECONDS);
                assertThat(report.runs()).isTrue();
                assertThat(report.endpoints())
                        .allSatisfy(share -> assertThat(share.live().picks()).isPositive());
                int before = b1.requests() + b2.requests();
                eventually(SOON, () -> assertThat(b1.requests() + b2.requests()).isGreaterThan(before + 200));
            } finally {
                over.set(true);
            }
            for (Future<Integer> client : clients) {
                assertThat(client.get(30, TimeUnit.SECONDS)).isPositive();
            }
            assertThat(site.spec().balancer()).isEqualTo("p2c_ewma");
            assertThat(site.plugInFaults()).isZero();
        }
    }

    private static int load(int port, AtomicBoolean over) {
        int answered = 0;
        try (var client = RawClient.connect(port)) {
            while (!over.get()) {
                assertThat(client.get("a", "/").status()).isEqualTo(200);
                answered++;
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return answered;
    }
}
