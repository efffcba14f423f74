package dev.penstock.proxy.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.catalog.Forwarding;
import dev.penstock.catalog.Forwarding.ForwardedFor;
import dev.penstock.catalog.HostHeader;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.proxy.Gateway;
import dev.penstock.resolve.AddressRange;
import dev.penstock.testkit.Echo;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.Header;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.RequestHead;
import dev.penstock.testkit.Responder;
import java.net.InetAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForwardingRowsTest {
    private static final int MIB = 1 << 20;

    private final EchoBackend backend = EchoBackend.start("B1");

    @AfterEach
    void closeBackend() {
        backend.close();
    }

    private RequestHead seen(Gateway gateway, String... headers) throws Exception {
        String lines = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
        try (var client = RawClient.connect(gateway.port())) {
            return client.exchange("GET / HTTP/1.1\r\nHost: www.Example.com:8081\r\n" + lines + "\r\n")
                    .echo()
                    .head();
        }
    }

    private Gateway forwarding(Forwarding forwarding) {
        return Setup.start(Setup.LISTENER.withForwarding(forwarding), Setup.site(backend));
    }

    private static Forwarding trusting(String range, ForwardedFor forwardedFor) {
        return Forwarding.defaults().withForwardedFor(forwardedFor).withTrustedProxies(AddressRange.parse(range));
    }

    private static String joined(RequestHead head, String name) {
        return String.join(", ", head.headers(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"})
    void H05_methodPathQueryAndBody_reachTheEndpointUntouched(String method) throws Exception {
        BlockingQueue<Echo> seen = new LinkedBlockingQueue<>();
        backend.answer(exchange -> {
            seen.add(exchange.echo());
            exchange.respond(200, new byte[0]);
        });
        boolean bodiless = method.equals("GET") || method.equals("HEAD");
        byte[] body = bodiless ? new byte[0] : Setup.randomBytes(5, MIB);
        try (var gateway = Setup.over(backend);
                var client = RawClient.connect(gateway.port())) {
            String length = bodiless ? "" : "Content-Length: " + body.length + "\r\n";
            client.send(method + " /a/b%2Fc/?x=1&y=%20 HTTP/1.1\r\nHost: a\r\n" + length + "\r\n")
                    .send(body);

            assertThat(client.read(method).status()).isEqualTo(200);
        }
        Echo echo = seen.poll(30, TimeUnit.SECONDS);
        assertThat(echo.head().method()).isEqualTo(method);
        assertThat(echo.head().path()).isEqualTo("/a/b%2Fc/");
        assertThat(echo.head().query()).contains("x=1&y=%20");
        assertThat(echo.head().version()).isEqualTo("HTTP/1.1");
        assertThat(echo.body()).isEqualTo(body);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/?",
                "/a?b?c",
                "//a//b/",
                "/a/../b/./c",
                "/%7e/%41",
                "/a;p=1/b",
                "/?x=%zz",
                "/a+b?c+d",
                "/a:b@c!$&'()*,=",
                "/?q=/a/b",
                "/caf%C3%A9"
            })
    void H05_target_ofAnyShape_isNotNormalised(String target) throws Exception {
        try (var gateway = Setup.over(backend);
                var client = RawClient.connect(gateway.port())) {
            assertThat(client.get("a", target).echo().head().target()).isEqualTo(target);
        }
    }

    @Test
    void H05_bodiesBothWays_areTheSameBytes() throws Exception {
        byte[] body = Setup.randomBytes(6, MIB);
        try (var gateway = Setup.over(backend);
                var client = RawClient.connect(gateway.port())) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + body.length + "\r\n\r\n");

            assertThat(client.send(body).read().echo().body()).isEqualTo(body);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"www.Example.com:8081", "www.example.com", "127.0.0.1:1", "[::1]:80"})
    void H06_hostHeader_byDefault_isKeptAsSent(String host) throws Exception {
        try (var gateway = Setup.over(backend);
                var client = RawClient.connect(gateway.port())) {
            assertThat(client.get(host, "/").echo().head().headers("Host")).containsExactly(host);
        }
    }

    @Test
    void H06_hostHeader_rewrittenByOption_isTheEndpointsOwn() throws Exception {
        try (var gateway = Setup.start(Setup.site(backend).withHostHeader(HostHeader.ENDPOINT))) {
            var head = seen(gateway);

            assertThat(head.headers("Host")).containsExactly(backend.address());
            assertThat(head.headers("X-Forwarded-Host")).containsExactly("www.Example.com:8081");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Connection: keep-alive",
                "Connection: X-Forwarded-For",
                "Connection: x-forwarded-for, X-REAL-IP, close",
                "connection: close, X-Forwarded-For",
                "Connection: x-forwarded-proto,x-forwarded-host,x-forwarded-server,X-FORWARDED-FOR",
            })
    void H07_clientAddress_isAppended_whateverConnectionNames(String connection) throws Exception {
        try (var gateway = Setup.over(backend)) {
            var head = seen(gateway, "X-Forwarded-For: 9.9.9.9", connection);

            assertThat(joined(head, "X-Forwarded-For")).isEqualTo("9.9.9.9, 127.0.0.1");
            assertThat(head.headers("X-Real-IP")).containsExactly("127.0.0.1");
            assertThat(head.headers("X-Forwarded-Proto")).containsExactly("http");
            assertThat(head.headers("X-Forwarded-Host")).containsExactly("www.Example.com:8081");
            assertThat(head.headers("X-Forwarded-Server")).hasSize(1);
        }
    }

    @Test
    void H07_clientAddress_withoutAnEarlierOne_standsAlone() throws Exception {
        try (var gateway = Setup.over(backend);
                var client = RawClient.connect("127.0.0.3", gateway.port())) {
            assertThat(seen(gateway).headers("X-Forwarded-For")).containsExactly("127.0.0.1");
            assertThat(client.get("a", "/").echo().head().headers("X-Forwarded-For"))
                    .containsExactly("127.0.0.3");
        }
    }

    @Test
    void H07_severalEarlierHeaders_areAllKeptInOrder() throws Exception {
        try (var gateway = Setup.over(backend)) {
            var head = seen(gateway, "X-Forwarded-For: 9.9.9.9", "x-forwarded-for: 8.8.8.8, 7.7.7.7");

            assertThat(joined(head, "X-Forwarded-For")).isEqualTo("9.9.9.9, 8.8.8.8, 7.7.7.7, 127.0.0.1");
        }
    }

    @Test
    void H07_optionReplace_dropsTheEarlierOne() throws Exception {
        try (var gateway = forwarding(Forwarding.defaults().withForwardedFor(ForwardedFor.REPLACE))) {
            assertThat(seen(gateway, "X-Forwarded-For: 9.9.9.9").headers("X-Forwarded-For"))
                    .containsExactly("127.0.0.1");
        }
    }

    @Test
    void H08_optionIfAbsent_keepsTheEarlierOne_orSetsTheFirst() throws Exception {
        try (var gateway = forwarding(Forwarding.defaults().withForwardedFor(ForwardedFor.IF_ABSENT))) {
            assertThat(seen(gateway, "X-Forwarded-For: 9.9.9.9").headers("X-Forwarded-For"))
                    .containsExactly("9.9.9.9");
            assertThat(seen(gateway).headers("X-Forwarded-For")).containsExactly("127.0.0.1");
        }
    }

    @Test
    void H09_forwardedHeaders_ofAPlainListener_sayWhoAndWhere() throws Exception {
        try (var gateway = Setup.over(backend)) {
            var head = seen(gateway);

            assertThat(head.headers("X-Forwarded-Proto")).containsExactly("http");
            assertThat(head.headers("X-Forwarded-Host")).containsExactly("www.Example.com:8081");
            assertThat(head.headers("X-Forwarded-Server"))
                    .containsExactly(InetAddress.getLocalHost().getHostName());
            assertThat(head.headers("X-Real-IP")).containsExactly("127.0.0.1");
        }
    }

    @Test
    void H09_serverName_whereConfigured_isSent() throws Exception {
        try (var gateway = forwarding(Forwarding.defaults().withServerName("edge-1"))) {
            assertThat(seen(gateway).headers("X-Forwarded-Server")).containsExactly("edge-1");
        }
    }

    private static final String[] CLAIMS = {
        "X-Forwarded-Proto: https",
        "x-forwarded-host: evil",
        "X-FORWARDED-SERVER: evil",
        "X-Real-IP: 9.9.9.9",
        "X-Real-IP: 8.8.8.8",
    };

    @Test
    void H09_claimsOfAClient_byDefault_areReplaced() throws Exception {
        try (var gateway = Setup.over(backend)) {
            var head = seen(gateway, CLAIMS);

            assertThat(head.headers("X-Forwarded-Proto")).containsExactly("http");
            assertThat(head.headers("X-Forwarded-Host")).containsExactly("www.Example.com:8081");
            assertThat(head.headers("X-Forwarded-Server"))
                    .doesNotContain("evil")
                    .hasSize(1);
            assertThat(head.headers("X-Real-IP")).containsExactly("127.0.0.1");
        }
    }

    @Test
    void H09_https_fromATrustedProxyOnly_isKept() throws Exception {
        try (var trusting = forwarding(trusting("127.0.0.0/8", ForwardedFor.APPEND));
                var other = forwarding(trusting("10.0.0.0/8", ForwardedFor.APPEND))) {
            assertThat(seen(trusting, "X-Forwarded-Proto: https").headers("X-Forwarded-Proto"))
                    .containsExactly("https");
            assertThat(seen(other, "X-Forwarded-Proto: https").headers("X-Forwarded-Proto"))
                    .containsExactly("http");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://10.0.0.1:8080/x?y=%2F", "/rel", "//other/Path", "https://ex%41mple/ü"})
    void H15_location_reachesTheClientByteForByte(String location) throws Exception {
        backend.answer(Responder.fixed(302, "", new Header("Location", location)));
        try (var gateway = Setup.over(backend);
                var client = RawClient.connect(gateway.port())) {
            var response = client.get("a", "/");

            assertThat(response.status()).isEqualTo(302);
            assertThat(response.headers("Location")).containsExactly(location);
        }
    }

    @Test
    void headers_ofBothDirections_keepOrderAndRepetition() throws Exception {
        backend.answer(exchange -> exchange.respond(
                200,
                exchange.echo().toBytes(),
                new Header("Set-Cookie", "a=1"),
                new Header("X-Between", "x"),
                new Header("Set-Cookie", "b=2; Path=/")));
        try (var gateway = Setup.over(backend);
                var client = RawClient.connect(gateway.port())) {
            var response =
                    client.exchange("GET / HTTP/1.1\r\nHost: a\r\nAccept: b\r\nCookie: c=1\r\naccept: d\r\n\r\n");

            assertThat(response.headers("Set-Cookie")).containsExactly("a=1", "b=2; Path=/");
            assertThat(response.echo().head().headers("Accept")).containsExactly("b", "d");
            assertThat(response.echo().head().headers("Cookie")).containsExactly("c=1");
        }
    }

    @Test
    void listener_ofAllAddresses_isReachableOverLoopback() throws Exception {
        try (var gateway = Setup.start(ListenerSpec.of("web", "[::]:0"), Setup.site(backend))) {
            assertThat(seen(gateway).headers("X-Forwarded-For")).containsExactly("127.0.0.1");
        }
    }
}
