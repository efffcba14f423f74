package dev.penstock.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.Penstock;
import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.Provenance;
import dev.penstock.catalog.RouteSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.config.AdminSettings;
import dev.penstock.config.ConfigurationReader;
import dev.penstock.discovery.ManualDiscovery;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.route.Match;
import dev.penstock.route.Route;
import dev.penstock.time.Ticker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A Penstock that runs a file, with the native API before it. Confined to one thread. */
final class NativeCalls implements AutoCloseable {
    static final String FILE = "file web.yaml";
    private static final Provenance PLACE = new Provenance(FILE, "line 1");

    final Penstock penstock = Penstock.builder()
            .discovery("list", new ManualDiscovery())
            .stamps(() -> Instant.parse("2026-01-01T00:00:00Z"))
            .build();
    private ListenerOutcome outcome = ListenerOutcome.DONE;
    private final Map<String, ListenerOutcome> outcomes = new HashMap<>();
    final Map<String, String> obstacles = new HashMap<>(); // by address
    final List<String> awaited = new ArrayList<>();
    Runnable whileWaiting = () -> {};
    private final AdminHandler handler = new AdminHandler(
            penstock,
            () -> Status.OK,
            () -> new ProgramFacts("1", "nio", "jdk", BufferFacts.NONE, FileFacts.NONE, Map.of()),
            List::of,
            Ticker.system(),
            new ApiSetup(
                    AdminSettings.defaults(),
                    new ListenerWatch() {
                        @Override
                        public ListenerOutcome outcome(long version, String listener) {
                            return NativeCalls.this.outcome(listener);
                        }

                        @Override
                        public String obstacle(ListenerSpec listener) {
                            return obstacles.getOrDefault(listener.address(), "");
                        }
                    },
                    new ConfigurationReader(sent -> penstock.check(sent.catalog()))));

    NativeCalls() {
        file("127.0.0.1:9001", "127.0.0.1:9002");
    }

    /** What the file says from now on. */
    void file(String... endpoints) {
        penstock.apply(new CatalogState(
                FILE,
                List.of(ListenerSpec.of("web", "127.0.0.1:8080").withProvenance(PLACE)),
                List.of(new RouteSpec(new Route("all", Match.ALL, 0, ServiceName.of("orders")), PLACE)),
                List.of(ServiceSpec.of("orders", endpoints).withProvenance(PLACE))));
    }

    private ListenerOutcome outcome(String listener) {
        awaited.add(listener);
        whileWaiting.run();
        return outcomes.getOrDefault(listener, outcome);
    }

    /** What becomes of one listener from now on. */
    void listener(String name, ListenerOutcome next) {
        outcomes.put(name, next);
    }

    /** What becomes of listeners from now on. */
    void listeners(ListenerOutcome next) {
        outcome = next;
    }

    AdminResponse call(String method, String target, String body, String... headers) {
        Map<String, String> all = new HashMap<>(Map.of("content-type", "application/json"));
        for (int i = 0; i < headers.length; i += 2) {
            all.put(headers[i], headers[i + 1]);
        }
        int mark = target.indexOf('?');
        String path = mark < 0 ? target : target.substring(0, mark);
        return handler.handle(
                new AdminRequest(method, path, all, body).withQuery(mark < 0 ? "" : target.substring(mark + 1)));
    }

    /** A write with a body that may be no text. */
    AdminResponse bytes(String path, byte[] body) {
        return handler.handle(
                new AdminRequest("PUT", path, Map.of("content-type", "application/json"), "").withBody(body));
    }

    JsonNode get(String path) {
        return ok("GET", path, "");
    }

    JsonNode ok(String method, String target, String body, String... headers) {
        AdminResponse response = call(method, target, body, headers);
        assertThat(response.status()).as(response.body()).isEqualTo(200);
        assertThat(response.headers()).containsEntry("Content-Type", "application/json");
        return tree(response);
    }

    JsonNode refused(int status, String method, String target, String body, String... headers) {
        String before = state();
        AdminResponse response = call(method, target, body, headers);
        assertThat(response.status()).as(response.body()).isEqualTo(status);
        assertThat(response.headers()).containsEntry("Content-Type", "application/problem+json");
        assertThat(state()).isEqualTo(before);
        JsonNode tree = tree(response);
        assertThat(tree.get("status").asInt()).isEqualTo(status);
        assertThat(tree.get("title").asText()).isNotEmpty();
        return tree;
    }

    String state() {
        return call("GET", "/v1/config", "").body()
                + penstock.table().listeners()
                + penstock.table().routes()
                + penstock.table().services().stream()
                        .map(service -> service.spec().toString())
                        .toList();
    }

    String tag(String path) {
        return call("GET", path, "").headers().getOrDefault("ETag", "");
    }

    static JsonNode tree(AdminResponse response) {
        try {
            return new ObjectMapper().readTree(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        penstock.close();
    }
}
