package dev.penstock.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.config.AdminSettings;
import dev.penstock.config.ApiSettings;
import dev.penstock.config.Configuration;
import dev.penstock.runtime.GatewayRuntime;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code plan}, and {@code explain} of a gateway that runs. */
class AdminCommandsTest {
    private static final String OLD = """
            listeners: [{address: '127.0.0.1:0', name: web}]
            routes: [{host: a.test, path: /x, service: orders}]
            services: {orders: {endpoints: ['127.0.0.1:9001']}}
            """;
    private static final String NEW = """
            listeners: [{address: '127.0.0.1:0', name: web}]
            routes:
              - {host: a.test, path: /x, service: orders}
              - {host: '*.test', priority: 1, service: orders}
            services: {orders: {endpoints: ['127.0.0.1:9002']}}
            """;
    private static final String PLAN = """
            + route *.test
            ~ service orders
            ! route a.test/x: shadowed by "*.test"
            1 added, 0 removed, 1 changed; 1 route gets no request any more
            """;
    private static final Map<String, String> TOKEN = Map.of("PENSTOCK_ADMIN_TOKEN", "a-long-token");

    @TempDir
    private Path directory;

    private String file(String name, String text) throws Exception {
        return Files.writeString(directory.resolve(name), text).toString();
    }

    private static InProcess run(int status, Map<String, String> variables, String... arguments) {
        var program = new InProcess(variables);
        assertThat(program.run(arguments)).as(program.err()).isEqualTo(status);
        return program;
    }

    private GatewayRuntime running(String file, ApiSettings settings) {
        Configuration read = GatewayRuntime.reader().read(Path.of(file));
        return GatewayRuntime.start(read.withAdmin(
                AdminSettings.defaults().withAddress("127.0.0.1:0").withApi(settings)));
    }

    private static String admin(GatewayRuntime runtime) {
        return "http://" + runtime.adminAddress().orElseThrow();
    }

    @Test
    void plan_againstAFile_tellsTheDifferenceAndTheRoutesThatAreLost() throws Exception {
        String old = file("old.yaml", OLD);
        String next = file("new.yaml", NEW);

        assertThat(run(0, Map.of(), "plan", "-f", next, "--against", old).out()).isEqualTo(PLAN);
        assertThat(run(3, Map.of(), "plan", "-f", next, "--against", old, "--detailed-exitcode")
                        .out())
                .isEqualTo(PLAN);
        assertThat(run(0, Map.of(), "plan", "-f", old, "--against", old, "--detailed-exitcode")
                        .out())
                .isEqualTo("no change\n");
    }

    @Test
    void plan_againstAFile_tellsSettingsToo() throws Exception {
        String old = file("old.yaml", OLD);
        String next = file("new.yaml", OLD + "threads: 3\ncatalogs: ['docker://']\n");

        assertThat(run(0, Map.of(), "plan", "-f", next, "--against", old).out())
                .isEqualTo(
                        "~ catalogs\n~ threads (in effect after a restart)\n0 added, 0 removed, 0 changed; 2 settings\n");
    }

    @Test
    void plan_againstTheRunningGateway_tellsTheSame_andChangesNothing() throws Exception {
        String next = file("new.yaml", NEW);
        try (GatewayRuntime runtime =
                running(file("old.yaml", OLD), ApiSettings.defaults().withToken("a-long-token"))) {
            long version = runtime.penstock().table().version();

            assertThat(run(3, TOKEN, "plan", "-f", next, "--admin", admin(runtime), "--detailed-exitcode")
                            .out())
                    .isEqualTo(PLAN);
            assertThat(runtime.penstock().table().version()).isEqualTo(version);
            assertThat(run(2, Map.of(), "plan", "-f", next, "--admin", admin(runtime))
                            .err())
                    .contains("answered 401: Authorization: not the one asked for");
        }
    }

    @Test
    void plan_comparesWhatReferencesComeTo_andTellsNamesAlone() throws Exception {
        file("port", "9001\n");
        String plain = file("plain.yaml", OLD.replace("host: a.test", "host: a.test, priority: 3"));
        String next = file(
                "new.yaml",
                "admin: {token: \"${TOKEN}\"}\n"
                        + OLD.replace("host: a.test", "host: \"${HOST}\", priority: \"${PRIORITY}\"")
                                .replace("9001", "${file:port}"));
        Map<String, String> same = Map.of("HOST", "a.test", "PRIORITY", "3", "TOKEN", "opensesame");
        Map<String, String> others = Map.of("HOST", "b.test", "PRIORITY", "3", "TOKEN", "opensesame");

        assertThat(run(0, same, "plan", "-f", next, "--against", plain).out())
                .isEqualTo("~ admin (in effect after a restart)\n0 added, 0 removed, 0 changed; 1 setting\n");
        assertThat(run(0, same, "plan", "-f", next, "--against", next).out()).isEqualTo("no change\n");
        try (GatewayRuntime runtime = running(plain, ApiSettings.defaults())) {
            assertThat(run(0, same, "plan", "-f", next, "--admin", admin(runtime))
                            .out())
                    .isEqualTo("no change\n");
            file("port", "9002");
            InProcess changed = run(0, same, "plan", "-f", next, "--admin", admin(runtime));
            assertThat(changed.out()).isEqualTo("~ service orders\n0 added, 0 removed, 1 changed\n");
            assertThat(run(0, others, "plan", "-f", next, "--admin", admin(runtime))
                            .out())
                    .contains("+ route b.test/x", "- route a.test/x")
                    .doesNotContain("opensesame");
        }
    }

