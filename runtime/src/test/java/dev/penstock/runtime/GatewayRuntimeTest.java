package dev.penstock.runtime;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.penstock.PenstockBuilder;
import dev.penstock.admin.Status;
import dev.penstock.config.Configuration;
import dev.penstock.config.ConfigurationException;
import dev.penstock.config.ConfigurationReader;
import dev.penstock.discovery.ManualDiscovery;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.RawResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GatewayRuntimeTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private final EchoBackend backend = EchoBackend.start("one");

    @AfterEach
    void close() {
        backend.close();
    }

    private Configuration configuration(String... more) {
        return read(String.format(Locale.ROOT, """
                listeners: [{address: 127.0.0.1:0, name: web}]
                routes: [{service: site}]
                services: {site: {endpoints: [%s]}}
                admin: 127.0.0.1:0
                """, backend.address()) + String.join("\n", more));
    }

    private static Configuration read(String text) {
        return GatewayRuntime.reader().read("test.yaml", text);
    }

    private static int port(String address) {
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    private static RawResponse get(String address, String path) throws IOException {
        try (var client = RawClient.connect(port(address))) {
            return client.get("a.example.com", path);
        }
    }

    private static String admin(GatewayRuntime runtime) {
        return runtime.adminAddress().orElseThrow();
    }

    @Test
    void start_configuration_servesAndTellsItsState() throws Exception {
        try (var runtime = GatewayRuntime.start(configuration())) {
            assertThat(get(runtime.address("web"), "/x").echo().backend()).isEqualTo("one");

            RawResponse state = get(admin(runtime), "/state");
            assertThat(state.status()).isEqualTo(200);
            assertThat(state.text()).contains(backend.address()).contains(runtime.address("web"));
        }
    }

    @Test
    void S01_status_initializingUntilTheSourceAnswers_thenOk_thenTerminatingWhileStillServing() throws Exception {
        var source = new ManualDiscovery();
        var extension = new Extension() {
            @Override
            public void extend(PenstockBuilder builder) {
                builder.discovery("manual", source);
            }
        };
        Configuration configuration = GatewayRuntime.reader(extension).read("test.yaml", """
                listeners: [{address: 127.0.0.1:0, name: web}]
                routes: [{service: site}]
                services: {site: {discover: "manual:site"}}
                admin: {address: 127.0.0.1:0, startTimeout: 1h}
                """);
        try (var runtime = GatewayRuntime.start(configuration, extension)) {
            assertThat(get(admin(runtime), "/status").status()).isEqualTo(503);
            assertThat(get(admin(runtime), "/status").text()).isEqualTo("INITIALIZING\n");

            source.set(ServiceName.of("site"), List.of(Endpoint.parse(backend.address())));
            eventually(
                    SOON,
                    () -> assertThat(get(admin(runtime), "/status").text()).isEqualTo("OK\n"));
            assertThat(get(admin(runtime), "/status").status()).isEqualTo(200);

            var ended = CompletableFuture.runAsync(() -> runtime.terminate(Duration.ofHours(1)));
            eventually(
                    SOON,
                    () -> assertThat(get(admin(runtime), "/status").text()).isEqualTo("TERMINATING\n"));
            assertThat(get(admin(runtime), "/status").status()).isEqualTo(503);
            assertThat(get(runtime.address("web"), "/").status()).isEqualTo(200);
            assertThat(ended).isNotDone();
            runtime.close();
            eventually(SOON, () -> assertThat(ended).isDone());
        }
        source.close();
    }

    @Test
    void close_requestInFlight_isFinishedFirst() throws Exception {
        backend.hold();
        var runtime = GatewayRuntime.start(configuration());
        try (var client = RawClient.connect(port(runtime.address("web")))) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            backend.awaitHeld(1);
            var closed = CompletableFuture.runAsync(runtime::close);
            eventually(SOON, () -> assertThat(runtime.status()).isEqualTo(Status.TERMINATING));
            backend.release();

            assertThat(client.read().status()).isEqualTo(200);
            eventually(SOON, () -> assertThat(closed).isDone());
        }
        runtime.close(); // a second time does nothing
    }

    @Test
    void adminOff_hasNoAddress() {
        try (var runtime = GatewayRuntime.start(read("""
                listeners: [127.0.0.1:0]
                admin: off
                """))) {
            assertThat(runtime.adminAddress()).isEmpty();
        }
    }

    @Test
    void start_portsInUse_namesEachAndLeavesNothingOpen() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var alsoTaken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int free = freePort();
            Configuration configuration =
                    read(String.format(Locale.ROOT, """
                    listeners: [{address: 127.0.0.1:%d, name: free}, {address: 127.0.0.1:%d, name: taken}]
                    admin: 127.0.0.1:%d
                    """, free, taken.getLocalPort(), alsoTaken.getLocalPort()));

            var exception = catchThrowableOfType(StartException.class, () -> GatewayRuntime.start(configuration));

            assertThat(exception.problems()).hasSize(2);
            assertThat(exception.problems().get(0)).contains("taken").contains("127.0.0.1:" + taken.getLocalPort());
            assertThat(exception.problems().get(1)).contains("admin").contains("127.0.0.1:" + alsoTaken.getLocalPort());
            new ServerSocket(free, 1, InetAddress.getLoopbackAddress()).close(); // is free, or this throws
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void B10_unknownBalancer_isAFaultOfTheFileWithItsPlaceAndTheNearestName() {
        assertThatThrownBy(() -> read("""
                        listeners: [127.0.0.1:0]
                        services:
                          site:
                            balancer: round_robbin
                            endpoints: []
                        """))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("test.yaml:4:5: services.site.balancer: \"round_robbin\" (expected: one of ")
                .hasMessageContaining("did you mean \"round_robin\"?");
    }

    @Test
    void B10_everyNameAndAlias_isKnown() {
        for (String name : List.of(
                "first",
                "round",
                "round_robin",
                "weighted_round_robin",
                "random",
                "weighted_random",
                "least",
                "least_requests",
                "p2c",
                "p2c_ewma",
                "pick_first")) {
            assertThat(read("listeners: [127.0.0.1:0]\nservices: {s: {balancer: " + name + ", endpoints: []}}")
                            .catalog()
                            .services()
                            .get(0)
                            .balancer())
                    .isEqualTo(name);
        }
    }

    @Test
    void crossChecks_haveTheirPlaceInTheFile() {
        assertThatThrownBy(() -> read("""
                        listeners:
                          - {address: 127.0.0.1:8080, name: web}
                          - {address: 127.0.0.1:8081, name: web}
                        routes:
                          - {service: ordres, listeners: [wbe]}
                        services:
                          orders: {endpoints: [a:1, a:1], discover: "nope:x"}
                        """))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("test.yaml:3:31: listeners[1].name: \"web\"")
                .hasMessageContaining("test.yaml:5:6: routes[0].service: \"ordres\"")
                .hasMessageContaining("did you mean \"orders\"?")
                .hasMessageContaining("test.yaml:5:23: routes[0].listeners: \"wbe\"")
                .hasMessageContaining("services.orders.endpoints[1]: \"a:1\"")
                .hasMessageContaining("services.orders.discover: scheme \"nope\"");
    }

    @Test
    void readerOfManyReadings_looksForPlugInsOnce() {
        var extended = new AtomicInteger();
        ConfigurationReader reader = GatewayRuntime.reader(new Extension() {
            @Override
            public void extend(PenstockBuilder builder) {
                extended.incrementAndGet();
            }
        });
        assertThat(extended).hasValue(0);

        for (int i = 0; i < 3; i++) {
            assertThat(reader.read(
                                    "penstock.yaml",
                                    "listeners: [\"127.0.0.1:0\"]\nservices: {site: {endpoints: [], balancer: p2c}}")
                            .catalog()
                            .services())
                    .hasSize(1);
            assertThatThrownBy(() -> reader.read(
                            "penstock.yaml",
                            "listeners: [\"127.0.0.1:0\"]\nservices: {site: {endpoints: [], balancer: nobodys}}"))
                    .hasMessageContaining("nobodys");
        }
        assertThat(extended).hasValue(1);
    }

    @Test
    void apply_otherDefinitions_takeTheirPlace() throws Exception {
        try (var other = EchoBackend.start("two");
                var runtime = GatewayRuntime.start(configuration())) {
            var changed = read(String.format(Locale.ROOT, """
                    listeners: [{address: 127.0.0.1:0, name: web}]
                    routes: [{service: site}]
                    services: {site: {endpoints: [%s]}}
                    """, other.address()));

            assertThat(runtime.apply(changed.catalog()).difference().changed()).containsExactly("service site");

            assertThat(get(runtime.address("web"), "/").echo().backend()).isEqualTo("two");
        }
    }

    @Test
    void version_isThatOfTheBuild() {
        assertThat(GatewayRuntime.version()).matches("[0-9]+\\.[0-9]+\\.[0-9]+.*");
    }
}
