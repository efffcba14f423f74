package dev.penstock.runtime;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.config.Configuration;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.RawResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The access log of a gateway with traffic. */
class AccessLogRowsTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    private final EchoBackend backend = EchoBackend.start("one");

    @TempDir
    Path directory;

    @AfterEach
    void close() {
        backend.close();
    }

    private Configuration configuration(String access) {
        return GatewayRuntime.reader().read("test.yaml", String.format(Locale.ROOT, """
                        listeners: [{address: 127.0.0.1:0, name: web}]
                        routes: [{host: a.test, service: site}]
                        services: {site: {endpoints: [%s]}}
                        admin: 127.0.0.1:0
                        log: {access: %s}
                        """, backend.address(), access));
    }

    private String to(Path file, String format) {
        return "{format: '" + format + "', to: " + file + "}";
    }

    private static int port(String address) {
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    private static RawClient connect(String address) {
        return RawClient.connect(port(address));
    }

    private static String metrics(GatewayRuntime runtime) throws IOException {
        try (var client = connect(runtime.adminAddress().orElseThrow())) {
            return client.get("localhost", "/metrics").text();
        }
    }

    @Test
    void S06_eachRequest_isALine_allOfThemWrittenWhenTheGatewayIsClosed() throws Exception {
        Path file = directory.resolve("a.log");
        List<String> expected = new ArrayList<>();
        try (var runtime = GatewayRuntime.start(
                        configuration(to(file, "{method} {host}{path} {status} {service} {end}")));
                var client = connect(runtime.address("web"))) {
            for (int i = 0; i < 500; i++) {
                client.get("a.test", "/" + i);
                expected.add("GET a.test/" + i + " 200 site complete");
            }
            client.get("b.test", "/none");
        }
        List<String> lines = Files.readAllLines(file);
        assertThat(lines).hasSize(501).containsOnlyOnce("GET b.test/none 404 - proxy.request");
        assertThat(lines).containsSubsequence(expected);
    }

    @Test
    void S06_hostileRequests_areALineEach() throws Exception {
        Path file = directory.resolve("a.log");
        try (var runtime = GatewayRuntime.start(configuration(to(file, "\"{userAgent}\" {status}")))) {
            try (var client = connect(runtime.address("web"))) {
                client.exchange("GET / HTTP/1.1\r\nHost: a.test\r\nUser-Agent: \u001b]0;x\" 200\\ \u00e9\tz\r\n\r\n");
            }
        }
        assertThat(Files.readString(file)).matches("\"[ -!#-~]*\" [0-9]{3}\n").doesNotContain("\u001b");
    }

    @Test
    void S06_off_isTheDefault_andNothingIsWritten() throws Exception {
        Configuration off = configuration("off");
        assertThat(off.process().log().access().enabled()).isFalse();
        try (var runtime = GatewayRuntime.start(off)) {
            assertThat(metrics(runtime)).doesNotContain("penstock_access_log");
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void S06_fullDisk_failsNoRequest_andLinesAreCounted() throws Exception {
        try (var runtime = GatewayRuntime.start(configuration(to(Path.of("/dev/full"), "{path}")));
                var client = connect(runtime.address("web"))) {
            for (int i = 0; i < 100; i++) {
                assertThat(client.get("a.test", "/" + i).status()).isEqualTo(200);
            }
            eventually(SOON, () -> assertThat(metrics(runtime)).contains("penstock_access_log_lost_total 100.0"));
        }
    }

    @Test
    void S06_recent_tellsWhatWentWrong_byService() throws Exception {
        Configuration keeping =
                GatewayRuntime.reader().read("test.yaml", String.format(Locale.ROOT, """
                        listeners: [{address: 127.0.0.1:0, name: web}]
                        routes: [{host: a.test, service: site}, {host: b.test, service: none/1}]
                        services: {site: {endpoints: [%s]}, none/1: {endpoints: []}}
                        admin: 127.0.0.1:0
                        log: {recent: 10}
                        """, backend.address()));
        try (var runtime = GatewayRuntime.start(keeping);
                var client = connect(runtime.address("web"));
                var admin = connect(runtime.adminAddress().orElseThrow())) {
            assertThat(client.get("a.test", "/good").status()).isEqualTo(200);
            assertThat(client.get("b.test", "/1").status()).isEqualTo(503);
            assertThat(client.get("c.test", "/2").status()).isEqualTo(404);

            eventually(
                    SOON,
                    () -> assertThat(new ObjectMapper()
                                    .readTree(admin.get("localhost", "/recent").text()))
                            .hasSize(2));
            JsonNode all = new ObjectMapper()
                    .readTree(admin.get("localhost", "/recent").text());
            assertThat(all.path(0).path("path").asText()).isEqualTo("/2");
            assertThat(all.path(1).path("end").asText()).isEqualTo("proxy.queue");
            assertThat(admin.get("localhost", "/recent/none%2F1").text())
                    .contains("\"path\":\"/1\"")
                    .doesNotContain("/2");
            assertThat(admin.get("localhost", "/recent/site").text()).isEqualTo("[\n]\n");
            assertThat(admin.get("localhost", "/recent/%zz").status()).isEqualTo(400);
            assertThat(admin.get("localhost", "/recent?limit=1").text())
                    .contains("\"path\":\"/2\"")
                    .doesNotContain("\"path\":\"/1\"");
            for (String query : List.of("limit=0", "limit=200001", "limit=", "limit=-1", "limit=1&limit=2", "most=1")) {
                RawResponse refused = admin.get("localhost", "/recent?" + query);
                assertThat(refused.status()).as(query).isEqualTo(400);
                assertThat(refused.text()).contains("(expected: none, or limit=1..200000)");
            }
            String tag = admin.get("localhost", "/recent").header("ETag").orElseThrow();
            assertThat(admin.exchange("GET /recent HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: \"other\"\r\n"
                                    + "If-None-Match: " + tag + "\r\n\r\n")
                            .status())
                    .as("lines of one header are one list")
                    .isEqualTo(304);
            assertThat(client.get("c.test", "/3").status()).isEqualTo(404);
            eventually(
                    SOON,
                    () -> assertThat(admin.get("localhost", "/recent").header("ETag"))
                            .isPresent()
                            .isNotEqualTo(Optional.of(tag)));
            assertThat(admin.get("other.test", "/recent").status()).isEqualTo(403);
        }
        try (var runtime = GatewayRuntime.start(configuration("off"));
                var admin = connect(runtime.adminAddress().orElseThrow())) {
            assertThat(admin.get("localhost", "/recent").status()).isEqualTo(404);
        }
    }

    @Test
    void S06_fileThatCannotBeOpened_keepsTheGatewayFromStarting() {
        Path file = directory.resolve("none").resolve("a.log");
        Configuration wrong = configuration(to(file, "json"));

        assertThatThrownBy(() -> GatewayRuntime.start(wrong))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("log.access.to: \"" + file + "\"");
    }
}
