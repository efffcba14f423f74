package dev.penstock.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.Penstock;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.RouteSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.config.AdminSettings;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.load.LoadReport;
import dev.penstock.load.Outcome;
import dev.penstock.middleware.InFlightLimit;
import dev.penstock.request.PlainRequest;
import dev.penstock.retry.BudgetSpec;
import dev.penstock.retry.Failed;
import dev.penstock.retry.Failure;
import dev.penstock.retry.RetrySpec;
import dev.penstock.route.Match;
import dev.penstock.route.PathMatch;
import dev.penstock.route.ValueMatch;
import dev.penstock.time.Ticker;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AdminHandlerTest {
    private static final Match API = Match.ALL
            .withHost("*.example.com")
            .withPath(new PathMatch.Prefix("/api"))
            .withMethods(Set.of("POST", "GET"))
            .withHeaders(List.of(new ValueMatch("X-Key", Set.of("s3cret"))));

    private static final TlsFacts TLS = new TlsFacts(
            List.of(new TlsFacts.Certificate(
                    List.of("a.test"), "a.pem", Instant.parse("2027-01-01T00:00:00Z"), "off", "")),
            Map.of("not_tls", 1L));

    private final Penstock penstock = Penstock.builder()
            .listener(ListenerSpec.of("web", "127.0.0.1:0"))
            .service(ServiceSpec.of("orders")
                    .withEndpoints(List.of(
                            Endpoint.parse("127.0.0.1:9001").withMetadata(Map.of("token", "s3cret")),
                            Endpoint.parse("127.0.0.1:9002").withWeight(0))))
            .route(Match.ALL, "orders")
            .route(RouteSpec.of(API, "orders").withMiddleware(new InFlightLimit(5)))
            .build();
    private Status status = Status.OK;
    private final AdminHandler handler = new AdminHandler(
            penstock,
            () -> status,
            () -> new ProgramFacts(
                    "1.2.3",
                    "epoll",
                    "jdk",
                    new BufferFacts(5, 1 << 20),
                    new FileFacts(2, List.of("penstock.yaml:1:1: routes: 7")),
                    Map.of("web", new ListenerFacts("127.0.0.1:8080", 7, Map.of("address", 3L), TLS, ""))),
            () -> List.of("up ".getBytes(UTF_8), "1\n".getBytes(UTF_8)),
            Ticker.system(),
            new ApiSetup(AdminSettings.defaults(), (version, listener) -> ListenerOutcome.DONE));

    @AfterEach
    void close() {
        penstock.close();
    }

    @Test
    void S01_status_saysTheWordAndItsHttpStatus() {
        for (Status now : Status.values()) {
            status = now;
            AdminResponse response = handler.handle(AdminRequest.get("/status"));

            assertThat(response.status()).isEqualTo(now == Status.OK ? 200 : 503);
            assertThat(response.body()).isEqualTo(now.name() + "\n");
            assertThat(response.headers()).containsEntry("Content-Type", "text/plain; charset=utf-8");
        }
    }

    @Test
    void S04_metrics_areTextOfPrometheus() {
        AdminResponse response = handler.handle(AdminRequest.get("/metrics"));

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.pieces().stream().map(piece -> new String(piece, UTF_8)))
                .containsExactly("up ", "1\n");
        assertThat(response.headers()).containsEntry("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
        assertThat(handler.handle(new AdminRequest("POST", "/metrics")).status())
                .isEqualTo(405);
    }

    @Test
    void state_tellsProgramListenersRoutesAndServices() throws Exception {
        JsonNode state = state();

        assertThat(state.at("/version").asText()).isEqualTo("1.2.3");
        assertThat(state.at("/status").asText()).isEqualTo("OK");
        assertThat(state.at("/transport").asText()).isEqualTo("epoll");
        assertThat(state.at("/tls").asText()).isEqualTo("jdk");
        assertThat(state.at("/buffers/held").asLong()).isEqualTo(5);
        assertThat(state.at("/file/refused").asLong()).isEqualTo(2);
        assertThat(state.at("/file/faults/0").asText()).isEqualTo("penstock.yaml:1:1: routes: 7");
        assertThat(state.at("/buffers/most").asLong()).isEqualTo(1 << 20);
        JsonNode tls = state.at("/listeners/0/tls");
        assertThat(tls.at("/certificates/0/names/0").asText()).isEqualTo("a.test");
        assertThat(tls.at("/certificates/0/notAfter").asText()).isEqualTo("2027-01-01T00:00:00Z");
        assertThat(tls.at("/certificates/0/problem").isMissingNode()).isTrue();
        assertThat(tls.at("/refused/not_tls").asLong()).isEqualTo(1);
        assertThat(state.at("/routes/0/middleware/0").asText()).isEqualTo("in flight up to 5");
        assertThat(state.at("/routes/0/refused").isEmpty()).isTrue();
        assertThat(state.at("/listeners/0/name").asText()).isEqualTo("web");
        assertThat(state.at("/listeners/0/address").asText()).isEqualTo("127.0.0.1:8080");
        assertThat(state.at("/listeners/0/connections").asInt()).isEqualTo(7);
        assertThat(state.at("/listeners/0/open").asBoolean()).isTrue();
        assertThat(state.at("/listeners/0/problem").isMissingNode()).isTrue();
        assertThat(state.at("/listeners/0/refused/address").asInt()).isEqualTo(3);
        JsonNode api = state.at("/routes").get(0).at("/host").asText().equals("*.example.com")
                ? state.at("/routes/0")
                : state.at("/routes/1");
        assertThat(api.at("/path/prefix").asText()).isEqualTo("/api");
        assertThat(api.at("/methods").toString()).isEqualTo("[\"GET\",\"POST\"]");
        assertThat(api.at("/headers").toString()).isEqualTo("[\"X-Key\"]");
        assertThat(state.at("/services/0/name").asText()).isEqualTo("orders");
        assertThat(state.at("/services/0/balancer").asText()).isEqualTo("round_robin");
        assertThat(state.at("/services/0/source/state").asText()).isEqualTo("READY");
    }

    @Test
    void state_tellsEveryEndpointWithItsLoadAndWhyItIsExcluded() throws Exception {
        var lease = penstock.acquire(PlainRequest.get("http://a/")).fold(held -> held, refusal -> {
            throw new AssertionError(refusal);
        });
        assertThat(state().at("/services/0/endpoints/0/inFlight").asInt()).isEqualTo(1);
        lease.report(new LoadReport(0.25, 0, 0, 10, 1, Map.of()));
        lease.complete(Outcome.BROKEN);

        JsonNode first = state().at("/services/0/endpoints/0");
        assertThat(first.at("/address").asText()).isEqualTo("127.0.0.1:9001");
        assertThat(first.at("/eligible").asBoolean()).isTrue();
        assertThat(first.at("/started").asInt()).isEqualTo(1);
        assertThat(first.at("/failed").asInt()).isEqualTo(1);
        assertThat(first.at("/inFlight").asInt()).isZero();
        assertThat(first.at("/countedWeight").asInt()).isEqualTo(1);
        assertThat(first.at("/priority").asInt()).isZero();
        assertThat(first.at("/zone").asText()).isEmpty();
        // A failure while no latency is known counts a second, which fades.
        assertThat(first.at("/costMillis").asDouble()).isBetween(100.0, 1000.0);
        assertThat(first.at("/failureShare").asDouble()).isEqualTo(0.5);
        assertThat(first.at("/handicap").asInt()).isEqualTo(15);
        assertThat(first.at("/slowness").isInt()).isTrue();
        assertThat(first.at("/reported/utilization").asDouble()).isEqualTo(0.25);
        JsonNode second = state().at("/services/0/endpoints/1");
        assertThat(second.at("/eligible").asBoolean()).isFalse();
        assertThat(second.at("/weight").asInt()).isZero();
        assertThat(second.at("/excluded").asText()).isNotEmpty();
    }

    @Test
    void state_tellsTheRetriesOfAService() throws Exception {
        var retries = penstock.table().services().get(0).retries();
        var failed = new Failed(Failure.BROKEN, 0, "GET", true, 1, Long.MAX_VALUE);
        retries.judge(RetrySpec.defaults(), failed);
        retries.judge(RetrySpec.defaults().withBudget(new BudgetSpec(0, 0)), failed);

        assertThat(state().at("/services/0/retry").toString())
                .isEqualTo("{\"attempts\":3,\"granted\":1,\"hedges\":0,\"denied\":1,\"left\":99}");
    }

    @Test
    void state_holdsNoMetadataAndNoValueOfACondition() {
        assertThat(handler.handle(AdminRequest.get("/state")).body()).doesNotContain("s3cret");
    }

    @Test
    void withoutSecrets_dropsCredentialsAndQueryOfASource() {
        assertThat(Json.withoutSecrets(URI.create("consul://me:s3cret@10.0.0.9:8500/orders?token=s3cret")))
                .isEqualTo("consul://10.0.0.9:8500/orders");
        assertThat(Json.withoutSecrets(URI.create("dns:///site.internal:8080"))).isEqualTo("dns:///site.internal:8080");
    }

    @Test
    void unknownPath_is404AsJson() throws Exception {
        AdminResponse response = handler.handle(AdminRequest.get("/nope"));

        assertThat(response.status()).isEqualTo(404);
        assertThat(new ObjectMapper().readTree(response.body()).at("/message").asText())
                .isEqualTo(
                        "no such path (expected: /ui, /, /server, /v1, one below these, /status, /state or /metrics)");
    }

    @Test
    void otherMethod_is405WithAllow_andHeadIsReading() {
        AdminResponse response = handler.handle(new AdminRequest("POST", "/state"));

        assertThat(response.status()).isEqualTo(405);
        assertThat(response.headers())
                .containsEntry("Allow", "GET, HEAD")
                .containsEntry("Content-Type", "application/json");
        assertThat(handler.handle(new AdminRequest("HEAD", "/status")).status()).isEqualTo(200);
    }

    private JsonNode state() throws Exception {
        AdminResponse response = handler.handle(AdminRequest.get("/state"));
        assertThat(response.status()).isEqualTo(200);
        return new ObjectMapper().readTree(response.body());
    }
}
