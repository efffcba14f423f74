package dev.penstock.runtime;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.testkit.DeadAddress;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.RawClient;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What {@code /state} tells of services is what the test did. */
class StateRowsTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    private final EchoBackend one = EchoBackend.start("one");
    private final EchoBackend two = EchoBackend.start("two");
    private final DeadAddress dead = DeadAddress.refusing();
    private final GatewayRuntime runtime = start();

    private GatewayRuntime start() {
        return GatewayRuntime.start(GatewayRuntime.reader()
                .read(
                        "test.yaml",
                        String.format(Locale.ROOT, """
                        listeners:
                          - {address: 127.0.0.1:0, name: web}
                          - {address: 127.0.0.1:0, name: raw, tcp: db}
                          - {address: 127.0.0.1:0, name: dns, udp: names}
                        routes:
                          - {host: a.test, service: site}
                          - {host: b.test, listeners: web, service: broken}
                          - {host: c.test, listeners: web, service: broken, middleware: [{split: {canary: 10}}]}
                        services:
                          site: {balancer: round_robin, endpoints: [%s, {address: %s, weight: 1}]}
                          broken: {retry: {attempts: 1}, endpoints: [{address: %s, weight: 7}]}
                          db: {endpoints: [%s]}
                          names: {endpoints: [127.0.0.1:9], fallback: others}
                          others: {endpoints: [127.0.0.1:9], fallback: last}
                          last: {endpoints: [127.0.0.1:9]}
                          canary: {endpoints: [127.0.0.1:9]}
                          nobody: {endpoints: [127.0.0.1:9]}
                        admin: 127.0.0.1:0
                        """, one.address(), two.address(), dead.address(), one.address())));
    }

    @AfterEach
    void close() {
        runtime.close();
        one.close();
        two.close();
        dead.close();
    }

    private static int port(String address) {
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    private RawClient connect(String listener) {
        return RawClient.connect(port(runtime.address(listener)));
    }

    private JsonNode service(String name) throws IOException {
        try (var client = RawClient.connect(port(runtime.adminAddress().orElseThrow()))) {
            JsonNode state = new ObjectMapper()
                    .readTree(client.get("localhost", "/state").text());
            for (JsonNode service : state.path("services")) {
                if (service.path("name").asText().equals(name)) {
                    return service;
                }
            }
            throw new AssertionError(state.toString());
        }
    }

    private static JsonNode endpoint(JsonNode service, String address) {
        for (JsonNode endpoint : service.path("endpoints")) {
            if (endpoint.path("address").asText().equals(address)) {
                return endpoint;
            }
        }
        throw new AssertionError("no endpoint " + address + ": " + service);
    }

    private void assertEntrance(String service, String listener, String protocol) throws IOException {
        JsonNode listeners = service(service).path("listeners");
        assertThat(listeners).hasSize(1);
        assertThat(listeners.path(0).path("name").asText()).isEqualTo(listener);
        assertThat(listeners.path(0).path("port").asInt()).isEqualTo(port(runtime.address(listener)));
        assertThat(listeners.path(0).path("protocol").asText()).isEqualTo(protocol);
    }

    @Test
    void S03_state_tellsPortAndProtocolOfEachService_andItsSource() throws Exception {
        assertEntrance("site", "web", "http");
        assertEntrance("broken", "web", "http");
        assertEntrance("db", "raw", "tcp");
        assertEntrance("names", "dns", "udp");
        assertEntrance("others", "dns", "udp"); // as a fallback, and the fallback of one
        assertEntrance("last", "dns", "udp");
        assertEntrance("canary", "web", "http"); // by a split
        assertThat(service("nobody").path("listeners")).isEmpty();
        assertThat(service("site").path("definedIn").asText()).startsWith("file test.yaml, line ");
    }

    @Test
    void S03_countsOfStateAreThoseOfTheTest_byServiceAndByEndpoint() throws Exception {
        try (var client = connect("web")) {
            for (int i = 0; i < 10; i++) {
                client.get("a.test", "/");
            }
            for (int i = 0; i < 3; i++) {
                assertThat(client.get("b.test", "/").status()).isEqualTo(502);
            }
        }
        one.hold();
        two.hold();
        try (var first = connect("web");
                var second = connect("web")) {
            for (RawClient open : new RawClient[] {first, second}) {
                open.send("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
            }
            eventually(
                    SOON,
                    () -> assertThat(service("site")
                                    .path("limits")
                                    .path("inFlight")
                                    .asInt())
                            .isEqualTo(2));
            JsonNode site = service("site");
            for (EchoBackend backend : new EchoBackend[] {one, two}) {
                JsonNode endpoint = endpoint(site, backend.address());
                assertThat(endpoint.path("inFlight").asInt()).isEqualTo(1);
                assertThat(endpoint.path("started").asInt()).isEqualTo(6);
                assertThat(endpoint.path("failed").asInt()).isZero();
                assertThat(endpoint.path("weight").asInt()).isEqualTo(1);
                assertThat(endpoint.path("health").asText()).isEqualTo("UNKNOWN");
                assertThat(endpoint.path("eligible").asBoolean()).isTrue();
            }
            assertThat(site.path("requests").asInt()).isEqualTo(12);
            assertThat(site.path("answers").path("2xx").asInt()).isEqualTo(10);
            one.release();
            two.release();
            first.read();
            second.read();
        }
        JsonNode broken = service("broken");
        assertThat(broken.path("requests").asInt()).isEqualTo(3);
        assertThat(broken.path("answers").path("5xx").asInt()).isEqualTo(3);
        assertThat(broken.path("failures").path("connect_failed").asInt()).isEqualTo(3);
        JsonNode endpoint = endpoint(broken, dead.address());
        assertThat(endpoint.path("started").asInt()).isEqualTo(3);
        assertThat(endpoint.path("failed").asInt()).isEqualTo(3);
        assertThat(endpoint.path("inFlight").asInt()).isZero();
        assertThat(endpoint.path("weight").asInt()).isEqualTo(7);
    }
}
