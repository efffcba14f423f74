package dev.penstock.gateway;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.RawClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The dashboard of the packaged program in a real browser. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // a browser that hangs answers nothing
class DashboardIT {
    /** A name that would be a picture with a script, if it were taken for markup. */
    private static final String HOSTILE = "<img/src=x/onerror=alert(1)>";

    private static final EchoBackend B1 = EchoBackend.start("b1");
    private static final EchoBackend B2 = EchoBackend.start("b2");
    private static final EchoBackend B3 = EchoBackend.start("b3");
    private static final Map<String, Integer> SENT = new HashMap<>();
    private static Browser browser;
    private static Packaged program;
    private static Path file;
    private static int web;
    private static int dead;
    private static String origin;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        browser = Browser.start();
        web = FreePorts.next();
        dead = FreePorts.next();
        file = Files.writeString(directory.resolve("web.yaml"), configuration("/orders"));
        program = Packaged.start("run", "-f", file.toString());
        origin = "http://127.0.0.1:" + program.port("admin http://127.0.0.1:");
    }

    private static String configuration(String path) {
        return """
                listeners: [{name: web, address: '127.0.0.1:WEB'}]
                admin: 127.0.0.1:0
                log: {recent: 100}
                drain: 0s
                routes:
                  - {name: o, host: orders.test, path: PATH, methods: [GET], service: orders}
                  - {name: d, host: dead.test, service: dead}
                  - {name: 'HOSTILE', host: hostile.test, service: 'HOSTILE'}
                services:
                  orders: {balancer: round_robin, endpoints: [B1, B2]}
                  dead: {endpoints: ['127.0.0.1:DEAD']}
                  'HOSTILE': {endpoints: [B3]}
                """.replace("WEB", String.valueOf(web))
                .replace("DEAD", String.valueOf(dead))
                .replace("PATH", path)
                .replace("HOSTILE", HOSTILE)
                .replace("B1", quoted(B1))
                .replace("B2", quoted(B2))
                .replace("B3", quoted(B3));
    }

    private static String quoted(EchoBackend backend) {
        return "'" + backend.address() + "'";
    }

    @AfterAll
    static void close() throws Exception {
        if (program != null) {
            program.close();
        }
        if (browser != null) {
            browser.close();
        }
        List.of(B1, B2, B3).forEach(EchoBackend::close);
    }

    @BeforeEach
    void open() {
        browser.call("size", 1280, 900);
        browser.call("scheme", "light");
        browser.open(origin + "/ui");
        browser.await("#live", "live");
        eventually(Packaged.SOON, () -> assertThat(browser.texts(".toggle")).hasSize(3));
    }

    @AfterEach
    void nothingWasWrong_andNobodyElseWasAsked() {
        assertThat(browser.faults()).isEmpty();
        assertThat(browser.requests()).isNotEmpty().allMatch(url -> url.startsWith(origin + "/"));
    }

    /** Sends a request, which counts for its host if there is a route for it. */
    private static int get(String host, String path) throws IOException {
        try (var client = RawClient.connect(web)) {
            int status = client.get(host, path).status();
            if (status != 404) {
                SENT.merge(host, 1, Integer::sum);
            }
            return status;
        }
    }

    private static int sent(String host) {
        return SENT.getOrDefault(host, 0);
    }

    private static void get(String host, String path, int times) throws IOException {
        for (int i = 0; i < times; i++) {
            get(host, path);
        }
    }

    private static String service(String name, String column) {
        return "tbody[data-service=\"" + name + "\"] > .service > td[data-label=\"" + column + "\"] > span:first-child";
    }

    private static String endpoint(String address, String column) {
        return "tr[data-endpoint=\"" + address + "\"] > td[data-label=\"" + column + "\"] > span:first-child";
    }

    private static String toggle(String service) {
        return "tbody[data-service=\"" + service + "\"] .toggle";
    }

    private static void view(String name) {
        browser.click("nav a[href=\"#" + name + "\"]");
        eventually(
                Packaged.SOON,
                () -> assertThat(browser.attributes("main > section:not([hidden])", "id"))
                        .containsExactly(name));
    }

    /** Waits until the page shows some numbers. */
    private static void awaitFresh(Map<String, Integer> numbers) {
        eventually(
                Packaged.SOON,
                () -> assertThat(numbers)
                        .allSatisfy((selector, number) ->
                                assertThat(browser.text(selector)).as(selector).isEqualTo(String.valueOf(number))));
    }

    @Test
    void S03_servicesAndEndpoints_haveTheCountsOfTheTest_withoutALoadAnew() throws Exception {
        assertThat(browser.texts(".toggle")).containsExactlyInAnyOrder("orders", "dead", HOSTILE);
        assertThat(browser.text("tbody[data-service=\"orders\"] .sub:not(.num .sub)"))
                .contains("web :" + web + " http")
                .contains("web.yaml, line 10");
        browser.call("mark");
        for (String name : List.of("orders", "dead")) {
            browser.click(toggle(name));
        }
        String gone = "127.0.0.1:" + dead;
        get("orders.test", "/orders", 7);
        get("dead.test", "/", 2);

        awaitFresh(Map.of(
                service("orders", "Requests"), sent("orders.test"),
                service("orders", "In flight"), 0,
                service("dead", "Requests"), sent("dead.test"),
                service("dead", "Errors"), sent("dead.test"),
                endpoint(gone, "Errors"), sent("dead.test"),
                endpoint(B1.address(), "Total"), B1.requests(),
                endpoint(B2.address(), "Total"), B2.requests(),
                endpoint(B1.address(), "Errors"), 0,
                endpoint(B1.address(), "Weight"), 1));
        assertThat(browser.texts("tbody[data-service=\"orders\"] .facts dt"))
                .as("a limit that nobody set and nothing comes near is not told")
                .contains("Balancer")
                .doesNotContain("Limit");
        assertThat(browser.text("#tile-rate-note"))
                .as("the scale of its line")
                .matches("[0-9,]+ in all, peak [<0-9.,]+");
        assertThat(B1.requests() + B2.requests()).isGreaterThanOrEqualTo(7);
        assertThat(browser.text(endpoint(B1.address(), "Address"))).isEqualTo(B1.address());
        assertThat(browser.text(endpoint(B1.address(), "State"))).isEqualTo("in use");

        B1.hold();
        B2.hold();
        try (var one = RawClient.connect(web);
                var two = RawClient.connect(web)) {
            for (RawClient client : List.of(one, two)) {
                client.send("GET /orders HTTP/1.1\r\nHost: orders.test\r\n\r\n");
            }
            B1.awaitHeld(1);
            B2.awaitHeld(1);
            SENT.merge("orders.test", 2, Integer::sum);
            awaitFresh(Map.of(service("orders", "In flight"), 2, endpoint(B1.address(), "In flight"), 1));
        } finally {
            B1.release();
            B2.release();
        }
        awaitFresh(Map.of(service("orders", "In flight"), 0, service("orders", "Requests"), sent("orders.test")));
        assertThat(browser.attributes("html", "data-mark")).containsExactly("here");
    }

    @Test
    void S03_searchAndSort_findServices() throws Exception {
        browser.fill("#services-search", "ord");
        assertThat(browser.texts(".toggle")).containsExactly("orders");
        browser.fill("#services-search", "127.0.0.1:" + B3.port());
        assertThat(browser.texts(".toggle")).containsExactly(HOSTILE);
        browser.fill("#services-search", "nothing like this");
        assertThat(browser.texts(".toggle")).isEmpty();
        assertThat(browser.text("#services-empty")).isEqualTo("No service is like this.");
        browser.fill("#services-search", "");

        eventually(
                Packaged.SOON,
                () -> { // who fails comes first
                    get("dead.test", "/", 3);
                    browser.call("choose", "#services-sort", "errors");
                    assertThat(browser.texts(".toggle").get(0)).isEqualTo("dead");
                });
        browser.click("#services-problems");
        eventually(Packaged.SOON, () -> assertThat(browser.texts(".toggle")).containsExactly("dead"));
        assertThat(browser.text("tbody[data-service=\"dead\"] .name .badge")).isEqualTo("failing");
    }

    @Test
    void S03_routes_areSearched() {
        view("routes");
        browser.await("#routes-count", "3 routes");
        assertThat(browser.texts("#routes-table td[data-label=\"Name\"]")).containsExactlyInAnyOrder("o", "d", HOSTILE);
        browser.fill("#routes-search", "orders get");
        assertThat(browser.texts("#routes-table td[data-label=\"Name\"]")).containsExactly("o");
        assertThat(browser.text("#routes-table td[data-label=\"Host and path\"]"))
                .startsWith("orders.test/");
        assertThat(browser.text("#routes-count")).isEqualTo("1 of 3 routes");
    }

    @Test
    void S03_explainForm_tellsWhereARequestWouldGo_andWhy() {
        view("explain");
        browser.fill("#explain-request", "GET http://dead.test/x");
        browser.click("#explain-form button");
        browser.await("#explain-verdict", "goes to 127.0.0.1:" + dead + " of dead");
        assertThat(browser.text("#explain-text"))
                .contains("GET http://dead.test/x")
                .contains("service \"dead\"");

        browser.fill("#explain-request", "POST http://orders.test/orders");
        browser.fill("#explain-headers", "X-Beta: yes");
        browser.click("#explain-form button");
        eventually(
                Packaged.SOON,
                () -> assertThat(browser.text("#explain-verdict")).startsWith("is refused no route"));

        browser.fill("#explain-headers", "no header");
        browser.click("#explain-form button");
        browser.await("#explain-result .notice", "header: \"no header\" (expected: name: value)");
    }

    @Test
    void S03_failure_isShownWithItsReason() throws Exception {
        view("failures");
        assertThat(get("dead.test", "/" + HOSTILE)).isEqualTo(502);

        eventually(
                Packaged.SOON,
                () -> assertThat(browser.texts("#failures-table td[data-label=\"Request\"]"))
                        .anyMatch(request -> request.startsWith("GET dead.test/" + HOSTILE)));
        browser.fill("#failures-search", "onerror refused");
        assertThat(browser.texts("#failures-table td[data-label=\"Reason\"]"))
                .isNotEmpty()
                .containsOnly("connection refused");
        assertThat(browser.texts("#failures-table td[data-label=\"Endpoint\"]")).containsOnly("127.0.0.1:" + dead);
        assertThat(browser.texts("#failures-table td[data-label=\"Status\"]")).containsOnly("502");
    }

    @Test
    void S03_history_tellsWhatIsDifferent_andGoesBack() throws Exception {
        view("history");
        browser.await("#history-list > li:last-child h2", "Change 1");
        browser.call("mark");
        int before = browser.texts("#history-list > li").size();
        Files.writeString(file, configuration("/changed"));

        eventually(
                Packaged.SOON,
                () -> assertThat(browser.texts("#history-list > li")).hasSize(before + 1));
        String newest = "#history-list > li:first-child ";
        assertThat(browser.texts(newest + ".changed li")).containsExactly("~ route o");
        assertThat(get("orders.test", "/changed")).isEqualTo(200);
        assertThat(browser.attributes("html", "data-mark")).containsExactly("here");

        browser.click("#history-list > li:nth-child(2) .back");
        browser.await("#confirm-title", "Go back to change " + before + "?");
        assertThat(browser.texts("#confirm .changed li")).containsExactly("~ route o");
        browser.click("#confirm-yes");
        eventually(
                Packaged.SOON, () -> assertThat(get("orders.test", "/orders")).isEqualTo(200));
        eventually(
                Packaged.SOON,
                () -> assertThat(browser.texts("#history-list > li")).hasSize(before + 2));
        assertThat(get("orders.test", "/changed")).isEqualTo(404);
    }

    @Test
    void S03_buttons_drainAndUndrainEndpointsAndServices() throws Exception {
        String row = "tr[data-endpoint=\"" + B1.address() + "\"] ";
        browser.click(toggle("orders"));
        browser.click(row + "button");
        browser.await(row + ".badge", "drained");
        int before = B1.requests();
        get("orders.test", "/orders", 4);
        assertThat(B1.requests()).isEqualTo(before);
        browser.await("#say", B1.address() + " is drained, 0 in flight");
        browser.click(row + "button");
        browser.await(row + ".badge", "in use");
        get("orders.test", "/orders", 4);
        assertThat(B1.requests()).isEqualTo(before + 2);

        String service = "tbody[data-service=\"orders\"] > .service ";
        browser.click(service + "button.quiet");
        browser.await("#confirm-title", "Drain orders?");
        browser.click("#confirm-no");
        assertThat(get("orders.test", "/orders")).isEqualTo(200);
        browser.click(service + "button.quiet");
        browser.click("#confirm-yes");
        browser.await(service + ".badge", "drained");
        assertThat(get("orders.test", "/orders")).isEqualTo(503);
        browser.click(service + "button.quiet");
        eventually(
                Packaged.SOON, () -> assertThat(get("orders.test", "/orders")).isEqualTo(200));
    }

    @Test
    void S03_keyboardAlone_isEnough() throws Exception {
        browser.press("Tab");
        assertThat(browser.focus()).isEqualTo("Skip to the content");
        browser.press("/");
        assertThat(browser.focus()).isEqualTo("services-search");
        browser.type("orders");
        assertThat(browser.texts(".toggle")).containsExactly("orders");
        browser.press("Escape");
        assertThat(browser.texts(".toggle")).hasSize(3);
        browser.type("orders");
        for (int i = 0; i < 3; i++) {
            browser.press("Tab"); // past the check box and the order
        }
        assertThat(browser.focus()).isEqualTo("orders");
        assertThat(browser.style(":focus", "outline-style")).isEqualTo("solid");
        browser.press("Enter");
        assertThat(browser.attributes(toggle("orders"), "aria-expanded")).containsExactly("true");
        assertThat(browser.texts("tr[data-endpoint]")).hasSize(2);
        get("orders.test", "/orders", 2);
        awaitFresh(Map.of(service("orders", "Requests"), sent("orders.test")));
        assertThat(browser.focus()).as("what is told does not take the focus").isEqualTo("orders");

        browser.press("3");
        eventually(
                Packaged.SOON,
                () -> assertThat(browser.attributes("main > section:not([hidden])", "id"))
                        .containsExactly("explain"));
        browser.press("/");
        browser.type("GET http://dead.test/");
        browser.press("Enter");
        eventually(
                Packaged.SOON,
                () -> assertThat(browser.text("#explain-verdict")).startsWith("goes to"));
        browser.press("Tab");
        browser.call("click", "#explain-title");
        browser.press("?");
        browser.await("#help-title", "Keyboard");
        browser.press("Escape");
        assertThat(browser.texts("#help-title")).isEmpty();
    }

    @Test
    void S03_arrows_goFromServiceToService() {
        browser.call("choose", "#services-sort", "name");
        browser.call("click", "#tile-services");
        browser.press("ArrowDown");
        String first = browser.focus();
        browser.press("ArrowDown");
        String second = browser.focus();
        assertThat(List.of(first, second)).isEqualTo(browser.texts(".toggle").subList(0, 2));
        browser.press("ArrowUp");
        assertThat(browser.focus()).isEqualTo(first);
    }

    @Test
    void S03_darkAndLight_areThoseOfTheSystem() {
        assertThat(brightness("html", "background-color")).isGreaterThan(200);
        assertThat(brightness("html", "color")).isLessThan(80);
        browser.call("scheme", "dark");
        assertThat(brightness("html", "background-color")).isLessThan(60);
        assertThat(brightness("html", "color")).isGreaterThan(200);
    }

    /** The mean of red, green and blue, 0 to 255. */
    private static double brightness(String selector, String property) {
        return List.of(browser.style(selector, property)
                        .replaceAll("[^0-9,]", "")
                        .split(",", -1))
                .stream()
                .mapToInt(Integer::parseInt)
                .average()
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"services", "routes", "explain", "failures", "history", "sources"})
    void S03_phone_showsEachViewWithoutScrollingSideways(String view) throws Exception {
        get("dead.test", "/" + "long".repeat(200));
        browser.call("size", 375, 700);
        view(view);
        switch (view) {
            case "services" -> browser.click(toggle(HOSTILE));
            case "failures" -> browser.call("wait", "#failures-table td");
            case "explain" -> {
                browser.fill("#explain-request", "GET http://dead.test/" + "long".repeat(200));
                browser.click("#explain-form button");
                browser.call("wait", "#explain-verdict");
            }
            default -> browser.call("wait", "#" + view + " :is(td, li)");
        }
        assertThat(browser.call("overflow").asInt()).isZero();
    }

    @Test
    void S03_hostileNames_areTexts() throws Exception {
        get("hostile.test", "/" + HOSTILE);
        browser.click(toggle(HOSTILE));
        browser.click("tr[data-endpoint=\"" + B3.address() + "\"] button");
        assertThat(browser.text("#confirm-text")).contains(HOSTILE); // it is the last that may be used
        browser.click("#confirm-yes");
        browser.await("#say", B3.address() + " is drained, 0 in flight");
        browser.click("tr[data-endpoint=\"" + B3.address() + "\"] button");
        browser.await("#say", B3.address() + " takes requests again");
        for (String view : List.of("routes", "failures", "history", "sources")) {
            view(view);
            browser.call("wait", "#" + view + " :is(td, li)");
        }
        assertThat(browser.attributes("img", "src")).containsExactly("ui/icon.svg");
        assertThat(browser.attributes("main img, main script, #say img", "src")).isEmpty();
    }

    @Test
    void S03_token_isAskedFor_andAnOpenPageDoesNotHoldUpTheEnd(@TempDir Path directory) throws Exception {
        Path own = Files.writeString(
                directory.resolve("own.yaml"),
                "listeners: [{name: web, address: '127.0.0.1:0'}]\nadmin: {address: '127.0.0.1:0', token: t0k3n-t0k3n}\n"
                        + "drain: 0s\nroutes: [{service: site}]\nservices: {site: {endpoints: [" + quoted(B3)
                        + "]}}\n");
        try (var guarded = Packaged.start("run", "-f", own.toString());
                var page = Browser.start()) {
            page.open("http://127.0.0.1:" + guarded.port("admin http://127.0.0.1:") + "/ui");
            page.await("#token-title", "Token");
            assertThat(page.texts(".toggle")).isEmpty();
            page.fill("#token-value", "not-the-token");
            page.press("Enter");
            page.await("#token-wrong", "That was not the token.");
            page.fill("#token-value", "t0k3n-t0k3n");
            page.press("Enter");
            page.await("#live", "live");
            page.await(".toggle", "site");
            assertThat(page.requests()).noneMatch(url -> url.contains("t0k3n"));
            assertThat(page.faults()).allMatch(fault -> fault.contains("401 (Unauthorized)"));

            page.click("tbody[data-service=\"site\"] > .service button.quiet");
            page.click("#confirm-yes");
            page.await("tbody[data-service=\"site\"] .name .badge", "drained");

            guarded.signal("TERM");
            assertThat(guarded.status()).isZero();
            page.await("#live", "not live");
        }
    }
}
