package dev.penstock.proxy.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.Penstock;
import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.ErrorAnswers;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.RouteSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.proxy.Gateway;
import dev.penstock.route.Match;
import dev.penstock.route.PathMatch;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.Eventually;
import dev.penstock.testkit.RawClient;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoutingRowsTest {
    private final EchoBackend b1 = EchoBackend.start("B1");
    private final EchoBackend b2 = EchoBackend.start("B2");
    private final EchoBackend b3 = EchoBackend.start("B3");

    @AfterEach
    void closeBackends() {
        b1.close();
        b2.close();
        b3.close();
    }

    private Gateway twoDomains(ListenerSpec listener) {
        return Setup.gateway()
                .listener(listener)
                .service(Setup.service("example", b1, b2))
                .service(Setup.service("foobar", b3))
                .service(ServiceSpec.of("empty"))
                .route(Match.ALL.withHost("www.example.com"), "example")
                .route(Match.ALL.withHost("www.foobar.com"), "foobar")
                .route(Match.ALL.withHost("www.empty.com"), "empty")
                .start();
    }

    private static ListenerSpec answering503() {
        return Setup.LISTENER.withAnswers(ErrorAnswers.defaults().withNoRouteStatus(503));
    }

    @Test
    void H01_requests_ofTwoDomains_reachTheirOwnBackends() throws Exception {
        try (var gateway = twoDomains(Setup.LISTENER)) {
            assertThat(Setup.tally(gateway, "www.foobar.com", 40)).containsOnlyKeys("B3");
            assertThat(Setup.tally(gateway, "www.example.com", 40)).containsOnlyKeys("B1", "B2");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"www.foobar.com:8080", "www.foobar.com:80", "www.foobar.com:65535"})
    void H02_portOfTheHost_isIgnored(String host) throws Exception {
        try (var gateway = twoDomains(Setup.LISTENER)) {
            assertThat(Setup.tally(gateway, host, 2)).containsOnlyKeys("B3");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: [::1]\r\n\r\n",
                "GET / HTTP/1.1\r\nHost:\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: \r\n\r\n",
                "GET / HTTP/1.0\r\n\r\n",
                "GET / HTTP/1.0\r\nHost: \r\n\r\n",
            })
    void H02_oddHost_getsACompleteAnswer_andTheNextRequestWorks(String request) throws Exception {
        try (var gateway = twoDomains(answering503())) {
            try (var client = RawClient.connect(gateway.port())) {
                assertThat(client.exchange(request).status()).isIn(400, 503);
            }
            assertThat(Setup.tally(gateway, "www.foobar.com", 1)).containsOnlyKeys("B3");
        }
    }

    @Test
    void H02_http10WithoutHost_whereARouteTakesEverything_isServed() throws Exception {
        try (var gateway = Setup.over(b1);
                var client = RawClient.connect(gateway.port())) {
            assertThat(client.exchange("GET / HTTP/1.0\r\n\r\n").echo().backend())
                    .isEqualTo("B1");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"WWW.FooBar.com", "www.foobar.com.", "WWW.FOOBAR.COM.:8080"})
    void H03_caseAndOneTrailingDotOfTheHost_areIgnored(String host) throws Exception {
        try (var gateway = twoDomains(Setup.LISTENER)) {
            assertThat(Setup.tally(gateway, host, 2)).containsOnlyKeys("B3");
        }
    }

    /** What is matched is what is forwarded: nobody decodes between the two, and the case of the host does not matter. */
    @ParameterizedTest
    @CsvSource({
        "/ADMIN, B1",
        "/%41DMIN, B3",
        "/%41DMIN/x?y=%41, B3",
        "/ADMIN/%41?%41, B1",
        "/%41dmin, B2",
        "/admin, B2",
        "/%2541DMIN, B2",
        "/ADMIN%2Fx, B2",
        "/x/..%2FADMIN, B2",
    })
    void H05_H19_pathThatIsMatched_isThePathThatIsForwarded(String target, String who) throws Exception {
        var builder = Setup.gateway()
                .listener(Setup.LISTENER)
                .service(Setup.service("plain", b1))
                .service(Setup.service("other", b2))
                .service(Setup.service("encoded", b3));
        for (int i = 0; i < 150; i++) {
            Match host = Match.ALL.withHost("site-" + i + ".example.com");
            builder.route(host, "other")
                    .route(host.withPath(new PathMatch.Prefix("/ADMIN")), "plain")
                    .route(host.withPath(new PathMatch.Prefix("/%41DMIN")), "encoded");
        }
        try (var gateway = builder.start();
                var client = RawClient.connect(gateway.port())) {
            for (String host : List.of("site-0.example.com", "SITE-77.EXAMPLE.com", "Site-149.Example.COM.:80")) {
                var echo = client.get(host, target).echo();
                assertThat(echo.backend()).isEqualTo(who);
                assertThat(echo.head().target()).isEqualTo(target);
                assertThat(echo.head().headers("Host")).containsExactly(host);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"www.unknown.com", "www.empty.com"})
    void H04_unknownOrEmptyDomain_whereAskedFor_gets503OnAConnectionThatStays(String host) throws Exception {
        try (var gateway = twoDomains(answering503());
                var client = RawClient.connect(gateway.port())) {
            var refused = client.get(host, "/");

            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.text()).contains("Service Unavailable");
            assertThat(refused.header("Content-Type").orElse("")).startsWith("text/plain");
            assertThat(b1.connections() + b2.connections() + b3.connections()).isZero();
            assertThat(client.get("www.foobar.com", "/").echo().backend()).isEqualTo("B3");
        }
    }

    @Test
    void H04_unknownDomain_byDefault_gets404_andAnEmptyOne503() throws Exception {
        try (var gateway = twoDomains(Setup.LISTENER);
                var client = RawClient.connect(gateway.port())) {
            assertThat(client.get("www.unknown.com", "/").status()).isEqualTo(404);
            assertThat(client.get("www.empty.com", "/").status()).isEqualTo(503);
            assertThat(client.get("www.foobar.com", "/").status()).isEqualTo(200);
        }
    }

    @Test
    void H04_refusedRequestWithABody_leavesAConnectionThatStaysInStep() throws Exception {
        try (var gateway = twoDomains(Setup.LISTENER);
                var client = RawClient.connect(gateway.port())) {
            client.send("POST / HTTP/1.1\r\nHost: no\r\nContent-Length: 37\r\n\r\n");
            var refused = client.exchange("GET /smuggled HTTP/1.1\r\nHost: www.a\r\n");

            assertThat(refused.status()).isEqualTo(404);
            if (refused.header("Connection").isEmpty()) {
                assertThat(client.get("www.foobar.com", "/next").echo().head().target())
                        .isEqualTo("/next");
            }
            assertThat(b3.heads()).noneMatch(head -> head.target().equals("/smuggled"));
        }
    }

    @Test
    void H17_threeListeners_serveTheirOwn_andOneStopsAlone() throws Exception {
        var first = ListenerSpec.of("first", "127.0.0.1:0");
        var second = ListenerSpec.of("second", "127.0.0.1:0");
        var third = ListenerSpec.of("third", "127.0.0.1:0");
        var services = List.of(Setup.service("s1", b1), Setup.service("s2", b2), Setup.service("s3", b3));
        var routes = List.of(
                RouteSpec.of(Match.ALL.withListeners(Set.of("first")), "s1"),
                RouteSpec.of(Match.ALL.withListeners(Set.of("second")), "s2"),
                RouteSpec.of(Match.ALL.withListeners(Set.of("third")), "s3"));
        try (var penstock = Penstock.builder().build()) {
            penstock.apply(new CatalogState("test", List.of(first, second, third), routes, services));
            try (var gateway = Setup.gateway().penstock(penstock).start()) {
                int port1 = gateway.address("first").getPort();
                int port2 = gateway.address("second").getPort();
                int port3 = gateway.address("third").getPort();
                assertThat(backendAt(port1)).isEqualTo("B1");
                assertThat(backendAt(port2)).isEqualTo("B2");
                assertThat(backendAt(port3)).isEqualTo("B3");
                try (var client = RawClient.connect(port2)) {
                    b2.hold();
                    client.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
                    b2.awaitHeld(1);

                    penstock.apply(new CatalogState(
                            "test", List.of(second, third), List.of(routes.get(1), routes.get(2)), services));

                    Refusals.awaitRefused(port1);
                    assertThat(backendAt(port3)).isEqualTo("B3");
                    b2.release();
                    assertThat(client.read().echo().backend()).isEqualTo("B2");
                    assertThat(client.get("a", "/").echo().backend()).isEqualTo("B2");
                }
            }
        }
    }

    @Test
    void H17_listenerOfAnotherName_takesOverTheAddress() throws Exception {
        int port;
        try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = probe.getLocalPort();
        }
        var services = List.of(Setup.service("s1", b1));
        var routes = List.of(RouteSpec.of(Match.ALL, "s1"));
        try (var penstock = Penstock.builder().build()) {
            var old = ListenerSpec.of("old", "127.0.0.1:" + port);
            penstock.apply(new CatalogState("test", List.of(old), routes, services));
            try (var gateway = Setup.gateway().penstock(penstock).start()) {
                assertThat(backendAt(port)).isEqualTo("B1");

                var next = ListenerSpec.of("next", "127.0.0.1:" + port);
                penstock.apply(new CatalogState("test", List.of(next), routes, services));

                Eventually.eventually(
                        Setup.GENEROUS,
                        () -> assertThat(gateway.address("next").getPort()).isEqualTo(port));
                assertThat(backendAt(port)).isEqualTo("B1");
            }
        }
    }

    private static String backendAt(int port) throws Exception {
        try (var client = RawClient.connect(port)) {
            return client.get("any.host", "/").echo().backend();
        }
    }

    @Test
    void H18_listOfHosts_letsThesePass_andNoOther() throws Exception {
        try (var gateway = Setup.gateway()
                .listener(Setup.LISTENER)
                .service(Setup.site(b1))
                .route(Match.ALL.withHost("www.website.com"), "site")
                .route(Match.ALL.withHost("www.liuggio.com"), "site")
                .start()) {
            assertThat(statusOf(gateway, "www.website.com")).isEqualTo(200);
            assertThat(statusOf(gateway, "www.liuggio.com")).isEqualTo(200);
            assertThat(statusOf(gateway, "website.com")).isEqualTo(404);
            assertThat(statusOf(gateway, "xwww.website.com")).isEqualTo(404);
            assertThat(statusOf(gateway, "127.0.0.1")).isEqualTo(404);
        }
    }

    @Test
    void H18_noHostCondition_letsEveryHostPass() throws Exception {
        try (var gateway = Setup.over(b1)) {
            for (String host : List.of("www.website.com", "x", "127.0.0.1:80", "[::1]")) {
                assertThat(statusOf(gateway, host)).as(host).isEqualTo(200);
            }
        }
    }

    private static int statusOf(Gateway gateway, String host) throws Exception {
        try (var client = RawClient.connect(gateway.port())) {
            return client.get(host, "/").status();
        }
    }
}
