package dev.penstock.gateway;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.penstock.config.Configuration;
import dev.penstock.config.ConfigurationException;
import dev.penstock.discovery.consul.FakeConsul;
import dev.penstock.discovery.marathon.FakeMarathon;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.request.PlainRequest;
import dev.penstock.runtime.GatewayRuntime;
import dev.penstock.testkit.DeadAddress;
import dev.penstock.testkit.RawClient;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** What a URI holds for the source alone is told to nobody. */
@Timeout(120)
class SecretsTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String SECRET = "s3cret-of-mine";

    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Level before = root.getLevel();
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private final FakeConsul consul = FakeConsul.start();

    @BeforeEach
    void listen() {
        ((Logger) LoggerFactory.getLogger("dev.penstock")).setLevel(Level.DEBUG);
        logged.start();
        root.addAppender(logged);
    }

    @AfterEach
    void close() {
        root.detachAppender(logged);
        root.setLevel(before);
        ((Logger) LoggerFactory.getLogger("dev.penstock")).setLevel(null);
        consul.close();
    }

    private static String state(GatewayRuntime runtime) throws IOException {
        String address = runtime.adminAddress().orElseThrow();
        try (var client = RawClient.connect(Integer.parseInt(address.substring(address.lastIndexOf(':') + 1)))) {
            return client.get("admin", "/state").text();
        }
    }

    private String log() {
        var text = new StringBuilder();
        for (ILoggingEvent event : List.copyOf(logged.list)) {
            text.append(event.getFormattedMessage()).append('\n');
            for (var thrown = event.getThrowableProxy(); thrown != null; thrown = thrown.getCause()) {
                text.append(thrown.getMessage()).append('\n');
            }
        }
        return text.toString();
    }

    @Test
    void S09_state_tellsOriginAndAgeOfAllSourcesAndNoSecret() throws Exception {
        consul.put(
                "/v1/health/service/web", FakeConsul.array(List.of(FakeConsul.entry(Endpoint.of("127.0.0.1", 9001)))));
        consul.put("/v1/catalog/services", "{\"tagged\":[\"penstock.host=tagged.test\"]}");
        try (var dead = DeadAddress.refusing()) {
            Configuration configuration = GatewayRuntime.reader()
                    .read("test.yaml", """
                    listeners: ["127.0.0.1:0"]
                    admin: "127.0.0.1:0"
                    routes: [{host: web.test, service: web}, {host: dead.test, service: dead}]
                    services:
                      web: {discover: "consul://CONSUL/web?token=SECRET"}
                      dead: {discover: "consul://DEAD/web?token=SECRET"}
                      keys: {discover: "consulkv://DEAD/keys/web?token=SECRET"}
                      name: {discover: "dns://127.0.0.1:1/name.test:80?timeout=100ms&tries=1"}
                      registered: {discover: "etcd://me:SECRET@DEAD/services/web"}
                      tasks: {discover: "marathon://me:SECRET@DEAD/web"}
                      announced: {discover: "zk://me:SECRET@DEAD/services/web?session=1s"}
                      boxes: {discover: "docker://DEAD?label=app=web"}
                    catalogs:
                      - {from: "consul://CONSUL?token=SECRET"}
                      - {from: "consul://DEAD?token=SECRET"}
                      - {from: "docker://DEAD"}
                    """.replace("CONSUL", consul.address())
                            .replace("DEAD", dead.address())
                            .replace("SECRET", SECRET));
            try (GatewayRuntime runtime = GatewayRuntime.start(configuration)) {
                eventually(
                        SOON,
                        () -> assertThat(state(runtime))
                                .contains("tagged.test")
                                .containsPattern("\"address\"\\s*:\\s*\"127.0.0.1:9001\"")
                                .containsPattern("\"source\"\\s*:\\s*\"consul[: ][^\"]*" + consul.address())
                                .containsPattern("\"revision\"\\s*:\\s*[1-9]")
                                .containsPattern("\"ageSeconds\"\\s*:\\s*[0-9]")
                                .containsPattern("\"source\"\\s*:\\s*\"consulkv[: ][^\"]*" + dead.address())
                                .containsPattern("\"source\"\\s*:\\s*\"etcd[: ][^\"]*" + dead.address())
                                .containsPattern("\"source\"\\s*:\\s*\"marathon[: ][^\"]*" + dead.address())
                                .containsPattern("\"source\"\\s*:\\s*\"zk[: ][^\"]*" + dead.address())
                                .containsPattern("\"source\"\\s*:\\s*\"dns[: ]")
                                .containsPattern("\"source\"\\s*:\\s*\"docker[: ][^\"]*" + dead.address())
                                .containsPattern("\"state\"\\s*:\\s*\"FAILED\""));
                String explained = runtime.penstock().explain(PlainRequest.get("http://web.test/"))
                        + "\n" + runtime.penstock().explain(PlainRequest.get("http://dead.test/"))
                        + "\n" + runtime.penstock().explain(PlainRequest.get("http://tagged.test/"));
                assertThat(explained).contains(consul.address()).doesNotContain(SECRET);
                assertThat(state(runtime)).doesNotContain(SECRET);
                assertThat(runtime.penstock().sources().toString()
                                + runtime.penstock().catalogs())
                        .doesNotContain(SECRET);
            }
            assertThat(log()).contains(dead.address()).doesNotContain(SECRET);
        }
    }

    @Test
    void tokenThatNoHeaderCanHold_isToldWithoutItsValue(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("token");
        Files.writeString(file, SECRET + "\u0001" + SECRET);
        Configuration configuration = GatewayRuntime.reader().read("test.yaml", """
                listeners: ["127.0.0.1:0"]
                admin: "127.0.0.1:0"
                services:
                  tasks: {discover: "marathon://127.0.0.1:1/web?tokenFile=FILE"}
                """.replace("FILE", file.toString()));
        try (GatewayRuntime runtime = GatewayRuntime.start(configuration)) {
            eventually(
                    SOON,
                    () -> assertThat(state(runtime)).contains("token file").doesNotContain(SECRET));
        }
        assertThat(log()).contains("token file").doesNotContain(SECRET);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void M06_callback_isToldToMarathonWhole_andToNobodyElse(boolean allowed) throws Exception {
        try (var marathon = FakeMarathon.start()) {
            int port = FreePorts.next();
            if (allowed) {
                marathon.allowSubscriptions();
            }
            String url = "http://me:SECRET@127.0.0.1:" + port + "/SECRET?of=SECRET";
            Configuration configuration = GatewayRuntime.reader().read("test.yaml", """
                    listeners: ["127.0.0.1:0"]
                    admin: "127.0.0.1:0"
                    catalogs: [{from: "marathon://MARATHON?interval=200ms&callback=URL"}]
                    """.replace(
                            "URL", URLEncoder.encode(url, StandardCharsets.UTF_8))
                    .replace("MARATHON", marathon.address())
                    .replace("SECRET", SECRET));
            try (GatewayRuntime runtime = GatewayRuntime.start(configuration)) {
                eventually(SOON, () -> assertThat(marathon.reads()).isGreaterThan(2));
                if (allowed) {
                    eventually(SOON, () -> assertThat(marathon.subscribed()).isNotEmpty());
                    assertThat(marathon.subscribed().get(0)).contains(SECRET);
                }
                assertThat(state(runtime)).contains(marathon.address()).doesNotContain(SECRET);
            }
            assertThat(log()).doesNotContain(SECRET);
            if (!allowed) {
                assertThat(log()).as("it is said that there are no callbacks").contains(marathon.address());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "consul://127.0.0.1:1/web?tokn=" + SECRET,
                "consul://127.0.0.1:1/web?token=" + SECRET + "&token=" + SECRET,
                "consul://127.0.0.1:1/web?token=" + SECRET + "&stale=maybe",
                "consul://me:" + SECRET + "@127.0.0.1:1/web",
                "consul://127.0.0.1:1/web/more?token=" + SECRET,
                "consul://127.0.0.1:1/web?token=" + SECRET + " x",
                "etcd://me:" + SECRET + "@127.0.0.1:1/services/web?tokn=1",
                "etcd://me:" + SECRET + "@127.0.0.1:0,127.0.0.1:1/services/web",
                "etcd://me:a/" + SECRET + "@127.0.0.1:1/services/web",
                "etcd://me:" + SECRET + "\\\"@127.0.0.1:1/services/web",
                "etcd://me:" + SECRET
                        + "------------------------------------------------------------------ @127.0.0.1:1/web",
                "marathon://me:" + SECRET + "@127.0.0.1:0/web",
                "marathon://me:" + SECRET + "@127.0.0.1:1/web?tokenFile=/" + SECRET,
                "marathon://127.0.0.1:1?callback=ftp://me:" + SECRET + "@127.0.0.1:1/" + SECRET,
                "marathon://127.0.0.1:1?callback=" + SECRET,
                "zk://me:" + SECRET + "@127.0.0.1:0/services/web",
                "zookeeper://me:" + SECRET + "@127.0.0.1:1/services/web?session=1ms",
                "nope://127.0.0.1:1/web?token=" + SECRET,
                "//me:" + SECRET + "@127.0.0.1:1/web?token=" + SECRET,
            })
    void check_badUri_isToldWithoutItsSecret(String uri) {
        for (String text :
                List.of("services: {web: {discover: \"" + uri + "\"}}", "catalogs: [{from: \"" + uri + "\"}]")) {
            assertThatThrownBy(() -> GatewayRuntime.reader().read("test.yaml", text))
                    .isInstanceOf(ConfigurationException.class)
                    .extracting(String::valueOf)
                    .asString()
                    .contains("test.yaml")
                    .doesNotContain(SECRET);
        }
        assertThat(log()).doesNotContain(SECRET);
    }
}
