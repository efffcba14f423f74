package dev.penstock.runtime;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.PenstockBuilder;
import dev.penstock.catalog.CatalogLimits;
import dev.penstock.catalog.ManualCatalog;
import dev.penstock.config.Configuration;
import dev.penstock.config.ConfigurationException;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.ManualTime;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.RawResponse;
import dev.penstock.testkit.SeededRandomness;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FollowedCatalogsTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private final EchoBackend own = EchoBackend.start("own");
    private final EchoBackend listed = EchoBackend.start("listed");

    @AfterEach
    void close() {
        own.close();
        listed.close();
    }

    private Configuration configuration(String hosts, String allowHosts) {
        return GatewayRuntime.reader()
                .read("test.yaml", String.format(Locale.ROOT, """
                listeners: [{address: 127.0.0.1:0, name: web}]
                routes:
                  - {service: found}
                  - {host: own.test, service: own}
                services:
                  found: {discover: "listed://%1$s"}
                  own: {endpoints: [%2$s]}
                catalogs:
                  - {from: "listed://%1$s/%3$s", allowHosts: [%4$s]}
                admin: 127.0.0.1:0
                """, listed.address(), own.address(), hosts, allowHosts));
    }

    private static RawResponse get(String address, String host, String path) throws IOException {
        try (var client = RawClient.connect(Integer.parseInt(address.substring(address.lastIndexOf(':') + 1)))) {
            return client.get(host, path);
        }
    }

    private static JsonNode state(GatewayRuntime runtime) throws IOException {
        String text = get(runtime.adminAddress().orElseThrow(), "x", "/state").text();
        return new ObjectMapper().readTree(text);
    }

    private static String backend(GatewayRuntime runtime, String host) throws IOException {
        return get(runtime.address("web"), host, "/").echo().backend();
    }

    @Test
    void S09_state_showsCatalogsSourcesAndTheOriginOfEveryEndpoint() throws Exception {
        try (var runtime = GatewayRuntime.start(configuration("own.test/a.test/evil.test", "'*.test', own.test"))) {
            eventually(
                    SOON,
                    () -> assertThat(state(runtime).at("/status").asText()).isEqualTo("OK"));
            assertThat(backend(runtime, "own.test")).isEqualTo("own");
            assertThat(backend(runtime, "a.test")).isEqualTo("listed");

            JsonNode state = state(runtime);
            JsonNode catalog = state.at("/catalogs/0");
            assertThat(catalog.at("/source").asText()).startsWith("listed://127.0.0.1:");
            assertThat(catalog.at("/state").asText()).isEqualTo("READY");
            assertThat(catalog.at("/stateSeconds").isNumber()).isTrue();
            assertThat(catalog.at("/revision").asInt()).isEqualTo(1);
            assertThat(catalog.at("/skipped/0").asText()).isEqualTo("entry x: not an address (expected: one)");
            assertThat(catalog.at("/rejected").size()).isEqualTo(1);
            assertThat(catalog.at("/rejected/0").asText())
                    .isEqualTo("route own.test: its requests go to route \"own.test\" of file test.yaml");
            assertThat(state.at("/sources/0/source").asText()).isEqualTo("listed://" + listed.address());
            assertThat(state.at("/sources/0/services").asInt()).isEqualTo(2);
            assertThat(state.at("/sources/0/failing").asInt()).isZero();
            JsonNode endpoint = state.at("/services/0/endpoints/0");
            assertThat(endpoint.at("/source").asText()).isEqualTo("listed " + listed.address());
            assertThat(endpoint.at("/revision").asInt()).isEqualTo(1);
            assertThat(endpoint.at("/ageSeconds").isNumber()).isTrue();
        }
    }

    @Test
    void apply_anotherConfiguration_keepsTheCatalogsThatStay() throws Exception {
        try (var runtime = GatewayRuntime.start(configuration("a.test", "a.test"))) {
            eventually(
                    SOON,
                    () -> assertThat(runtime.penstock().table().services()).hasSize(3));
            assertThat(runtime.penstock()
                            .table()
                            .services()
                            .get(2)
                            .spec()
                            .name()
                            .value())
                    .isEqualTo("listed-1");

            runtime.apply(configuration("a.test", "b.test")); // the same catalog, which may claim something else
            eventually(
                    SOON,
                    () -> assertThat(runtime.penstock().catalogs().get(0).rejected())
                            .containsExactly("route a.test: host \"a.test\" (expected: within allowHosts, b.test)"));
            assertThat(runtime.penstock()
                            .table()
                            .services()
                            .get(2)
                            .spec()
                            .name()
                            .value())
                    .isEqualTo("listed-1");

            runtime.apply(configuration("c.test", "c.test"));
            eventually(
                    SOON,
                    () -> assertThat(runtime.penstock()
                                    .table()
                                    .services()
                                    .get(2)
                                    .spec()
                                    .name()
                                    .value())
                            .isEqualTo("listed-2"));

            runtime.apply(configuration("c.test", "c.test").withCatalogs(List.of()));
            eventually(
                    SOON,
                    () -> assertThat(runtime.penstock().table().services()).hasSize(2));
        }
    }

    @Test
    void faults_ofFactories_haveTheirPlaceInTheFile() {
        assertThatThrownBy(() -> GatewayRuntime.reader().read("test.yaml", """
                        listeners: [127.0.0.1:0]
                        services: {s: {discover: "listed://nowhere"}}
                        catalogs:
                          - "lsited://127.0.0.1:1/x"
                          - from: listed://nowhere
                        """))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("test.yaml:2:16: services.s.discover: ")
                .hasMessageContaining(
                        "test.yaml:4:5: catalogs[0].from: scheme \"lsited\" (expected: one of config+http,"
                                + " config+https, listed); did you mean \"listed\"?")
                .hasMessageContaining("test.yaml:5:5: catalogs[1].from: \"listed://nowhere\": port: none (expected:"
                        + " listed://host:port/hosts)");
    }

    @Test
    void S01_status_waitsForTheFirstAnswerOfEachCatalog() throws Exception {
        ManualTime time = ManualTime.eager();
        var silent = new ManualCatalog("silent", new DiscoveryContext(time, time, new SeededRandomness(1)));
        var extension = new Extension() {
            @Override
            public void extend(PenstockBuilder builder) {
                builder.catalog("silent", silent, CatalogLimits.none());
            }
        };
        Configuration configuration = GatewayRuntime.reader(extension).read("test.yaml", """
                listeners: [127.0.0.1:0]
                admin: {address: 127.0.0.1:0, startTimeout: 1h}
                """);
        try (var runtime = GatewayRuntime.start(configuration, extension)) {
            assertThat(state(runtime).at("/status").asText()).isEqualTo("INITIALIZING");
            silent.set(List.of(), List.of());
            eventually(
                    SOON,
                    () -> assertThat(state(runtime).at("/status").asText()).isEqualTo("OK"));
        }
    }
}
