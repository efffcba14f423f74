package dev.penstock.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.Table;
import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.request.PlainRequest;
import dev.penstock.service.Lease;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NativeApiTest {
    private static final String CONFIG = "{\"listeners\":[{\"name\":\"mine\",\"address\":\"127.0.0.1:8090\"}],"
            + "\"routes\":[{\"host\":\"a.test\",\"path\":\"/x\",\"service\":\"mine\"}],"
            + "\"services\":{\"mine\":{\"endpoints\":[\"127.0.0.1:9003\"]}}}";

    private final NativeCalls api = new NativeCalls();

    @AfterEach
    void close() {
        api.close();
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    // ---- what runs

    @Test
    void liveViews_tellWhatRuns_ofAllSources() {
        api.ok("PUT", "/v1/config", CONFIG);

        assertThat(api.get("/v1/services").at("/services/0/name").asText()).isEqualTo("orders");
        assertThat(api.get("/v1/services/mine").at("/endpoints/0/address").asText())
                .isEqualTo("127.0.0.1:9003");
        assertThat(api.get("/v1/services/mine").at("/definedIn").asText()).startsWith("api/v1");
        assertThat(api.get("/v1/routes").at("/routes/0/name").asText()).isEqualTo("a.test/x");
        assertThat(api.get("/v1/listeners").at("/listeners/1/name").asText()).isEqualTo("mine");
        assertThat(api.get("/v1/listeners/web").at("/definedIn").asText()).isEqualTo("file web.yaml, line 1");
        assertThat(api.get("/v1/endpoints").at("/services/orders/1/id").asText())
                .isEqualTo("127.0.0.1:9002");
        assertThat(texts(api.get("/v1/sources").get("given"))).containsExactly("file web.yaml", "api/v1");
        api.refused(404, "GET", "/v1/services/nope", "");
        api.refused(404, "GET", "/v1/listeners/nope", "");
    }

    @Test
    void representations_haveTags_andAreNotSentAgain() {
        String tag = api.tag("/v1/config");

        assertThat(tag).matches("\"[0-9a-f]{24}\"");
        AdminResponse again = api.call("GET", "/v1/config", "", "if-none-match", "\"x\", W/" + tag);
        assertThat(again.status()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(again.headers()).containsEntry("ETag", tag);
        assertThat(api.call("HEAD", "/v1/config", "")).isEqualTo(api.call("GET", "/v1/config", ""));
        api.ok("PUT", "/v1/config", CONFIG);
        assertThat(api.tag("/v1/config")).isNotEqualTo(tag);
    }

    // ---- what the API defines

    @Test
    void config_isReplacedWhole_andToldAsItWasSent() {
        JsonNode done = api.ok("PUT", "/v1/config", CONFIG);

        assertThat(texts(done.get("added"))).containsExactly("listener mine", "route a.test/x", "service mine");
        assertThat(api.get("/v1/config")).isEqualTo(NativeDocument.parse(CONFIG));
        Table table = api.penstock.table();
        assertThat(table.explain(PlainRequest.get("http://a.test/x")).service()).isEqualTo("mine");
        assertThat(texts(api.ok("PUT", "/v1/config", "{}").get("removed")))
                .containsExactly("listener mine", "route a.test/x", "service mine");
        assertThat(api.get("/v1/config")).isEmpty();
    }

    @Test
    void dryRun_saysWhatWouldChange_andChangesNothing() {
        String before = api.state();

        JsonNode planned = api.ok("PUT", "/v1/config?dry-run=true", CONFIG);

        assertThat(planned.get("added")).hasSize(3);
        assertThat(api.state()).isEqualTo(before);
        api.refused(400, "PUT", "/v1/config?dry-run=maybe", CONFIG);
        api.refused(400, "PUT", "/v1/config?dryrun=true", CONFIG);
        assertThat(api.penstock.history()).hasSize(1);
    }

    @Test
    void routesThatNoRequestComesTo_areToldWithTheChange() {
        String all = "{\"routes\":[{\"name\":\"mine\",\"priority\":1,\"service\":\"orders\"}]}";

        JsonNode planned = api.ok("PUT", "/v1/config?dry-run=true", all);

        assertThat(planned.at("/unreached/0/route").asText()).isEqualTo("all");
        assertThat(planned.at("/unreached/0/why").asText()).isEqualTo("shadowed by \"mine\"");
    }

    @Test
    void items_areAddedReplacedAndRemoved_oneByOne() {
        api.ok("PUT", "/v1/config/services/s%2F1", "{\"endpoints\":[\"127.0.0.1:1\"]}");
        api.ok("PUT", "/v1/config/listeners/door", "{\"address\":\"127.0.0.1:8091\"}");
        api.ok("PUT", "/v1/config/routes/r", "{\"host\":\"b.test\",\"service\":\"s/1\"}");
        JsonNode changed = api.ok("PUT", "/v1/config/services/s%2F1", "{\"endpoints\":[\"127.0.0.1:2\"]}");

        assertThat(texts(changed.get("changed"))).containsExactly("service s/1");
        assertThat(api.get("/v1/config/services/s%2F1").at("/endpoints/0").asText())
                .isEqualTo("127.0.0.1:2");
        assertThat(api.get("/v1/config/routes/r").get("name").asText()).isEqualTo("r");
        assertThat(api.get("/v1/config").at("/listeners/0/name").asText()).isEqualTo("door");
        assertThat(api.penstock.explain(PlainRequest.get("http://b.test/")).service())
                .isEqualTo("s/1");
        assertThat(texts(api.ok("DELETE", "/v1/config/routes/r", "").get("removed")))
                .containsExactly("route r");
        api.ok("DELETE", "/v1/config/services/s%2F1", "");
        api.ok("DELETE", "/v1/config/listeners/door", "");
        api.refused(404, "DELETE", "/v1/config/listeners/door", "");
        api.refused(404, "GET", "/v1/config/services/s%2F1", "");
    }

    @Test
    void serviceMayBeCalledAnything() {
        for (String name : List.of("item", "item+", "services", "null", "endpoints")) {
            api.ok("PUT", "/v1/config/services/" + name.replace("+", "%2B"), "{\"endpoints\":[\"127.0.0.1:1\"]}");
            assertThat(api.get("/v1/config/services/" + name.replace("+", "%2B"))
                            .at("/endpoints/0")
                            .asText())
                    .isEqualTo("127.0.0.1:1");
        }
        api.ok("PUT", "/v1/config/services/item", "{\"endpoints\":[\"127.0.0.1:2\"]}");
        assertThat(api.get("/v1/config").get("services")).hasSize(5);
    }

    @Test
    void routesWithoutANameOfTheirOwn_areFoundByTheOneTheyHave() {
        api.ok("PUT", "/v1/config", CONFIG);

        assertThat(api.get("/v1/config/routes/a.test%2Fx").get("service").asText())
                .isEqualTo("mine");
        api.ok("PUT", "/v1/config/routes/a.test%2Fx", "{\"host\":\"c.test\",\"service\":\"mine\"}");
        assertThat(api.get("/v1/config").get("routes")).hasSize(1);
        api.refused(400, "PUT", "/v1/config/routes/a.test%2Fx", "{\"name\":\"other\",\"service\":\"mine\"}");
    }

    @Test
    void conditions_keepChangesApart() {
        String tag = api.tag("/v1/config");
        api.ok("PUT", "/v1/config", CONFIG, "if-match", tag);

        api.refused(412, "PUT", "/v1/config", "{}", "if-match", tag);
        String item = api.tag("/v1/config/services/mine");
        String other = "{\"endpoints\":[\"127.0.0.1:2\"]}";
        api.refused(412, "PUT", "/v1/config/services/mine", other, "if-none-match", "*");
        api.refused(412, "PUT", "/v1/config/services/new", other, "if-match", "*");
        api.refused(412, "DELETE", "/v1/config/services/mine", "", "if-match", "\"000000000000000000000000\"");
        api.ok("PUT", "/v1/config/services/mine", other, "if-match", "\"1\", " + item);
        api.ok("PUT", "/v1/config/services/new", other, "if-none-match", "*");
        api.ok("PUT", "/v1/config/services/mine", other, "if-match", "*");
    }

    @Test
    void whatOthersDefine_isNotTaken() {
        JsonNode problem = api.refused(409, "PUT", "/v1/config/services/orders", "{\"endpoints\":[\"127.0.0.1:1\"]}");
        assertThat(problem.get("detail").asText())
                .isEqualTo(
                        "service orders is defined by file web.yaml (expected: names and addresses that nobody else has)");
        api.refused(409, "DELETE", "/v1/config/services/orders", "");
        api.refused(409, "DELETE", "/v1/config/routes/all", "");
        api.refused(409, "DELETE", "/v1/config/listeners/web", "");
        api.refused(409, "PUT", "/v1/config/listeners/other", "{\"address\":\":8080\"}");
        api.refused(409, "PUT", "/v1/config/routes/all", "{\"service\":\"orders\"}");
    }

    @Test
    void whatTheRestNeeds_isNotRemoved() {
        api.ok("PUT", "/v1/config", CONFIG);

        JsonNode problem = api.refused(409, "DELETE", "/v1/config/services/mine", "");

        assertThat(problem.get("detail").asText()).contains("routes[0].service: \"mine\"");
    }

    @Test
    void faults_areToldWithPointerLineAndColumn_ofTheBody() {
        JsonNode problem = api.refused(
                400,
                "PUT",
                "/v1/config",
                "{\n \"services\": {\n  \"a.b\": {\"balancer\": \"rnd\",\n   \"endpoints\": [\"x\"]}}}");
        assertThat(problem.at("/errors/0/pointer").asText()).isEqualTo("/services/a.b/balancer");
        assertThat(problem.at("/errors/0/line").asInt()).isEqualTo(3);
        assertThat(problem.at("/errors/1/pointer").asText()).isEqualTo("/services/a.b/endpoints/0");
        assertThat(problem.at("/errors/1/line").asInt()).isEqualTo(4);
        assertThat(problem.at("/errors/1/detail").asText()).contains("expected:");

        JsonNode item = api.refused(400, "PUT", "/v1/config/services/a.b", "{\"endpoints\": [],\n \"balanser\": 1}");
        assertThat(item.at("/errors/0/pointer").asText()).isEqualTo("/balanser");
        assertThat(item.at("/errors/0/line").asInt()).isEqualTo(2);
        assertThat(item.at("/errors/0/column").asInt()).isEqualTo(2);
        assertThat(item.at("/errors/0/detail").asText()).contains("did you mean \"balancer\"?");

        JsonNode first = api.refused(400, "PUT", "/v1/config/routes/r", "{\"service\": 5, \"nope\": 1}");
        assertThat(first.toString()).contains("\"pointer\":\"/nope\",\"line\":1,\"column\":16");

        JsonNode malformed = api.refused(400, "PUT", "/v1/config/services/s", "{\n\"endpoints\": [}");
        assertThat(malformed.at("/errors/0/line").asInt()).isEqualTo(2);
        assertThat(malformed.at("/errors/0/column").asInt()).isEqualTo(15);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "5",
                "[]",
                "null",
                "{",
                "{} {}",
                "{\"admin\":\"off\"}",
                "{\"services\":{\"a\":{\"endpoints\":[\"h:1\"]},\"a\":{}}}",
                "{\"routes\":[{\"service\":\"nobody\"}]}",
                "{}},\"routes\":[{}"
            })
    void badDocuments_are400(String body) {
        api.refused(400, "PUT", "/v1/config", body);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "[]", "null", "{}},\"x\":{\"endpoints\":[]", "\"item\""})
    void badItems_are400(String body) {
        api.refused(400, "PUT", "/v1/config/services/s", body);
        api.refused(400, "PUT", "/v1/config/routes/r", body);
        api.refused(400, "PUT", "/v1/config/listeners/l", body);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"tokenFile=/etc/shadow", "a&token%46ile=x", "tokenEnv=HOME", "passwordFile=x", "key=/k", "ca=/c"
            })
    void sourcesThatNameFilesOrVariables_are400_withPointer(String query) {
        String service = "{\"discover\":[\"list:a\",\"list:b?" + query + "\"]}";

        JsonNode item = api.refused(400, "PUT", "/v1/config/services/a%2Fb", service);
        JsonNode whole = api.refused(400, "PUT", "/v1/config", "{\"services\":{\"a/b\":" + service + "}}");

        assertThat(item.at("/errors/0/pointer").asText()).isEqualTo("/discover/1");
        assertThat(whole.at("/errors/0/pointer").asText()).isEqualTo("/services/a~1b/discover/1");
        assertThat(whole.at("/errors/0/detail").asText())
                .startsWith("services.a/b.discover: names a file or a variable by ")
                .contains("(expected: none in what the API is sent");
    }

    @Test
    void bodyThatIsNotUtf8_is400_withItsFirstByte() {
        byte[] bytes = "{\"a\":\"\u00fc\"}".getBytes(StandardCharsets.ISO_8859_1);
        for (String path : List.of("/v1/config", "/server")) {
            AdminResponse response = api.bytes(path, bytes);
            assertThat(response.status()).isEqualTo(400);
            assertThat(response.body()).contains("byte 6 (expected: a text in UTF-8)");
        }
    }

    @Test
    void listenerThatCannotBeBound_is409_andTakenBack() {
        api.listeners(ListenerOutcome.unbound("listener \"mine\": in use"));

        JsonNode problem = api.refused(409, "PUT", "/v1/config", CONFIG);

        assertThat(problem.get("detail").asText()).isEqualTo("listener \"mine\": in use");
    }

    @Test
    void listenerThatIsLate_is503_andTheChangeStays() {
        api.listeners(ListenerOutcome.late("listener \"mine\": not bound after 30 s"));

        AdminResponse response = api.call("PUT", "/v1/config", CONFIG);

        assertThat(response.status()).isEqualTo(503);
        assertThat(response.body()).contains("not bound after 30 s; the change is made");
        assertThat(response.headers()).containsKey("Retry-After");
        assertThat(api.get("/v1/config")).isNotEmpty();
    }

    @Test
    void listenerMovedToATakenAddress_is409_andStaysWhereItWas() {
        api.ok("PUT", "/v1/config", CONFIG);
        api.listener("mine", ListenerOutcome.unbound("listener \"mine\": in use"));
        int noted = api.penstock.history().size();

        JsonNode problem = api.refused(409, "PUT", "/v1/config/listeners/mine", "{\"address\":\"127.0.0.1:8099\"}");

        assertThat(problem.get("detail").asText()).isEqualTo("listener \"mine\": in use");
        assertThat(api.penstock.history()).hasSize(noted);
        String service = "{\"endpoints\":[\"127.0.0.1:9004\"]}";
        api.ok(
                "PUT",
                "/v1/config/services/mine",
                service); // one that was not bound before keeps nobody from other changes
    }

    @Test
    void addressOfSomebodyElse_is409_beforeAnythingIsTouched() {
        api.ok("PUT", "/v1/config", CONFIG);
        api.awaited.clear();
        api.obstacles.put("127.0.0.1:8099", "listener \"new\": in use");
        Table before = api.penstock.table();

        JsonNode problem = api.refused(
                409, "PUT", "/v1/config", "{\"listeners\":[{\"name\":\"new\",\"address\":\"127.0.0.1:8099\"}]}");

        assertThat(problem.get("detail").asText()).isEqualTo("listener \"new\": in use");
        assertThat(api.penstock.table()).isSameAs(before); // services with all they know, too
        assertThat(api.awaited).isEmpty();
    }

    @Test
    void dryRun_triesAddressesToo() {
        api.obstacles.put("127.0.0.1:8099", "listener \"new\": in use");
        Table before = api.penstock.table();

        JsonNode problem = api.refused(
                409,
                "PUT",
                "/v1/config?dry-run=true",
                "{\"listeners\":[{\"name\":\"new\",\"address\":\"127.0.0.1:8099\"}]}");

        assertThat(problem.get("detail").asText()).isEqualTo("listener \"new\": in use");
        assertThat(api.penstock.table()).isSameAs(before);
    }

    @Test
    void addressOfAListenerThatGoes_isNotTried() {
        api.ok("PUT", "/v1/config", CONFIG);
        ListenerSpec mine = api.penstock.table().listeners().stream()
                .filter(spec -> spec.name().equals("mine"))
                .findFirst()
                .orElseThrow();
        api.obstacles.put(mine.address(), "listener \"new\": in use"); // by that one

        api.ok("PUT", "/v1/config", "{\"listeners\":[{\"name\":\"new\",\"address\":\"" + mine.address() + "\"}]}");

        assertThat(api.awaited).contains("mine", "new");
    }

    @Test
    void changeThatCannotBeTakenBack_is503_andIsToldAsWhatItIs() {
        api.file("127.0.0.1:9001");
        api.ok("PUT", "/v1/config", "{\"routes\":[{\"name\":\"r\",\"service\":\"orders\"}]}");
        api.listeners(ListenerOutcome.unbound("listener \"mine\": in use"));
        api.whileWaiting =
                () -> api.penstock.apply(new CatalogState(NativeCalls.FILE, List.of(), List.of(), List.of()));

        AdminResponse response = api.call("PUT", "/v1/config", CONFIG);

        assertThat(response.status()).isEqualTo(503);
        assertThat(response.body())
                .contains("in use; the change is made without that")
                .contains("orders");
        assertThat(api.get("/v1/config")).isEqualTo(NativeDocument.parse(CONFIG));
        assertThat(api.penstock.definedBy("service mine")).contains("api/v1");
    }

    @Test
    void whatAFileTakesLater_keepsNobodyFromOtherChanges() {
        api.ok("PUT", "/v1/config", CONFIG);
        api.penstock.apply(new CatalogState(
                NativeCalls.FILE, List.of(), List.of(), List.of(ServiceSpec.of("mine", "127.0.0.1:1"))));

        api.ok("PUT", "/v1/config/services/other", "{\"endpoints\":[\"127.0.0.1:9004\"]}");

        api.refused(409, "PUT", "/v1/config/services/mine", "{\"endpoints\":[\"127.0.0.1:9004\"]}");
    }

    @Test
    void removedListener_isAwaited() {
        api.ok("PUT", "/v1/config", CONFIG);
        api.awaited.clear();

        api.ok("DELETE", "/v1/config/listeners/mine", "");

        assertThat(api.awaited).containsExactly("mine");
    }

    // ---- the form of requests

    @Test
    void queries_areRefused_whereTheyWouldSayNothing() {
        api.refused(400, "POST", "/v1/services/orders/drain?dry-run=true", "");
        api.refused(400, "GET", "/v1/services?name=orders", "");
        assertThat(picked()).hasSize(8); // not drained
    }

    @ParameterizedTest
    @CsvSource({
        "DELETE, /v1/config, 'GET, HEAD, PUT'",
        "POST, /v1/services, 'GET, HEAD'",
        "GET, /v1/explain, POST",
        "HEAD, /v1/services/a/drain, POST",
        "PATCH, /v1/config/routes/x, 'DELETE, GET, HEAD, PUT'",
    })
    void wrongMethods_are405_withThoseAllowed(String method, String path, String allow) {
        assertThat(api.call(method, path, "").headers()).containsEntry("Allow", allow);
        api.refused(405, method, path, "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1", "/v1/", "/v1/nope", "/v1/services/", "/v1/services/a/b", "/v1//config"})
    void otherPaths_are404(String path) {
        api.refused(404, "GET", path, "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "text/plain", "application/x-www-form-urlencoded", "application/jsonx"})
    void writes_ofAnotherType_are415(String type) {
        api.refused(415, "PUT", "/v1/config", CONFIG, "content-type", type);
        api.refused(415, "POST", "/v1/services/orders/drain", "", "content-type", type);
    }

    @Test
    void typeWithParameters_isTaken() {
        api.ok("PUT", "/v1/config", CONFIG, "content-type", "Application/JSON; charset=utf-8");
    }

    @Test
    void othersSites_areRefused_asProblems() {
        assertThat(api.refused(403, "GET", "/v1/config", "", "origin", "http://evil.test")
                        .get("detail")
                        .asText())
                .startsWith("Origin:");
    }

    // ---- drains

    @Test
    void drainedEndpoint_getsNoMore_whateverItsSourceSays_untilItIsUndrained() {
        JsonNode drained = api.ok("POST", "/v1/services/orders/endpoints/127.0.0.1:9001/drain", "");
        assertThat(drained.get("drained").asBoolean()).isTrue();
        assertThat(picked()).containsOnly("127.0.0.1:9002");

        api.file("127.0.0.1:9001", "127.0.0.1:9002", "127.0.0.1:9003");
        assertThat(picked()).doesNotContain("127.0.0.1:9001").contains("127.0.0.1:9003");

        api.ok("POST", "/v1/services/orders/endpoints/127.0.0.1%3A9001/undrain", "");
        assertThat(picked()).contains("127.0.0.1:9001");
        api.refused(404, "POST", "/v1/services/orders/endpoints/nope/drain", "");
        api.refused(404, "POST", "/v1/services/nope/drain", "");
    }

    @Test
    void drainedService_refuses_andItsRequestsAreCounted() {
        Lease lease = (Lease) api.penstock.acquire(PlainRequest.get("http://a.test/"));

        JsonNode drained = api.ok("POST", "/v1/services/orders/drain", "");

        assertThat(drained.get("inFlight").asInt()).isEqualTo(1);
        assertThat(api.penstock.explain(PlainRequest.get("http://a.test/")).refusal())
                .hasToString("Refusal[reason=DRAINING, detail=service \"orders\" is drained]");
        lease.close();
        api.ok("POST", "/v1/services/orders/undrain", "");
        assertThat(picked()).hasSize(8);
    }

    private List<String> picked() {
        List<String> picked = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            try (Lease lease = (Lease) api.penstock.acquire(PlainRequest.get("http://a.test/"))) {
                picked.add(lease.endpoint().id());
            }
        }
        return picked;
    }

    @Test
    void drainedEndpointThatIsGone_canBeUndrained() {
        api.ok("POST", "/v1/services/orders/endpoints/127.0.0.1:9001/drain", "");
        api.file("127.0.0.1:9002");

        JsonNode done = api.ok("POST", "/v1/services/orders/endpoints/127.0.0.1:9001/undrain", "");

        assertThat(done.get("inFlight").asInt()).isZero();
        api.refused(404, "POST", "/v1/services/orders/endpoints/127.0.0.1:9001/undrain", "");
        api.file("127.0.0.1:9001");
        assertThat(picked()).containsOnly("127.0.0.1:9001");
    }

    @Test
    void tooManyThatWait_are503_andDrainNothing() {
        var places = new Places("drains", 1);
        var drains = new DrainActions(api.penstock, places);

        places.in(() -> {
            assertThatThrownBy(() -> drains.service("orders", true))
                    .isInstanceOfSatisfying(
                            ApiProblem.class,
                            problem -> assertThat(problem.status()).isEqualTo(503))
                    .hasMessage("drains: 1 are under way or wait (expected: fewer); try again in a second");
            return true;
        });

        assertThat(picked()).hasSize(8);
        assertThat(drains.service("orders", true).status()).isEqualTo(200);
    }

    // ---- questions

    @Test
    void explain_tellsTheDecisionAsTreeAndText_andChangesNothing() {
        JsonNode told = api.ok(
                "POST",
                "/v1/explain",
                "{\"request\":\"GET http://a.test/x\",\"headers\":{\"X-A\":\"1\"},\"client\":\"10.0.0.7\"}");

        assertThat(texts(told.get("text")))
                .startsWith("GET http://a.test/x from 10.0.0.7 by listener \"web\"")
                .contains("service \"orders\"");
        assertThat(told.get("route").asText()).isEqualTo("all");
        assertThat(told.at("/routes/0/matched").asBoolean()).isTrue();
        assertThat(told.get("service").asText()).isEqualTo("orders");
        assertThat(told.get("endpoints")).hasSize(2);
        assertThat(told.get("picked").asText()).startsWith("127.0.0.1:900");
        assertThat(api.penstock
                        .table()
                        .service(ServiceName.of("orders"))
                        .orElseThrow()
                        .limits()
                        .inFlight())
                .isZero();
        JsonNode problem = api.refused(400, "POST", "/v1/explain", "{\"request\":\"GET x\",\n\"listener\":\"nope\"}");
        assertThat(problem.at("/errors/0/pointer").asText()).isEqualTo("/request");
        assertThat(problem.at("/errors/1/pointer").asText()).isEqualTo("/listener");
        assertThat(problem.at("/errors/1/line").asInt()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "X A, 1, /headers/X A, not the name of a header",
        "'', 1, /headers, not the name of a header",
        "X/A, 1, /headers/X~1A, not the name of a header",
        "X-A, a\\r\\nB: c, /headers/X-A, a value without control characters",
        "X-A, a\\u0000, /headers/X-A, a value without control characters",
    })
    void explain_withHeadersThatAreNone_isRefused(String name, String value, String pointer, String message) {
        JsonNode problem = api.refused(
                400,
                "POST",
                "/v1/explain",
                "{\"request\":\"GET http://a.test/x\",\"headers\":{\"X-B\":\"a\\tb\",\"" + name + "\":\"" + value
                        + "\"}}");

        assertThat(problem.at("/errors")).hasSize(1);
        assertThat(problem.at("/errors/0/pointer").asText()).isEqualTo(pointer);
        assertThat(problem.at("/errors/0/detail").asText()).contains(message);
    }

    @Test
    void plan_comparesAFileWithTheOneThatRuns() {
        String yaml = """
                listeners: [{name: web, address: '127.0.0.1:8080'}]
                routes: [{name: all, service: orders}, {name: again, service: orders}]
                services: {orders: {endpoints: ['127.0.0.1:9001']}}
                """;
        String body = NativeDocument.MAPPER
                .createObjectNode()
                .put("name", "new.yaml")
                .put("text", yaml)
                .toString();

        JsonNode planned = api.ok("POST", "/v1/plan", body);

        assertThat(planned.get("source").asText()).isEqualTo("file web.yaml");
        assertThat(texts(planned.get("added"))).containsExactly("route again");
        assertThat(texts(planned.get("changed"))).containsExactly("service orders");
        assertThat(planned.at("/unreached/0/route").asText()).isEqualTo("again");
        api.refused(400, "POST", "/v1/plan", "{\"name\":\"x.yaml\"}");
        assertThat(api.refused(400, "POST", "/v1/plan", "{\"name\":\"x.yaml\",\"text\":\"a: [\"}")
                        .get("detail")
                        .asText())
                .startsWith("x.yaml");
    }

    // ---- history

    @Test
    void history_isTold_andRolledBack_forFilesAndForTheApi() {
        api.file("127.0.0.1:9009");
        api.ok("PUT", "/v1/config", CONFIG);
        api.ok("PUT", "/v1/config", "{}");
        api.call("POST", "/server", "{\"address\":\":8070\"}");
        api.call("DELETE", "/server/:8070", "");

        JsonNode revisions = api.get("/v1/history").get("revisions");
        assertThat(revisions).hasSize(6);
        assertThat(revisions.at("/0/number").asInt()).isEqualTo(6);
        assertThat(revisions.at("/5/source").asText()).isEqualTo("file web.yaml");
        assertThat(revisions.at("/5/at").asText()).isEqualTo("2026-01-01T00:00:00Z");
        assertThat(texts(api.get("/v1/history/2").get("changed"))).containsExactly("service orders");
        assertThat(api.get("/v1/history/2").get("rollback").asBoolean()).isTrue();

        JsonNode back = api.ok("POST", "/v1/history/1/rollback", "");
        assertThat(texts(back.get("changed"))).containsExactly("service orders");
        assertThat(back.get("until").asText()).contains("the next change of file web.yaml");
        assertThat(api.get("/v1/services/orders").get("endpoints")).hasSize(2);

        assertThat(texts(api.ok("POST", "/v1/history/3/rollback", "").get("added")))
                .contains("service mine");
        assertThat(api.get("/v1/config")).isEqualTo(NativeDocument.parse(CONFIG));

        api.ok("POST", "/v1/history/5/rollback", "");
        assertThat(api.get("/server/:8070").get("address").asText()).isEqualTo(":8070");
        assertThat(api.call("DELETE", "/server/:8070", "").status()).isEqualTo(204);

        api.refused(404, "GET", "/v1/history/99", "");
        api.refused(404, "POST", "/v1/history/x/rollback", "");
    }

    @Test
    void rollback_isCheckedAsChangesAre() {
        api.ok("PUT", "/v1/config", CONFIG); // 2
        api.ok("PUT", "/v1/config", "{}"); // 3
        api.call("POST", "/server", "{\"address\":\":8070\"}"); // 4
        api.call("DELETE", "/server/:8070", ""); // 5
        assertThat(texts(api.ok("POST", "/v1/history/2/rollback?dry-run=true", "")
                        .get("added")))
                .contains("listener mine");
        assertThat(texts(api.ok("POST", "/v1/history/4/rollback?dry-run=true", "")
                        .get("added")))
                .contains("listener :8070");
        assertThat(api.ok("POST", "/v1/history/1/rollback?dry-run=true", "").get("added"))
                .isEmpty();
        assertThat(api.penstock.history()).hasSize(5);
        api.listeners(ListenerOutcome.unbound("in use"));
        api.refused(409, "POST", "/v1/history/2/rollback", "");
        api.refused(409, "POST", "/v1/history/4/rollback", "");
        assertThat(api.penstock.history()).hasSize(5);
        api.listeners(ListenerOutcome.DONE);
        api.penstock.apply(new CatalogState(
                "file more.yaml",
                List.of(ListenerSpec.of("x", "127.0.0.1:8090"), ListenerSpec.of("y", ":8070")),
                List.of(),
                List.of()));

        api.refused(409, "POST", "/v1/history/2/rollback", "");
        api.refused(409, "POST", "/v1/history/4/rollback", "");
    }
}
