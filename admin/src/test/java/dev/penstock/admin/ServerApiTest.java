package dev.penstock.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.Penstock;
import dev.penstock.catalog.Catalog;
import dev.penstock.catalog.CatalogLimits;
import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.RouteSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.config.AdminSettings;
import dev.penstock.config.ApiSettings;
import dev.penstock.config.Server;
import dev.penstock.config.ServerDefinitions;
import dev.penstock.config.ServerFilter;
import dev.penstock.config.ServerReader;
import dev.penstock.config.Upstream;
import dev.penstock.request.PlainRequest;
import dev.penstock.route.Match;
import dev.penstock.route.PathMatch;
import dev.penstock.testkit.Eventually;
import dev.penstock.time.Ticker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerApiTest {
    private static final String PLAIN = "{\"address\":\":8080\",\"filter\":{\"Hosts\":null,\"Schemes\":[\"\",\"\"],"
            + "\"PathPrefix\":\"\"},\"upstreams\":[{\"Target\":\"127.0.0.1\",\"Port\":81,\"Priority\":0,\"Weight\":1}]}";

    private final AtomicReference<ListenerOutcome> outcome = new AtomicReference<>(ListenerOutcome.DONE);
    private final Penstock penstock = Penstock.builder().build();
    private final AdminHandler api = handler(penstock, AdminSettings.defaults());

    @AfterEach
    void close() {
        penstock.close();
    }

    private AdminHandler handler(Penstock of, AdminSettings settings) {
        return new AdminHandler(
                of,
                () -> Status.OK,
                () -> new ProgramFacts("1", "nio", "jdk", BufferFacts.NONE, FileFacts.NONE, Map.of()),
                List::of,
                Ticker.system(),
                new ApiSetup(
                        settings,
                        (version, listener) -> version == of.table().version()
                                ? outcome.get()
                                : ListenerOutcome.unbound("not the newest table")));
    }

    private AdminResponse call(String method, String path, String body) {
        return api.handle(new AdminRequest(method, path, Map.of(), body));
    }

    private String get(String path) {
        AdminResponse response = call("GET", path, "");
        assertThat(response.status()).as(response.body()).isEqualTo(200);
        assertThat(call("HEAD", path, "")).isEqualTo(response);
        return response.body().strip();
    }

    private void done(String method, String path, String body) {
        AdminResponse response = call(method, path, body);
        assertThat(response.status()).as(response.body()).isEqualTo(204);
        assertThat(response.body()).isEmpty();
    }

    private static String message(AdminResponse response) {
        assertThat(response.headers()).containsEntry("Content-Type", "application/json");
        try {
            JsonNode tree = new ObjectMapper().readTree(response.body());
            assertThat(tree.size()).isEqualTo(1);
            return tree.get("message").asText();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void refused(int status, String message, String method, String path, String body) {
        AdminResponse response = call(method, path, body);
        assertThat(response.status()).as(response.body()).isEqualTo(status);
        assertThat(message(response)).contains(message);
    }

    private void create() {
        done("POST", "/server", "{\"address\": \":8080\", \"upstreams\": [{\"Target\": \"127.0.0.1\", \"Port\": 81}]}");
    }

    @Test
    void A02_root_tellsServersInOrder_noneAtFirst() {
        assertThat(get("/")).isEqualTo("{\"servers\":[]}");
        create();
        assertThat(get("/")).isEqualTo("{\"servers\":[" + PLAIN + "]}");
        done("POST", "/server", "{\"address\": \"127.0.0.1:70\"}");
        assertThat(get("/"))
                .startsWith("{\"servers\":[{\"address\":\"127.0.0.1:70\"")
                .contains(PLAIN);
    }

    @Test
    void A03_post_isInEffectOnceItIsAnswered() {
        create();
        assertThat(penstock.explain(PlainRequest.get("http://a.test/").withListener(":8080"))
                        .picked())
                .isNotNull();
    }

    @Test
    void A04_post_onAnExistingAddress_replacesAllOfIt() {
        create();
        done("POST", "/server/:8080/filter", "{\"PathPrefix\": \"/api\"}");
        done("POST", "/server", "{\"address\": \":8080\", \"upstreams\": [{\"Target\": \"::1\", \"Port\": 82}]}");
        assertThat(get("/server/:8080")).contains("\"PathPrefix\":\"\"", "::1").doesNotContain("127.0.0.1");
        assertThat(penstock.table().listeners()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "cross-site, image, 403",
        "same-site, script, 403",
        "cross-site, document, 200",
        "same-origin, empty, 200",
        "none, document, 200"
    })
    void A19_whatPagesOfOtherSitesAskFor_isRefused_butALinkIsFollowed(String site, String use, int expected) {
        assertThat(status(AdminSettings.defaults(), "/", "sec-fetch-site", site, "sec-fetch-dest", use))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"address\": \":80\" | JSON:1:18: malformed: Unexpected end-of-input: expected close marker for Object",
                "{} | JSON:1:1: address: missing (expected: host:port",
                "{\"address\": \"80\"} | address: \"80\" (expected: host:port",
                "{\"address\": \":65536\"} | address: \":65536\"",
                "{\"address\": \":80\", \"upstreams\": [{\"Target\": \"a\", \"Port\": 65536}]} | 65536",
                "{\"address\": \":80\", \"upstreams\": [{\"Target\": \"\", \"Port\": 1}]} | upstreams[0].Target: nothing",
                "{\"address\": \":80\", \"upstreams\": [{\"Target\": \"a\", \"Port\": 1, \"Weight\": -1}]} | -1",
                "'' | JSON: empty",
                "[] | a list",
                "null | nothing"
            })
    void A05_badBody_is400_andNothingIsCreated(String body, String message) {
        refused(400, message, "POST", "/server", body);
        assertThat(get("/")).isEqualTo("{\"servers\":[]}");
        assertThat(penstock.table().listeners()).isEmpty();
    }

    @Test
    void A06_addressInUse_is409_andNothingIsStored() {
        outcome.set(ListenerOutcome.unbound("listener \":8080\": in use"));
        refused(409, "in use", "POST", "/server", "{\"address\": \":8080\"}");
        assertThat(get("/")).isEqualTo("{\"servers\":[]}");
        assertThat(penstock.table().listeners()).isEmpty();
        assertThat(penstock.table().services()).isEmpty();
    }

    @Test
    void A06_addressOfAnotherServer_is409() {
        create();
        refused(409, "expected: an address that is free", "POST", "/server", "{\"address\": \"127.0.0.1:8080\"}");
        assertThat(get("/")).isEqualTo("{\"servers\":[" + PLAIN + "]}");
    }

    @Test
    void A07_server_isTold_byItsAddress_unknownIs404() {
        create();
        done("POST", "/server", "{\"address\": \"127.0.0.1:8081\"}");
        assertThat(get("/server/:8080")).isEqualTo(PLAIN);
        assertThat(get("/server/%3A8080")).isEqualTo(PLAIN);
        assertThat(get("/server/127.0.0.1:8081")).contains("\"address\":\"127.0.0.1:8081\"");
        assertThat(message(call("GET", "/server/:9", ""))).isEqualTo("Server :9 not found.");
        refused(404, "Server :9 not found.", "GET", "/server/:9", "");
    }

    @Test
    void A08_delete_removesIt_andUnknownIs404() {
        create();
        done("DELETE", "/server/:8080", "");
        refused(404, "Server :8080 not found.", "GET", "/server/:8080", "");
        refused(404, "Server :8080 not found.", "DELETE", "/server/:8080", "");
        assertThat(penstock.table().listeners()).isEmpty();
        assertThat(penstock.table().services()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"upstream", "fallback"})
    void A09_A10_A11_A12_A15_parts_areWrittenReadAndRemoved(String part) {
        create();
        String parts = "/server/:8080/" + part;
        done("POST", parts, "{\"Target\": \"my-host\", \"Port\": 80, \"Weight\": 2}");
        assertThat(get(parts + "/my-host-80"))
                .isEqualTo("{\"Target\":\"my-host\",\"Port\":80,\"Priority\":0,\"Weight\":2}");
        done("PUT", parts, "{\"Target\": \"my-host\", \"Port\": 80, \"Weight\": 3}");
        done("PUT", parts + "/my-host-80", "{\"Weight\": 4, \"Port\": 80}");
        done("POST", parts + "/other-9", "{}");
        assertThat(get(parts + "/my-host-80")).contains("\"Weight\":4");
        assertThat(get(parts)).contains("my-host", "other");
        assertThat(get("/server/:8080")).containsOnlyOnce("my-host\"").contains("other");

        refused(400, "as its key says", "PUT", parts + "/my-host-80", "{\"Target\": \"a\", \"Port\": 80}");
        refused(400, "malformed", "POST", parts, "{");
        refused(400, "malformed", "POST", parts + "/my-host-80", "nonsense");
        refused(404, "Server :9 not found.", "POST", "/server/:9/" + part, "{\"Target\": \"a\", \"Port\": 80}");
        refused(404, "not found", "GET", parts + "/nobody-80", "");
        refused(404, "Server :9 not found.", "GET", "/server/:9/" + part + "/my-host-80", "");
        for (String key : List.of("host", "my-host-x", "my-host-70000", "-80", "a-0")) {
            for (String method : List.of("GET", "PUT", "DELETE")) {
                refused(400, "expected", method, parts + "/" + key, "{}");
            }
        }

        done("DELETE", parts + "/my-host-80", "");
        refused(404, "not found", "DELETE", parts + "/my-host-80", "");
        done("DELETE", parts + "/other-9", "");
        assertThat(get("/server/:8080")).isEqualTo(PLAIN);
    }

    @Test
    void A15_fallbacks_asMapOrList_areToldByKey() {
        for (String fallbacks : List.of("{\"b-82\": {}}", "[{\"Target\": \"b\", \"Port\": 82}]")) {
            done("POST", "/server", "{\"address\": \":8080\", \"fallbacks\": " + fallbacks + "}");
            assertThat(get("/server/:8080"))
                    .contains("\"fallbacks\":{\"b-82\":{\"Target\":\"b\",\"Port\":82,\"Priority\":0,\"Weight\":1}}");
            assertThat(penstock.table().services()).hasSize(2);
        }
    }

    @Test
    void A13_A14_filter_isToldAndChanged() {
        create();
        assertThat(get("/server/:8080/filter"))
                .isEqualTo("{\"Hosts\":null,\"Schemes\":[\"\",\"\"],\"PathPrefix\":\"\"}");
        done(
                "PUT",
                "/server/:8080/filter",
                "{\"Hosts\": [\"a.test\"], \"Schemes\": [\"http\"], \"PathPrefix\": \"/api\"}");
        assertThat(get("/server/:8080/filter"))
                .isEqualTo("{\"Hosts\":[\"a.test\"],\"Schemes\":[\"http\",\"\"],\"PathPrefix\":\"/api\"}");
        assertThat(penstock.table().routes())
                .singleElement()
                .satisfies(route -> assertThat(route.match())
                        .isEqualTo(Match.ALL
                                .withHost("a.test")
                                .withSchemes(Set.of("http"))
                                .withPath(new PathMatch.Pattern("/api*/**"))
                                .withListeners(Set.of(":8080"))));
        refused(400, "JSON:1:2: malformed", "POST", "/server/:8080/filter", "{");
        refused(404, "Server :9 not found.", "POST", "/server/:9/filter", "{}");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /nope, 404, ''",
        "GET, /server/, 404, ''",
        "POST, /server/:8080/nope, 404, ''",
        "GET, /server/:8080/filter/x, 404, ''",
        "GET, /server/:8080/upstream/a-1/x, 404, ''",
        "POST, /, 405, 'GET, HEAD'",
        "GET, /server, 405, POST",
        "PUT, /server/:8080, 405, 'DELETE, GET, HEAD'",
        "DELETE, /server/:8080/filter, 405, 'GET, HEAD, POST, PUT'",
        "PATCH, /server/:8080/upstream/a-1, 405, 'DELETE, GET, HEAD, POST, PUT'",
        "GET, /server/%zz, 400, ''"
    })
    void A16_wrongMethodsAndPaths_areToldAsJson(String method, String path, int status, String allow) {
        create();
        AdminResponse response = call(method, path, "{}");
        assertThat(response.status()).isEqualTo(status);
        assertThat(message(response)).contains("expected: ").doesNotContain("\n");
        assertThat(response.headers().getOrDefault("Allow", "")).isEqualTo(allow);
    }

    @Test
    void A20_addressThatAFileTakesToo_keepsNoOtherServerFromBeingChanged() {
        create();
        var same = new Server(":8080", ServerFilter.NONE, List.of(new Upstream("10.0.0.1", 81, 0, 1)), List.of());
        penstock.apply(ServerDefinitions.of("file x", List.of(same)));
        done("POST", "/server", "{\"address\": \":9999\"}");
        done("DELETE", "/server/:9999", "");
    }

    @Test
    void A20_serversOfAFile_canBeRead_notWritten() {
        var server = new Server(
                ":8080",
                new ServerFilter(List.of("a.test", "b.test"), Set.of("http"), "/api"),
                List.of(new Upstream("my-host", 81, 2, 3)),
                List.of(new Upstream("::1", 82, 0, 1)));
        penstock.apply(ServerDefinitions.of("file a.json", List.of(server)));
        String told = get("/server/:8080");
        assertThat(ServerReader.server("JSON", told)).isEqualTo(server);
        assertThat(get("/")).isEqualTo("{\"servers\":[" + told + "]}");
        for (String path :
                List.of("/server/:8080/upstream/c-1", "/server/:8080/fallback/c-1", "/server/:8080/filter")) {
            refused(409, "Server :8080 is defined by file a.json", "PUT", path, "{}");
        }
        refused(409, "is defined by file a.json", "POST", "/server", "{\"address\": \":8080\"}");
        refused(409, "is defined by file a.json", "POST", "/server", "{\"address\": \"127.0.0.1:8080\"}");
        refused(409, "is defined by file a.json", "DELETE", "/server/:8080", "");
        refused(409, "is defined by file a.json", "DELETE", "/server/:8080/upstream/my-host-81", "");
        assertThat(get("/server/:8080")).isEqualTo(told);
    }

    @Test
    void A20_listenerOfANativeFile_isAServer_ifAllItsRoutesSaySoMuch() {
        try (Penstock other = Penstock.builder()
                .listener(ListenerSpec.of("web", "127.0.0.1:8080"))
                .listener(ListenerSpec.of("two", ":8081"))
                .listener(ListenerSpec.of("none", ":8082").withApart(true))
                .service(ServiceSpec.of("site", "10.0.0.1:81", "10.0.0.2:82"))
                .service(ServiceSpec.of("other", "10.0.0.3:83"))
                .route(Match.ALL.withHost("a.test"), "site")
                .route(RouteSpec.of(
                        Match.ALL.withListeners(Set.of("two")).withPath(new PathMatch.Prefix("/x")), "other"))
                .build()) {
            AdminResponse response = handler(other, AdminSettings.defaults()).handle(AdminRequest.get("/"));
            assertThat(response.body())
                    .containsOnlyOnce("address")
                    .contains(
                            "{\"address\":\"127.0.0.1:8080\",\"filter\":{\"Hosts\":[\"a.test\"]",
                            "10.0.0.1",
                            "10.0.0.2");
        }
    }

    private static AdminSettings settings(String address, ApiSettings api) {
        return AdminSettings.defaults().withAddress(address).withApi(api);
    }

    private int status(AdminSettings settings, String path, String... headers) {
        Map<String, String> given = new HashMap<>();
        for (int i = 0; i < headers.length; i += 2) {
            given.put(headers[i], headers[i + 1]);
        }
        AdminResponse response = handler(penstock, settings).handle(new AdminRequest("GET", path, given, ""));
        assertThat(response.body() + response.headers()).doesNotContain("s3cret");
        return response.status();
    }

    @Test
    void A19_token_isAskedForByAllButTheStatus() {
        var settings = settings("0.0.0.0:9123", ApiSettings.defaults().withToken("s3cret-of-mine"));
        assertThat(settings.toString()).doesNotContain("s3cret");
        for (String path : List.of("/", "/server/:1", "/state", "/metrics", "/nope")) {
            assertThat(status(settings, path)).isEqualTo(401);
            assertThat(status(settings, path, "authorization", "Bearer s3cret-of-min"))
                    .isEqualTo(401);
            assertThat(status(settings, path, "authorization", "Basic s3cret-of-mine"))
                    .isEqualTo(401);
            assertThat(status(settings, path, "authorization", "Bearer s3cret-of-mine", "host", "any.test"))
                    .isNotEqualTo(401);
        }
        assertThat(status(settings, "/", "authorization", "Bearer s3cret-of-mine", "host", "any.test"))
                .isEqualTo(200);
        assertThat(status(settings, "/status")).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:9123, false, 200", "localhost:9123, false, 200", "[::1]:9123, false, 200",
                "0.0.0.0:9123, false, 403",
        ":9123, false, 403", "10.0.0.1:9123, false, 403", "gateway.test:9123, false, 403", "0.0.0.0:9123, true, 200"
    })
    void A19_addressThatOthersReach_closesTheApiWithoutAToken_unlessItIsSaidToBeOpen(
            String address, boolean open, int expected) {
        var settings = settings(address, new ApiSettings("", open, false));
        assertThat(status(settings, "/")).isEqualTo(expected);
        assertThat(status(settings, "/state")).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:9123, '', 200",
        "localhost:9123, '', 200",
        "[::1]:9123, '', 200",
        "localhost, '', 200",
        "evil.test:9123, '', 403",
        "evil.test, '', 403",
        "localhost.evil.test, '', 403",
        "a b, '', 403",
        "127.0.0.1:9123, http://127.0.0.1:9123, 200",
        "127.0.0.1:9123, http://evil.test, 403",
        "127.0.0.1:9123, null, 403",
        "evil.test:9123, http://evil.test:9123, 403"
    })
    void A19_hostAndOriginOfOtherSites_areRefused(String host, String origin, int expected) {
        AdminSettings settings = AdminSettings.defaults();
        assertThat(
                        origin.isEmpty()
                                ? status(settings, "/", "host", host)
                                : status(settings, "/", "host", host, "origin", origin))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/%73erver", "/s%65rver/:1", "/%2573erver", "/server/%3A1", "//server", "/nope", "/Server"})
    void A19_otherSpellingsOfAPath_openNoOtherWay(String path) {
        AdminSettings here = AdminSettings.defaults();
        assertThat(status(here, path, "host", "evil.test")).isEqualTo(403);
        assertThat(status(here, path, "host", "localhost", "origin", "http://evil.test"))
                .isEqualTo(403);
        assertThat(status(settings("0.0.0.0:9123", ApiSettings.defaults()), path))
                .isEqualTo(403);
        assertThat(status(here, path, "host", "localhost")).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "256.1.1.1:80",
                "[zzz]:80",
                "a,b:80",
                "\u2003a:80",
                "\u0085a:80",
                "1.2.3:80",
                "[::1:80",
                "a..b:80"
            })
    void A05_addressThatIsNone_is400(String address) {
        refused(400, "expected", "POST", "/server", "{\"address\": \"" + address + "\"}");
        assertThat(get("/")).isEqualTo("{\"servers\":[]}");
    }

    @Test
    void A20_override_takesTheAddressOfACatalog_untilItIsDeleted() throws Exception {
        CatalogState state = ServerDefinitions.of(
                "keys",
                List.of(new Server(
                        ":8080", ServerFilter.NONE, List.of(new Upstream("10.0.0.1", 81, 0, 1)), List.of())));
        try (Penstock other = Penstock.builder()
                .catalog("keys", new Fixed(state), CatalogLimits.none())
                .build()) {
            Eventually.eventually(
                    Duration.ofSeconds(20),
                    () -> assertThat(other.table().listeners()).hasSize(1));
            var request = new AdminRequest(
                    "PUT", "/server/:8080/upstream", Map.of(), "{\"Target\":\"10.0.0.2\",\"Port\":82}");
            assertThat(handler(other, AdminSettings.defaults()).handle(request).status())
                    .isEqualTo(409);

            AdminHandler strong = handler(other, AdminSettings.defaults().withApi(new ApiSettings("", false, true)));
            assertThat(strong.handle(request).status()).isEqualTo(204);
            assertThat(strong.handle(AdminRequest.get("/")).body())
                    .containsOnlyOnce("address")
                    .contains("10.0.0.1", "10.0.0.2");
            assertThat(other.table().listeners())
                    .singleElement()
                    .satisfies(listener ->
                            assertThat(listener.provenance().source()).isEqualTo("api"));

            assertThat(strong.handle(new AdminRequest("DELETE", "/server/:8080"))
                            .status())
                    .isEqualTo(204);
            assertThat(strong.handle(AdminRequest.get("/server/:8080")).body())
                    .contains("10.0.0.1")
                    .doesNotContain("10.0.0.2");
        }
    }

    private Penstock following(CatalogState state) {
        Penstock other = Penstock.builder()
                .catalog("keys", new Fixed(state), CatalogLimits.none())
                .build();
        Eventually.eventually(
                Duration.ofSeconds(20),
                () -> assertThat(other.table().listeners()).hasSize(1));
        return other;
    }

    @Test
    void A20_override_ofWhatTheFormCannotSay_isDoneWholeOnly() {
        CatalogState plain = ServerDefinitions.of(
                "keys",
                List.of(new Server(
                        ":8080", ServerFilter.NONE, List.of(new Upstream("10.0.0.1", 81, 0, 1)), List.of())));
        CatalogState more = new CatalogState(
                "keys",
                plain.listeners(),
                plain.routes(),
                plain.services().stream()
                        .map(spec -> spec.withBalancer("random"))
                        .toList());
        try (Penstock other = following(more)) {
            AdminHandler strong = handler(other, AdminSettings.defaults().withApi(new ApiSettings("", false, true)));
            String before = strong.handle(AdminRequest.get("/")).body();

            AdminResponse part = strong.handle(new AdminRequest(
                    "PUT", "/server/:8080/upstream", Map.of(), "{\"Target\":\"10.0.0.2\",\"Port\":82}"));
            assertThat(part.status()).isEqualTo(409);
            assertThat(message(part)).contains("with settings or sources that this form cannot say");
            assertThat(strong.handle(AdminRequest.get("/")).body()).isEqualTo(before);

            AdminResponse whole =
                    strong.handle(new AdminRequest("POST", "/server", Map.of(), "{\"address\":\":8080\"}"));
            assertThat(whole.status()).isEqualTo(204);
        }
    }

    @Test
    void A02_serverThatAFileHasDrivenOut_isNotTold_butCanBeRemoved() {
        CatalogState empty = new CatalogState("file x", List.of(), List.of(), List.of());
        penstock.apply(empty);
        create();
        penstock.apply(ServerDefinitions.of(
                "file x",
                List.of(new Server(
                        ":8080", ServerFilter.NONE, List.of(new Upstream("10.0.0.9", 99, 0, 1)), List.of()))));

        assertThat(get("/")).contains("10.0.0.9").doesNotContain("127.0.0.1");
        assertThat(get("/server/:8080")).contains("10.0.0.9");
        refused(409, "is defined by file x", "PUT", "/server/:8080/filter", "{}");
        done("DELETE", "/server/:8080", "");
        assertThat(get("/server/:8080")).contains("10.0.0.9");
    }

    @Test
    void A05_targetAndPort_thatAreNull_are400_withTheirPlace() {
        refused(
                400,
                "JSON:1:34: upstreams[0].Target: nothing (expected: an IP address or a host name)",
                "POST",
                "/server",
                "{\"address\":\":8080\",\"upstreams\":[{\"Target\":null,\"Port\":null}]}");
        create();
        refused(400, "Port: nothing", "PUT", "/server/:8080/upstream", "{\"Target\":\"a\",\"Port\":null}");
        refused(400, "Port: nothing", "PUT", "/server/:8080/upstream/a-1", "{\"Port\":null}");
    }

    @Test
    void listenerThatIsLate_is503_aNewServerIsNotStored_anyOtherChangeIs() {
        outcome.set(ListenerOutcome.late("listener \":8080\": not bound after 30 s"));
        refused(503, "not bound after 30 s", "POST", "/server", "{\"address\": \":8080\"}");
        assertThat(get("/")).isEqualTo("{\"servers\":[]}");
        outcome.set(ListenerOutcome.DONE);
        create();
        outcome.set(ListenerOutcome.late("listener \":8080\": closing"));
        refused(503, "closing; the change is made", "PUT", "/server/:8080/filter", "{\"PathPrefix\":\"/a\"}");
        assertThat(get("/server/:8080/filter")).contains("/a");
        refused(503, "closing; the change is made", "DELETE", "/server/:8080", "");
        assertThat(get("/")).isEqualTo("{\"servers\":[]}");
    }

    @Test
    void namesOfTheApisSources_areTakenByNobodyElse() {
        CatalogState state = new CatalogState("x", List.of(), List.of(), List.of());
        try (Penstock other = Penstock.builder()
                .catalog("api", new Fixed(state), CatalogLimits.none())
                .build()) {
            assertThatThrownBy(() -> handler(other, AdminSettings.defaults()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("catalog: \"api\" (expected: another name, this one is the admin API's own)");
        }
    }

    private record Fixed(CatalogState state) implements Catalog {
        @Override
        public Subscription watch(Consumer<CatalogState> observer) {
            observer.accept(state);
            return () -> {};
        }

        @Override
        public void close() {
            // nothing is open
        }
    }
}
