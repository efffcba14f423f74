package dev.penstock.proxy.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.catalog.Forwarding;
import dev.penstock.catalog.RouteSpec;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.middleware.AddPrefix;
import dev.penstock.middleware.AddressList;
import dev.penstock.middleware.BasicAuth;
import dev.penstock.middleware.BodyLimit;
import dev.penstock.middleware.HeaderEdits;
import dev.penstock.middleware.InFlightLimit;
import dev.penstock.middleware.Middleware;
import dev.penstock.middleware.PasswordHash;
import dev.penstock.middleware.RateLimit;
import dev.penstock.middleware.Redirect;
import dev.penstock.middleware.ReplacePath;
import dev.penstock.middleware.Split;
import dev.penstock.middleware.StripPrefix;
import dev.penstock.proxy.Gateway;
import dev.penstock.resolve.AddressRange;
import dev.penstock.route.Match;
import dev.penstock.route.PathMatch;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.Eventually;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.RawResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a route may put between its requests and its service. */
class MiddlewareRowsTest {
    // The password is "open sesame".
    private static final PasswordHash HASH =
            PasswordHash.parse("pbkdf2_sha256$1000$saltsalt$C+w4bkkxux/6iuxBJHXHCpexx+t+30Y3y6nLwktObDw=");

    private final EchoBackend backend = EchoBackend.start("B1");
    private final EchoBackend other = EchoBackend.start("B2");
    private final Records records = new Records();

    @AfterEach
    void closeBackends() {
        backend.close();
        other.close();
    }

    private Gateway gateway(Middleware... middleware) {
        return gateway(Match.ALL, middleware);
    }

    private Gateway gateway(Match match, Middleware... middleware) {
        return Setup.gateway()
                .listener(Setup.LISTENER.withForwarding(
                        Forwarding.defaults().withTrustedProxies(AddressRange.parse("127.0.0.9"))))
                .service(Setup.site(backend))
                .service(Setup.service("canary", other))
                .route(RouteSpec.of(match, "site").withMiddleware(middleware))
                .observer(records)
                .start();
    }

    private static RawResponse get(Gateway gateway, String target, String... headers) throws Exception {
        try (var client = RawClient.connect(gateway.port())) {
            return client.exchange(request(target, headers));
        }
    }

    private static String request(String target, String... headers) {
        var fields = new StringBuilder();
        for (String header : headers) {
            fields.append(header).append("\r\n");
        }
        return "GET " + target + " HTTP/1.1\r\nHost: a.test:81\r\n" + fields + "\r\n";
    }

    private static Match below(String prefix) {
        return Match.ALL.withPath(new PathMatch.Prefix(prefix));
    }

    // ---- paths

    @ParameterizedTest
    @CsvSource({
        "/api, /",
        "/api/, /",
        "/api/x, /x",
        "/api/x?y=%20, /x?y=%20",
        "/api//x, /x",
        "/api/a%2Fb, /a%2Fb",
        "/apix, /apix",
        "/api?x, /?x"
    })
    void stripPrefix_takesWholeSegmentsOff(String target, String seen) throws Exception {
        try (var gateway = gateway(new StripPrefix(List.of("/api")))) {
            assertThat(get(gateway, target).echo().head().target()).isEqualTo(seen);
        }
    }

