package dev.penstock.gateway;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.Header;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.RawResponse;
import dev.penstock.testkit.RequestHead;
import dev.penstock.testkit.RequiresTool;
import dev.penstock.testkit.Responder;
import dev.penstock.time.Ticker;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP and TLS towards clients, by the packaged program as a process of its own. */
class EdgeRowsIT {
    private static final EchoBackend ONE = EchoBackend.start("B1");
    private static final EchoBackend THREE = EchoBackend.start("B3");
    private static final String LONG = "text ".repeat(100);
    private static X509Bundle authority;
    private static Path files;
    private static Packaged program;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        files = directory;
        authority = builder("authority").setIsCertificateAuthority(true).buildSelfSigned();
        for (String name : List.of("a", "b")) {
            certificate(name, name + ".test");
        }
        Path file = Files.writeString(directory.resolve("edge.yaml"), """
                listeners:
                  - {address: 127.0.0.1:0, name: web, noRoute: 503, timeouts: {header: 1s, idle: 2s}}
                  - {address: 127.0.0.1:0, name: plain}
                  - {address: 127.0.0.1:0, name: trusting, forwarded: {trustedProxies: 127.0.0.1}}
                  - {address: 127.0.0.1:0, name: replacing, forwarded: {for: replace}}
                  - {address: 127.0.0.1:0, name: keeping, forwarded: {for: if_absent}}
                  - {address: 127.0.0.1:0, name: proxied, forwarded: {proxyProtocol: 127.0.0.1}}
                  - address: 127.0.0.1:0
                    name: secure
                    tls: {certificates: [{certificate: DIR/a.pem, key: DIR/a.key}, {certificate: DIR/b.pem, key: DIR/b.key}]}
                admin: off
                drain: 0s
                routes:
                  - {host: www.foobar.com, service: three}
                  - {host: empty.test, service: empty}
                  - {host: own.test, service: own}
                  - {host: zipped.test, service: one, middleware: [{compress: true}]}
                  - {host: http.test, schemes: http, service: one}
                  - {host: https.test, schemes: https, service: one}
                  - {host: www.example.com, service: one}
                services:
                  one: {endpoints: ONE}
                  own: {endpoints: ONE, hostHeader: endpoint}
                  three: {endpoints: THREE}
                  empty: {endpoints: []}
                """.replace("DIR", directory.toString())
                .replace("ONE", ONE.address())
                .replace("THREE", THREE.address()));
        program = Packaged.start("run", "-f", file.toString());
        connect("web").close();
    }

    @AfterAll
    static void stop() throws Exception {
        try {
            program.signal("TERM");
            assertThat(program.status()).as(program.err()).isZero();
        } finally {
            program.close();
            ONE.close();
            THREE.close();
        }
    }

    private static CertificateBuilder builder(String name) {
        return new CertificateBuilder()
                .algorithm(CertificateBuilder.Algorithm.ecp256)
                .subject("CN=" + name)
                .addSanDnsName(name);
    }

    private static void certificate(String file, String name) throws Exception {
        X509Bundle bundle = builder(name).buildIssuedBy(authority);
        Path key = Files.writeString(files.resolve("next.key"), bundle.getPrivateKeyPEM());
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        Path chain = Files.writeString(files.resolve("next.pem"), bundle.getCertificatePathPEM());
        Files.move(key, files.resolve(file + ".key"), StandardCopyOption.REPLACE_EXISTING);
        Files.move(chain, files.resolve(file + ".pem"), StandardCopyOption.REPLACE_EXISTING);
    }

    private static RawClient connect(String listener) {
        return RawClient.connect(program.port(listener + " http://127.0.0.1:"));
    }

    private static RawResponse get(String listener, String host, String... fields) throws IOException {
        try (var client = connect(listener)) {
            return client.exchange(request("GET", "/", host, fields));
        }
    }

    private static RequestHead seen(String listener, String... fields) throws IOException {
        return get(listener, "www.example.com", fields).echo().head();
    }

    private static String request(String method, String target, String host, String... fields) {
        String more = fields.length == 0 ? "" : String.join("\r\n", fields) + "\r\n";
        return method + " " + target + " HTTP/1.1\r\nHost: " + host + "\r\n" + more + "\r\n";
    }

    // ---- hosts

    @ParameterizedTest
    @ValueSource(strings = {"www.foobar.com:8080", "WWW.FooBar.com", "www.foobar.com."})
    void H02_H03_portCaseAndOneDotOfTheHost_areIgnored(String host) throws Exception {
        assertThat(get("web", host).echo().backend()).isEqualTo("B3");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n",
                "GET / HTTP/1.1\r\nHost:\r\n\r\n",
                "GET / HTTP/1.0\r\n\r\n"
            })
    void H02_oddHost_getsACompleteAnswer_andTheNextRequestWorks(String odd) throws Exception {
        try (var client = connect("web")) {
            assertThat(client.exchange(odd).status()).isIn(400, 503);
        }
        assertThat(get("web", "www.foobar.com").status()).isEqualTo(200);
    }

    @Test
    void H04_unknownDomain_andOneWithoutEndpoints_get503OnAConnectionThatStays() throws Exception {
        int before = ONE.connections() + THREE.connections();
        try (var client = connect("web")) {
            for (String host : List.of("unknown.test", "empty.test")) {
                RawResponse answer = client.get(host, "/");
                assertThat(answer.status()).isEqualTo(503);
                assertThat(answer.text()).contains("Service Unavailable");
            }
            assertThat(ONE.connections() + THREE.connections()).isEqualTo(before);
            assertThat(client.get("www.foobar.com", "/").status()).isEqualTo(200);
        }
        assertThat(get("plain", "unknown.test").status()).isEqualTo(404);
    }

    // ---- what endpoints see

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"})
    void H05_methodPathQueryAndBody_areUntouched(String method) throws Exception {
        var body = new byte[method.equals("POST") ? 1 << 20 : method.equals("PUT") ? 1_000 : 0];
        new SplittableRandom(5).nextBytes(body);
        String target = "/a/b%2Fc/?x=1&y=%20";
        try (var client = connect("web")) {
            client.send(request(method, target, "www.example.com", "Content-Length: " + body.length))
                    .send(body);
            RawResponse answer = client.read(method);
            assertThat(answer.status()).isEqualTo(200);
            RequestHead head = ONE.heads().get(ONE.heads().size() - 1);
            assertThat(head.method()).isEqualTo(method);
            assertThat(head.target()).isEqualTo(target);
            if (!method.equals("HEAD")) {
                assertThat(answer.echo().body()).isEqualTo(body);
            }
        }
    }

    @Test
    void H06_host_isKept_orTheEndpointsOwn() throws Exception {
        assertThat(get("web", "www.example.com:81").echo().head().headers("Host"))
                .containsExactly("www.example.com:81");
        RequestHead own = get("web", "own.test").echo().head();
        assertThat(own.headers("Host")).containsExactly(ONE.address());
        assertThat(own.headers("X-Forwarded-Host")).containsExactly("own.test");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "plain|9.9.9.9|9.9.9.9, 127.0.0.1",
                "plain||127.0.0.1",
                "replacing|9.9.9.9|127.0.0.1",
                "keeping|9.9.9.9|9.9.9.9",
                "keeping||127.0.0.1"
            })
    void H07_H08_clientAddress_isAppended_byOptionReplacedOrKept(String listener, String said, String expected)
            throws Exception {
        RequestHead head = said == null
                ? seen(listener)
                : seen(listener, "X-Forwarded-For: " + said, "Connection: x-forwarded-for");
        assertThat(String.join(", ", head.headers("X-Forwarded-For"))).isEqualTo(expected);
    }

    @Test
    void H09_claims_areReplaced_unlessTheirSenderIsTrusted() throws Exception {
        String[] claims = {"X-Forwarded-Proto: https", "X-Forwarded-Host: evil.test", "X-Real-IP: 9.9.9.9"};
        RequestHead plain = seen("plain", claims);
        assertThat(plain.headers("X-Forwarded-Proto")).containsExactly("http");
        assertThat(plain.headers("X-Forwarded-Host")).containsExactly("www.example.com");
        assertThat(plain.headers("X-Real-IP")).containsExactly("127.0.0.1");
        assertThat(plain.headers("X-Forwarded-Server")).hasSize(1);
        assertThat(seen("trusting", claims).headers("X-Forwarded-Proto")).containsExactly("https");
    }

    @Test
    void H10_hopByHopFields_goNoFurther_eitherWay() throws Exception {
        ONE.answer(exchange -> exchange.respond(
                200,
                exchange.echo().toBytes(),
                new Header("Connection", "X-Hop"),
                new Header("X-Hop", "1"),
                new Header("Keep-Alive", "timeout=5"),
                new Header("Proxy-Authenticate", "Basic"),
                new Header("X-End", "1")));
        try {
            RawResponse answer = get(
                    "web",
                    "www.example.com",
                    "Connection: X-Hop, keep-alive",
                    "X-Hop: 1",
                    "Keep-Alive: 5",
                    "Proxy-Authorization: Basic eDp5",
                    "TE: trailers",
                    "Trailer: X",
                    "X-End: 1");
            for (String name : List.of("X-Hop", "Keep-Alive", "Proxy-Authenticate")) {
                assertThat(answer.headers(name)).as(name).isEmpty();
            }
            assertThat(answer.headers("X-End")).containsExactly("1");
            RequestHead head = answer.echo().head();
            for (String name : List.of("Connection", "X-Hop", "Keep-Alive", "Proxy-Authorization", "TE", "Trailer")) {
                assertThat(head.headers(name)).as(name).isEmpty();
            }
            assertThat(head.headers("X-End")).containsExactly("1");
        } finally {
            ONE.answer(Responder.echo());
        }
    }

    @Test
    void H15_location_reachesTheClientByteForByte() throws Exception {
        String location = "HTTP://Other.test:81/a/../b%2f?x=%zz#top";
        ONE.answer(Responder.fixed(302, "", new Header("Location", location)));
        try {
            assertThat(get("web", "www.example.com").headers("Location")).containsExactly(location);
        } finally {
            ONE.answer(Responder.echo());
        }
    }

    @Test
    void H16_answers_areCompressedWhereAskedFor() throws Exception {
        ONE.answer(Responder.fixed(200, LONG, new Header("Content-Type", "text/plain")));
        try {
            RawResponse zipped = get("web", "zipped.test", "Accept-Encoding: gzip");
            assertThat(zipped.headers("Vary")).containsExactly("Accept-Encoding");
            try (var in = new GZIPInputStream(new ByteArrayInputStream(zipped.body()))) {
                assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                        .isEqualTo(LONG);
            }
            assertThat(get("web", "www.example.com", "Accept-Encoding: gzip").text())
                    .isEqualTo(LONG);
        } finally {
            ONE.answer(Responder.echo());
        }
    }

    // ---- connections

    @Test
    void H13_thousandRequestsOfOneConnection_useAtMostFourToEndpoints_andAnIdleOneIsClosed() throws Exception {
        int before = THREE.connections();
        try (var client = connect("web")) {
            for (int i = 0; i < 1_000; i++) {
                assertThat(client.get("www.foobar.com", "/").status()).isEqualTo(200);
            }
            assertThat(THREE.connections() - before).isLessThanOrEqualTo(4);
            long start = Ticker.system().nanos();
            assertThat(client.readToEnd()).isEmpty();
            assertThat(Duration.ofNanos(Ticker.system().nanos() - start)).isGreaterThan(Duration.ofMillis(1_900));
        }
    }

    @Test
    void H14_bothFramings_getA400() throws Exception {
        try (var client = connect("web")) {
            client.send(request("POST", "/", "www.foobar.com", "Content-Length: 5", "Transfer-Encoding: chunked")
                    + "0\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(400);
            assertThat(client.readToEnd()).isEmpty();
        }
    }

    @Test
    void F20_halfAHead_isClosedAfterItsTime_withoutAnEndpoint() throws Exception {
        int before = THREE.requests();
        try (var client = connect("web")) {
            long start = Ticker.system().nanos();
            client.send("GET / HTTP/1.1\r\nHost: www.foobar.com\r\n");
            client.readToEnd();
            assertThat(Duration.ofNanos(Ticker.system().nanos() - start)).isGreaterThan(Duration.ofMillis(900));
        }
        assertThat(THREE.requests()).isEqualTo(before);
    }

    @Test
    void F21_randomBytes_harmNobody() throws Exception {
        var random = new SplittableRandom(21);
        for (int i = 0; i < 1_000; i++) {
            var bytes = new byte[1 + random.nextInt(300)];
            random.nextBytes(bytes);
            var client = connect("web");
            try {
                client.send(bytes);
                if (random.nextBoolean()) {
                    client.reset();
                }
            } catch (IOException e) {
                assertThat(e).isNotNull(); // the program was faster
            } finally {
                client.close();
            }
        }
        assertThat(get("web", "www.foobar.com").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY TCP4 9.9.9.9 127.0.0.1 4711 80\r\n",
                "\r\n\r\n\0\r\nQUIT\n\41\21\0\14\t\t\t\t\177\0\0\1\22\70\0\120"
            })
    void T06_header_namesTheClient_whereAskedFor(String header) throws Exception {
        String get = request("GET", "/", "www.example.com");
        try (var client = connect("proxied")) {
            RequestHead head = client.exchange(header + get).echo().head();
            assertThat(head.headers("X-Forwarded-For")).containsExactly("9.9.9.9");
            assertThat(head.headers("X-Real-IP")).containsExactly("9.9.9.9");
        }
        try (var client = connect("proxied")) {
            assertThat(client.send(get).readToEnd()).isEmpty();
        }
        try (var client = connect("plain")) {
            assertThat(client.exchange(header + get).status()).isEqualTo(400);
        }
    }

    // ---- TLS

    private static SSLSocket secure(String name, String version) throws Exception {
        var context = SSLContext.getInstance("TLS");
        context.init(null, authority.toTrustManagerFactory().getTrustManagers(), null);
        int port = program.port("secure https://127.0.0.1:");
        var socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port);
        var parameters = socket.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(name)));
        parameters.setProtocols(new String[] {version});
        socket.setSSLParameters(parameters);
        socket.setSoTimeout(30_000);
        socket.startHandshake();
        return socket;
    }

    private static String shown(String name) throws Exception {
        try (var socket = secure(name, "TLSv1.3")) {
            return socket.getSession().getPeerPrincipal().getName();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void H20_H23_bothVersions_areServed_asHttps(String version) throws Exception {
        try (var socket = secure("a.test", version);
                var client = RawClient.over(socket)) {
            RequestHead head = client.get("www.example.com", "/").echo().head();
            assertThat(head.headers("X-Forwarded-Proto")).containsExactly("https");
            assertThat(client.get("https.test", "/").status()).isEqualTo(200);
            assertThat(client.get("http.test", "/").status()).isEqualTo(404);
        }
        assertThat(get("plain", "http.test").status()).isEqualTo(200);
        assertThat(get("plain", "https.test").status()).isEqualTo(404);
    }

    @Test
    void H23_signaturesBySha1_areMadeForNobody_byTheRuntimesTls() throws Exception {
        RequiresTool.find("openssl");
        Path file = Files.writeString(
                files.resolve("jdk.yaml"), """
                listeners:
                  - address: 127.0.0.1:0
                    name: secure
                    tls: {certificates: [{certificate: DIR/a.pem, key: DIR/a.key}]}
                admin: off
                drain: 0s
                routes: [{service: one}]
                services: {one: {endpoints: ONE}}
                """.replace("DIR", files.toString()).replace("ONE", ONE.address()));
        try (var other = Packaged.start("run", "-f", file.toString(), "--tls-provider", "jdk")) {
            int port = other.port("secure https://127.0.0.1:");
            assertThat(agreed(port, "ECDSA+SHA256")).contains("New, TLSv1.2, Cipher is ECDHE-");
            assertThat(agreed(port, "ECDSA+SHA1")).doesNotContain("Cipher is ECDHE-");
        }
    }

    /** What a client says that takes signatures of one kind only. */
    private static String agreed(int port, String signatures) {
        String command = "openssl s_client -connect 127.0.0.1:" + port
                + " -servername a.test -tls1_2 -cipher ALL:@SECLEVEL=0 -sigalgs " + signatures + " </dev/null";
        return RequiresTool.run("sh", "-c", command).output();
    }

    @Test
    void H23_plainText_isRefusedWithoutHarm() throws Exception {
        try (var client = RawClient.connect(program.port("secure https://127.0.0.1:"))) {
            assertThat(client.exchange(request("GET", "/", "a.test")).status()).isEqualTo(400);
        }
        assertThat(shown("a.test")).isEqualTo("CN=a.test");
    }

    @Test
    void H23_H24_certificate_isThatOfTheName_elseTheFirst_andAReplacedOneIsUsed() throws Exception {
        assertThat(shown("a.test")).isEqualTo("CN=a.test");
        assertThat(shown("other.test")).isEqualTo("CN=a.test");
        assertThat(shown("b.test")).isEqualTo("CN=b.test");
        certificate("b", "new.test");

        eventually(Packaged.SOON, () -> assertThat(shown("new.test")).isEqualTo("CN=new.test"));
        certificate("b", "b.test");
        eventually(Packaged.SOON, () -> assertThat(shown("b.test")).isEqualTo("CN=b.test"));
    }
}