    @Test
    void plan_thatCannotBeMade_saysWhy() throws Exception {
        String old = file("old.yaml", OLD);
        String bad = file("bad.yaml", "listeners: [{address: nope}]");

        assertThat(run(2, Map.of(), "plan", "-f", bad, "--against", old).err()).contains("bad.yaml:1:");
        assertThat(run(2, Map.of(), "plan", "-f", old, "--against", old, "--admin", "x:1")
                        .err())
                .contains("--against and --admin (expected: one of them)");
        assertThat(run(2, Map.of(), "plan", "-f", old, "--admin", "127.0.0.1:1").err())
                .contains("penstock: http://127.0.0.1:1: ", "expected: the admin address of a running gateway");
        assertThat(run(2, Map.of(), "plan", "-f", old, "--admin", "ftp://a b").err())
                .contains("not an address (expected: as in http://127.0.0.1:9123)");
        assertThat(run(2, Map.of(), "plan", "-f", old, "--admin", "127.0.0.1:1/?x=1")
                        .err())
                .contains("not an address (expected: as in http://127.0.0.1:9123)");
    }

    @Test
    void secretsThatCannotBeUsed_areNotShown() throws Exception {
        String old = file("old.yaml", OLD);

        assertThat(run(2, Map.of("PENSTOCK_ADMIN_TOKEN", "open\nsesame"), "plan", "-f", old)
                        .err())
                .isEqualTo("PENSTOCK_ADMIN_TOKEN: not shown (expected: visible ASCII characters)\n");
        assertThat(run(2, Map.of(), "plan", "-f", old, "--admin", "http://me:sesame@127.0.0.1:1")
                        .err())
                .isEqualTo("penstock: --admin: user given (expected: none; a token in PENSTOCK_ADMIN_TOKEN)\n");
    }

    @Test
    void explain_asksTheRunningGateway() throws Exception {
        try (GatewayRuntime runtime = running(file("old.yaml", OLD), ApiSettings.defaults())) {
            String admin = admin(runtime) + "/";

            assertThat(run(
                                    0,
                                    Map.of(),
                                    "explain",
                                    "GET http://a.test/x",
                                    "-H",
                                    "A: b",
                                    "--client",
                                    "10.0.0.7",
                                    "--admin",
                                    admin)
                            .out())
                    .startsWith("GET http://a.test/x from 10.0.0.7 by listener \"web\"\nroutes, in the order asked:\n")
                    .contains("  \"a.test/x\": matches\n")
                    .endsWith("goes to 127.0.0.1:9001\n");
            assertThat(run(2, Map.of(), "explain", "GET http://a.test/x", "--listener", "nope", "--admin", admin)
                            .err())
                    .contains("answered 400: listener: \"nope\" (expected: one of web)");
            assertThat(run(2, Map.of(), "explain", "/x", "-f", "x.yaml", "--admin", admin)
                            .err())
                    .contains("--file and --admin (expected: one of them)");
        }
    }

    @Test
    void A01_api_isAtItsAddressAsJsonInUtf8_orOff() throws Exception {
        String old = file("old.yaml", OLD);
        assertThat(GatewayRuntime.reader().read(Path.of(old)).admin().address()).isEqualTo("127.0.0.1:9123");
        try (GatewayRuntime runtime = running(old, ApiSettings.defaults())) {
            HttpResponse<byte[]> response = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(admin(runtime) + "/server/%C3%BC"))
                                    .build(),
                            BodyHandlers.ofByteArray());
            assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
            assertThat(new String(response.body(), StandardCharsets.UTF_8)).contains("\"Server \u00fc not found.\"");
        }
        Configuration off = GatewayRuntime.reader().read(Path.of(file("off.yaml", OLD + "admin: off\n")));
        try (GatewayRuntime runtime = GatewayRuntime.start(off)) {
            assertThat(runtime.adminAddress()).isEmpty();
        }
    }

    @Test
    void A19_addressThatOthersReach_withoutAToken_isRefusedAtTheStart_unlessForced() throws Exception {
        String old = file("old.yaml", OLD);
        String open = file("open.yaml", OLD + "admin: {open: true}\n");
        for (String address : List.of("0.0.0.0:9123", ":9123", "gateway.test:9123")) {
            for (String command : List.of("run", "check")) {
                assertThat(run(2, Map.of(), command, "-f", old, "--admin", address)
                                .err())
                        .contains("admin.address: \"" + address + "\" (expected: a loopback address, a token in");
            }
            run(0, TOKEN, "check", "-f", old, "--admin", address);
            run(0, Map.of(), "check", "-f", open, "--admin", address);
        }
        run(0, Map.of(), "check", "-f", old, "--admin", "[::1]:9123");
    }
}
