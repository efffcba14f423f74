package dev.penstock.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the API of servers is asked, tells and refuses, of the packaged program. Its effects: {@link ServerApiIT}. */
class ServerFormIT {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ENDPOINT = "{\"Target\":\"my-host\",\"Port\":80,\"Priority\":1,\"Weight\":2}";
    private static Packaged program;
    private static String api;
    private static Path empty;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        empty = Files.writeString(directory.resolve("balancer.json"), "[]");
        program = Packaged.start("run", "-e", empty.toString(), "--admin", "127.0.0.1:0");
        api = "http://127.0.0.1:" + program.port("admin http://127.0.0.1:");
    }

    @AfterAll
    static void stop() {
        program.close();
    }

    private static HttpResponse<String> call(String at, Map<String, String> headers, String method, String body)
            throws Exception {
        var request = HttpRequest.newBuilder(URI.create(at)).method(method, BodyPublishers.ofString(body));
        headers.forEach(request::header);
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    private static HttpResponse<String> call(String method, String path, String body) throws Exception {
        return call(api + path, Map.of(), method, body);
    }

    private static JsonNode told(String path) throws Exception {
        HttpResponse<String> response = call("GET", path, "");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith("application/json");
        assertThat(call("HEAD", path, "").statusCode()).isEqualTo(200);
        return JSON.readTree(response.body());
    }

    private static void done(String method, String path, String body) throws Exception {
        assertThat(call(method, path, body).statusCode()).as(path).isEqualTo(204);
    }

    private static void refused(int status, String method, String path, String body) throws Exception {
        HttpResponse<String> response = call(method, path, body);
        assertThat(response.statusCode()).as(path + " " + body).isEqualTo(status);
        assertThat(JSON.readTree(response.body()).path("message").asText()).isNotEmpty();
    }

    private static String create() throws Exception {
        int port = FreePorts.next();
        done("POST", "/server", "{\"address\":\":" + port + "\"}");
        return "/server/:" + port;
    }

    private static List<String> fields(JsonNode node) {
        return node.properties().stream().map(Map.Entry::getKey).toList();
    }

    @Test
    void A01_A02_A07_servers_areToldInAStableOrder_withTheFieldsOfTheForm() throws Exception {
        assertThat(told("/").path("servers").isArray()).isTrue();
        String first = create();
        String second = create();
        done("POST", first + "/upstream", ENDPOINT);
        JsonNode servers = told("/").path("servers");
        assertThat(told("/").path("servers")).isEqualTo(servers);
        JsonNode server = told(first);
        assertThat(fields(server)).containsExactly("address", "filter", "upstreams");
        assertThat(fields(server.path("filter"))).containsExactly("Hosts", "Schemes", "PathPrefix");
        assertThat(server.path("upstreams")).containsExactly(JSON.readTree(ENDPOINT));
        assertThat(servers).contains(server, told(second));
        refused(404, "GET", "/server/:1", "");
        done("DELETE", first, "");
        done("DELETE", second, "");
        assertThat(told("/").path("servers")).doesNotContain(server);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "{}",
                "{\"address\":\"\"}",
                "{\"address\":\":70000\"}",
                "{\"address\":\"no\"}",
                "{\"address\":\":1\",\"upstreams\":[{\"Target\":\"\",\"Port\":80}]}",
                "{\"address\":\":1\",\"upstreams\":[{\"Target\":\"a\",\"Port\":0}]}"
            })
    void A05_badBody_is400_andCreatesNothing(String body) throws Exception {
        JsonNode before = told("/");
        refused(400, "POST", "/server", body);
        assertThat(told("/")).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"upstream", "fallback"})
    void A09_A10_A11_A12_A15_parts_areWrittenToldAndRemoved(String part) throws Exception {
        String server = create();
        String one = server + "/" + part + "/my-host-80";
        refused(404, "GET", one, "");
        done("POST", server + "/" + part, ENDPOINT);
        assertThat(told(one)).isEqualTo(JSON.readTree(ENDPOINT));
        done("PUT", one, "{\"Priority\":3}");
        assertThat(told(one).path("Priority").asInt()).isEqualTo(3);
        assertThat(told(one).path("Target").asText()).isEqualTo("my-host");
        refused(400, "PUT", one, "{\"Target\":\"other\",\"Port\":80}");
        refused(400, "PUT", one, "{");
        refused(400, "GET", server + "/" + part + "/nohyphen", "");
        refused(400, "GET", server + "/" + part + "/my-host-no", "");
        refused(400, "GET", server + "/" + part + "/my-host-70000", "");
        refused(404, "GET", "/server/:1/" + part + "/my-host-80", "");
        refused(404, "POST", "/server/:1/" + part, ENDPOINT);
        done("DELETE", one, "");
        refused(404, "DELETE", one, "");
        done("DELETE", server, "");
    }

    @Test
    void A15_fallbacks_asMapOrList_areTaken() throws Exception {
        for (String fallbacks : List.of("{\"my-host-80\":" + ENDPOINT + "}", "[" + ENDPOINT + "]")) {
            int port = FreePorts.next();
            done("POST", "/server", "{\"address\":\":" + port + "\",\"fallbacks\":" + fallbacks + "}");
            assertThat(told("/server/:" + port + "/fallback/my-host-80")).isEqualTo(JSON.readTree(ENDPOINT));
            assertThat(told("/server/:" + port).has("fallbacks")).isTrue();
            done("DELETE", "/server/:" + port, "");
        }
    }

    @Test
    void A13_A14_filterThatIsUnset_isTold_andABadOneRefused() throws Exception {
        String server = create();
        assertThat(told(server + "/filter"))
                .isEqualTo(JSON.readTree("{\"Hosts\":null,\"Schemes\":[\"\",\"\"],\"PathPrefix\":\"\"}"));
        refused(400, "PUT", server + "/filter", "{");
        refused(404, "PUT", "/server/:1/filter", "{}");
        done("DELETE", server, "");
    }

    @Test
    void A16_unknownPathsAndWrongMethods_areToldAsJson() throws Exception {
        refused(404, "GET", "/nope", "");
        refused(405, "DELETE", "/", "");
        assertThat(call("DELETE", "/", "").headers().firstValue("Allow")).isPresent();
    }

    @Test
    void A19_token_isAskedFor() throws Exception {
        var command =
                List.of(Packaged.JAVA, "-jar", Packaged.JAR, "run", "-e", empty.toString(), "--admin", "127.0.0.1:0");
        try (var guarded = Packaged.command(Map.of("PENSTOCK_ADMIN_TOKEN", "s3cret-of-this-test"), command)) {
            String at = "http://127.0.0.1:" + guarded.port("admin http://127.0.0.1:") + "/";
            assertThat(call(at, Map.of(), "GET", "").statusCode()).isEqualTo(401);
            assertThat(call(at, Map.of("Authorization", "Bearer wrong"), "GET", "")
                            .statusCode())
                    .isEqualTo(401);
            assertThat(call(at, Map.of("Authorization", "Bearer s3cret-of-this-test"), "GET", "")
                            .statusCode())
                    .isEqualTo(200);
            assertThat(guarded.out() + guarded.err()).doesNotContain("s3cret");
        }
    }
}