    @Test
    void addPrefix_andReplacePath_keepTheQuery_inTheOrderGiven() throws Exception {
        try (var gateway = gateway(new StripPrefix(List.of("/api")), new AddPrefix("/v1/"))) {
            assertThat(get(gateway, "/api/x?q").echo().head().target()).isEqualTo("/v1/x?q");
            assertThat(records.next().path()).isEqualTo("/api/x");
        }
        try (var gateway = gateway(new ReplacePath("/index.html"))) {
            assertThat(get(gateway, "/any?q").echo().head().target()).isEqualTo("/index.html?q");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/../admin",
                "/api/..",
                "/api/./x",
                "/api/%2e%2e/admin",
                "/api/.%2E/admin",
                "/api/..%2fadmin",
                "/api/..%5cadmin",
                "/api/..\\admin",
                "/api//..;/admin",
                "/api/..;a=b/admin",
                "/api/..%3b/admin"
            })
    void dotSegments_whereAnyRouteGoesByPaths_areRefused(String target) throws Exception {
        try (var gateway = gateway(below("/api"), new StripPrefix(List.of("/api")))) {
            assertThat(get(gateway, target).status()).isEqualTo(400);
            assertThat(backend.requests()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/...", "/api/.well-known", "/api/a..b", "/api/%2e%2e%2e", "/api/..a"})
    void dots_thatAreNoSegments_pass(String target) throws Exception {
        try (var gateway = gateway(below("/api"), new StripPrefix(List.of("/api")))) {
            assertThat(get(gateway, target).status()).isEqualTo(200);
        }
    }

    @Test
    void encodedLineEnds_stayEncoded() throws Exception { // CVE-2026-41417, CVE-2022-41915
        try (var gateway = gateway(new StripPrefix(List.of("/api")))) {
            var head = get(gateway, "/api/a%0d%0aX-Evil:%201").echo().head();

            assertThat(head.target()).isEqualTo("/a%0d%0aX-Evil:%201");
            assertThat(head.headers("X-Evil")).isEmpty();
        }
    }

    // ---- headers

    @Test
    void headers_ofRequestAndAnswer_areTakenOutSetAndAdded() throws Exception {
        try (var gateway = gateway(
                new HeaderEdits(false, List.of("X-Gone"), Map.of("X-Set", "1"), Map.of("X-More", "2")),
                new HeaderEdits(true, List.of("Content-Type"), Map.of("X-Frame-Options", "DENY"), Map.of()))) {
            var response = get(gateway, "/", "x-gone: a", "X-Set: a", "X-More: 1", "Connection: X-Set");
            var head = response.echo().head();

            assertThat(head.headers("X-Gone")).isEmpty();
            assertThat(head.headers("X-Set")).containsExactly("1");
            assertThat(head.headers("X-More")).containsExactly("1", "2");
            assertThat(response.headers("X-Frame-Options")).containsExactly("DENY");
            assertThat(response.headers("Content-Type")).isEmpty();
        }
    }

    // ---- redirections

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "https|''|0|''|/x?y=1|https://a.test/x?y=1",
                "https|''|8443|''|/x|https://a.test:8443/x",
                "https|''|443|''|/x|https://a.test/x",
                "''|www.a.test|0|''|/x?y|http://www.a.test/x?y",
                "''|''|0|/new|/x?y|http://a.test:81/new?y",
                "''|''|82|''|/x|http://a.test:82/x",
                "''|''|0|/new|/new?y|-",
                "http|''|0|''|/x|-"
            })
    void redirect_answersWithTheOtherAddress_unlessTheRequestHasIt(
            String scheme, String host, int port, String path, String target, String location) throws Exception {
        try (var gateway = gateway(new Redirect(scheme, host, port, path, 308))) {
            var response = get(gateway, target);

            if (location == null) {
                assertThat(response.status()).isEqualTo(200);
            } else {
                assertThat(response.status()).isEqualTo(308);
                assertThat(response.headers("Location")).containsExactly(location);
                assertThat(backend.requests()).isZero();
            }
        }
    }

    @Test
    void redirectToHttps_believesATrustedProxyOnly() throws Exception {
        try (var gateway = gateway(new Redirect("https", "", 0, "", 301));
                var trusted = RawClient.connect("127.0.0.9", gateway.port());
                var stranger = RawClient.connect(gateway.port())) {
            String claim = request("/", "X-Forwarded-Proto: https");

            assertThat(trusted.exchange(claim).status()).isEqualTo(200);
            assertThat(stranger.exchange(claim).status()).isEqualTo(301);
        }
    }

    // ---- who gets in

    @Test
    void addresses_areLetInOrNot_byTheClientThatIsBelieved() throws Exception {
        var list = new AddressList(
                List.of(AddressRange.parse("10.0.0.0/8"), AddressRange.parse("127.0.0.1")),
                List.of(AddressRange.parse("10.1.0.0/16")));
        try (var gateway = gateway(list);
                var trusted = RawClient.connect("127.0.0.9", gateway.port())) {
            assertThat(get(gateway, "/").status()).isEqualTo(200);
            assertThat(get(gateway, "/", "X-Forwarded-For: 9.9.9.9").status()).isEqualTo(200);
            for (String[] each : new String[][] {
                {"10.2.0.1", "200"},
                {"10.1.0.1", "403"},
                {"9.9.9.9", "403"},
                {"::ffff:10.2.0.1", "200"},
                {"::ffff:10.1.0.1", "403"},
                {"2001:db8::1", "403"}
            }) {
                assertThat(trusted.exchange(request("/", "X-Forwarded-For: " + each[0]))
                                .status())
                        .as(each[0])
                        .isEqualTo(Integer.parseInt(each[1]));
            }
            assertThat(refused(gateway)).containsEntry("address_denied", 4L);
        }
    }

    private static Map<String, Long> refused(Gateway gateway) {
        var table = gateway.penstock().table();
        return table.gate(table.routes().get(0)).orElseThrow().refused();
    }

    private static String basic(String credentials) {
        return "Authorization: Basic "
                + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void basicAuth_letsInWhoKnowsThePassword_andKeepsItFromTheEndpoint() throws Exception {
        try (var gateway = gateway(new BasicAuth("staff", Map.of("ann", HASH), false))) {
            for (int i = 0; i < 3; i++) {
                var response = get(gateway, "/", basic("ann:open sesame"));

                assertThat(response.status()).isEqualTo(200);
                assertThat(response.echo().head().headers("Authorization")).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ann:", "ann:open sesam", "bob:open sesame", "open sesame", ":", "ann:open sesame\0"})
    void basicAuth_asksEverybodyElse(String credentials) throws Exception {
        try (var gateway = gateway(new BasicAuth("staff", Map.of("ann", HASH), false))) {
            var response = credentials.isEmpty() ? get(gateway, "/") : get(gateway, "/", basic(credentials));

            assertThat(response.status()).isEqualTo(401);
            assertThat(response.headers("WWW-Authenticate"))
                    .containsExactly("Basic realm=\"staff\", charset=\"UTF-8\"");
            assertThat(backend.requests()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic", "Basic ", "Basic !!!", "Bearer abc", "Basic YW5uOm9wZW4gc2VzYW1l x"})
    void basicAuth_ofWhatIsNone_isRefused(String header) throws Exception {
        try (var gateway = gateway(new BasicAuth("staff", Map.of("ann", HASH), false))) {
            assertThat(get(gateway, "/", "Authorization: " + header).status()).isEqualTo(401);
        }
    }

    @Test
    void basicAuth_ofABody_isAskedBeforeTheBodyIsSent() throws Exception {
        try (var gateway = gateway(new BasicAuth("staff", Map.of("ann", HASH), true));
                var client = RawClient.connect(gateway.port())) {
            var echo = client.exchange("POST / HTTP/1.1\r\nHost: a\r\n" + basic("ann:open sesame")
                            + "\r\nContent-Length: 3\r\n\r\nabc")
                    .echo();

            assertThat(echo.body()).asString(StandardCharsets.UTF_8).isEqualTo("abc");
            assertThat(echo.head().headers("Authorization")).hasSize(1);
            assertThat(client.get("a", "/").status()).isEqualTo(401);
        }
    }

    // ---- how much

    @Test
    void rate_ofEachClient_isBounded_withTheTimeToComeAgain() throws Exception {
        try (var gateway = gateway(new RateLimit(1, Duration.ofHours(1), 3, "", 16));
                var trusted = RawClient.connect("127.0.0.9", gateway.port())) {
            for (String client : List.of("9.9.9.9", "8.8.8.8", "2001:db8::1", "2001:db8:0:1::1")) {
                for (int i = 0; i < 5; i++) {
                    var response = trusted.exchange(request("/", "X-Forwarded-For: " + client));

                    assertThat(response.status()).as(client).isEqualTo(i < 3 ? 200 : 429);
                    assertThat(response.headers("Retry-After")).hasSize(i < 3 ? 0 : 1);
                }
            }
            assertThat(trusted.exchange(request("/", "X-Forwarded-For: 2001:db8::2"))
                            .status())
                    .isEqualTo(429); // of the same network
            assertThat(refused(gateway)).containsEntry("rate_limited", 9L);
        }
    }

    @Test
    void rate_byHeader_tellsClientsApartByIt() throws Exception {
        try (var gateway = gateway(new RateLimit(1, Duration.ofHours(1), 1, "X-Key", 16))) {
            assertThat(get(gateway, "/", "X-Key: a").status()).isEqualTo(200);
            assertThat(get(gateway, "/", "X-Key: b").status()).isEqualTo(200);
            assertThat(get(gateway, "/", "X-Key: a").status()).isEqualTo(429);
        }
    }

    private void answerOnce(CountDownLatch free) {
        backend.answer(exchange -> {
            try {
                free.await(30, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new IllegalStateException("the test is over", e);
            }
            exchange.respond(200, exchange.echo().toBytes());
        });
    }

    @Test
    void inFlight_ofTheRoute_isBounded_andGivenBack() throws Exception {
        var free = new CountDownLatch(1);
        answerOnce(free);
        try (var gateway = gateway(new InFlightLimit(1));
                var slow = RawClient.connect(gateway.port());
                var left = RawClient.connect(gateway.port())) {
            slow.send(request("/"));
            Eventually.eventually(
                    Setup.GENEROUS, () -> assertThat(backend.requests()).isEqualTo(1));

            assertThat(left.exchange(request("/")).status()).isEqualTo(503);
            free.countDown();
            assertThat(slow.read().status()).isEqualTo(200);
            for (int i = 0; i < 3; i++) {
                assertThat(left.exchange(request("/")).status()).isEqualTo(200);
            }
        }
    }

    @Test
    void inFlight_ofAClientThatLeaves_isGivenBack() throws Exception {
        var free = new CountDownLatch(1);
        answerOnce(free);
        try (var gateway = gateway(new InFlightLimit(1))) {
            try (var gone = RawClient.connect(gateway.port())) {
                gone.send(request("/"));
                Eventually.eventually(
                        Setup.GENEROUS, () -> assertThat(backend.requests()).isEqualTo(1));
            }
            free.countDown();
            Eventually.eventually(
                    Setup.GENEROUS, () -> assertThat(get(gateway, "/").status()).isEqualTo(200));
        }
    }

    @Test
    void bodies_longerThanTheRouteAllows_areRefused_whateverTheirFraming() throws Exception {
        try (var gateway = gateway(new BodyLimit(4))) {
            for (String framed : List.of(
                    "Content-Length: 5\r\n\r\nabcde", "Transfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n")) {
                try (var client = RawClient.connect(gateway.port())) {
                    assertThat(client.exchange("POST / HTTP/1.1\r\nHost: a\r\n" + framed)
                                    .status())
                            .isEqualTo(413);
                }
            }
            try (var client = RawClient.connect(gateway.port())) {
                assertThat(client.exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nabcd")
                                .status())
                        .isEqualTo(200);
            }
        }
    }

    // ---- where to

    @Test
    void split_sendsExactlyItsShareElsewhere() throws Exception {
        try (var gateway = gateway(new Split(Map.of(ServiceName.of("canary"), 10)))) {
            assertThat(Setup.tally(gateway, "a", 200)).containsEntry("B1", 180).containsEntry("B2", 20);
        }
    }
}
