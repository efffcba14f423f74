package dev.penstock.gateway;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.discovery.consul.ConsulServer;
import dev.penstock.discovery.consul.FakeConsul;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.testkit.RawClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program with a real Consul whose tags make routes; seen from outside. */
@Timeout(180)
class ConsulCatalogTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int SIGTERM = 15;

    private final LoopbackBackends backends = LoopbackBackends.atAddresses(3);
    private final InProcess program = new InProcess(Map.of());
    private CompletableFuture<Integer> running = CompletableFuture.completedFuture(0);
    private int port;
    private int admin;

    @TempDir
    Path folder;

    @AfterEach
    void close() throws Exception {
        program.signal(SIGTERM);
        assertThat(InProcess.status(running)).as(program.err()).isZero();
        backends.close();
    }

    private void run(String catalogs) throws IOException {
        port = FreePorts.next();
        admin = FreePorts.next();
        Path file = Files.writeString(
                folder.resolve("gateway.yaml"),
                String.format(Locale.ROOT, """
                listeners: ["127.0.0.1:%d"]
                admin: {address: "127.0.0.1:%d"}
                routes: [{host: file.example.com, service: own}]
                services:
                  own: {endpoints: ["127.0.0.3:%d"]}
                %s
                """, port, admin, backends.port(), catalogs));
        running = program.start("run", "-f", file.toString());
        eventually(SOON, () -> assertThat(program.out()).as(program.err()).startsWith("penstock "));
    }

    private String get(String host, String path) throws IOException {
        try (var client = RawClient.connect(port)) {
            var response = client.get(host, path);
            return response.status() == 200 ? response.text() : "" + response.status();
        }
    }

    private void awaitAnswers(String host, String path, String... answers) {
        eventually(SOON, () -> {
            Set<String> seen = new TreeSet<>();
            for (int i = 0; i < 6; i++) {
                seen.add(get(host, path));
            }
            assertThat(seen).containsExactlyInAnyOrder(answers);
        });
    }

    private JsonNode state() throws IOException {
        try (var client = RawClient.connect(admin)) {
            return new ObjectMapper().readTree(client.get("localhost", "/state").text());
        }
    }

    @Test
    void K01_tagsOfServices_areRoutesWithinTheHostsAllowed() throws IOException {
        try (var consul = ConsulServer.start(folder.resolve("consul"))) {
            consul.register("orders", "a", "127.0.0.1", backends.port(), "penstock.host=orders.example.com");
            consul.register(
                    "shop",
                    "b",
                    "127.0.0.2",
                    backends.port(),
                    "traefik.enable=true",
                    "traefik.http.routers.shop.rule=Host(`shop.example.com`) && PathPrefix(`/api`)");
            consul.register("thief", "c", "127.0.0.2", backends.port(), "penstock.host=www.bank.test");
            consul.register("shadow", "d", "127.0.0.2", backends.port(), "penstock.host=file.example.com");
            run("catalogs: [{from: \"consul://" + consul.address() + "\", allowHosts: [\"*.example.com\"]}]");

            awaitAnswers("orders.example.com", "/", "127.0.0.1");
            awaitAnswers("shop.example.com", "/api/x", "127.0.0.2");
            assertThat(get("shop.example.com", "/")).isEqualTo("404");
            assertThat(get("www.bank.test", "/")).isEqualTo("404");
            assertThat(get("file.example.com", "/")).as("a route of the file").isEqualTo("127.0.0.3");
            JsonNode catalog = state().at("/catalogs/0");
            assertThat(catalog.path("source").asText()).contains(consul.address());
            assertThat(catalog.path("rejected").toString()).contains("www.bank.test");

            consul.register("orders", "e", "127.0.0.3", backends.port(), "penstock.host=orders.example.com");
            awaitAnswers("orders.example.com", "/", "127.0.0.1", "127.0.0.3");
            consul.client().agentServiceSetMaintenance("a", true);
            awaitAnswers("orders.example.com", "/", "127.0.0.3");
            assertThat(state().toString()).contains("DRAINING");
            consul.client().agentServiceSetMaintenance("a", false);
            awaitAnswers("orders.example.com", "/", "127.0.0.1", "127.0.0.3");

            consul.deregister("a");
            consul.deregister("e");
            awaitAnswers("orders.example.com", "/", "404");
            consul.register("late", "f", "127.0.0.2", backends.port(), "penstock.host=late.example.com");
            awaitAnswers("late.example.com", "/", "127.0.0.2");
        }
    }

    @Test
    void K10_answersFilteredByAcls_areStaleInTheState() throws IOException {
        try (var consul = FakeConsul.start()) {
            consul.put(
                    "/v1/health/service/site",
                    FakeConsul.array(List.of(FakeConsul.entry(Endpoint.of("127.0.0.1", backends.port())))));
            run("  site: {discover: \"consul://" + consul.address() + "\"}");
            awaitSite("READY");
            consul.hideAll();
            awaitSite("STALE");
            assertThat(state().at("/sources").toString()).contains("filtered by ACLs (expected: a token");
        }
    }

    @Test
    void K10_accessControlAndNoToken_isAbsentInTheState() throws IOException {
        var variables = Map.of("CONSUL_ACL_TOKEN", "00000000-0000-4000-8000-00000000c0de");
        try (var consul = ConsulServer.start(folder.resolve("consul"), variables)) {
            run("  consul: {discover: \"consul://" + consul.address() + "\"}");
            eventually(
                    SOON,
                    () -> assertThat(service("consul").at("/source/state").asText())
                            .isEqualTo("ABSENT"));
        }
    }

    private void awaitSite(String state) {
        eventually(
                SOON,
                () -> assertThat(service("site").at("/source/state").asText()).isEqualTo(state));
    }

    private JsonNode service(String name) throws IOException {
        for (JsonNode service : state().path("services")) {
            if (service.path("name").asText().equals(name)) {
                return service;
            }
        }
        return state().path("none");
    }
}
