package dev.penstock.proxy.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.catalog.ListenerSpec;
import dev.penstock.proxy.CertificateSupplier;
import dev.penstock.proxy.CertifiedKey;
import dev.penstock.proxy.Gateway;
import dev.penstock.proxy.LocalAnswer;
import dev.penstock.proxy.TlsChoice;
import dev.penstock.route.Match;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.Eventually;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.RequiresTool;
import dev.penstock.tls.ClientCertificates;
import dev.penstock.tls.ClientCertificates.Demand;
import dev.penstock.tls.ServerCertificate;
import dev.penstock.tls.ServerTls;
import dev.penstock.tls.TlsVersion;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients by TLS: whose certificate they are shown, what they are asked for, and what becomes of those that misbehave. */
class TlsRowsTest {
    private final EchoBackend b1 = EchoBackend.start("B1");

    @TempDir
    private Path directory;

    private Pki pki;

    @BeforeEach
    void makeAuthority() {
        pki = new Pki(directory);
    }

    @AfterEach
    void closeBackend() {
        b1.close();
    }

    private Gateway gateway(TlsChoice provider, ServerTls tls) {
        return Setup.builder(Setup.LISTENER.withTls(tls), Setup.site(b1))
                .tls(provider)
                .start();
    }

    private Gateway gateway(ServerCertificate... certificates) {
        return gateway(TlsChoice.AUTO, ServerTls.of(certificates));
    }

    private String shownTo(Gateway gateway, String name) throws IOException {
        try (var client = pki.connect(gateway.port(), name)) {
            return client.shown();
        }
    }

    @ParameterizedTest
    @EnumSource(
            names = {"JDK", "BORINGSSL"},
            value = TlsChoice.class)
    void H23_tlsListener_servesBothVersionsAndSaysHttps(TlsChoice provider) throws Exception {
        try (var gateway = gateway(provider, ServerTls.of(pki.certificate("a", "a.test")))) {
            for (String version : new String[] {"TLSv1.2", "TLSv1.3"}) {
                try (var client = Pki.connect(pki.client(null), gateway.port(), "a.test", version)) {
                    for (int i = 0; i < 3; i++) {
                        var echo = client.http().get("a.test", "/x").echo();

                        assertThat(echo.backend()).isEqualTo("B1");
                        assertThat(echo.head().headers("X-Forwarded-Proto")).containsExactly("https");
                    }
                    assertThat(client.socket().getSession().getProtocol()).isEqualTo(version);
                }
            }
            assertThat(gateway.tls().name()).isEqualTo(provider.name());
        }
    }

    @Test
    void H23_olderVersions_areRefused() throws Exception {
        var tls = ServerTls.of(pki.certificate("a", "a.test"));
        try (var gateway = gateway(TlsChoice.AUTO, tls.withMinVersion(TlsVersion.V1_3))) {
            assertThat(shownTo(gateway, "a.test")).isEqualTo("a.test");
            assertThatThrownBy(() -> Pki.connect(pki.client(null), gateway.port(), "a.test", "TLSv1.2"))
                    .isInstanceOf(SSLException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(
            names = {"JDK", "BORINGSSL"},
            value = TlsChoice.class)
    void H24_namesAskedFor_getTheirCertificates(TlsChoice provider) throws Exception {
        var first = pki.certificate("a", "a.test");
        var second = pki.certificate("b", "b.test", "*.b.test");
        var exact = pki.certificate("c", "c.b.test");
        try (var gateway = gateway(provider, ServerTls.of(first, second, exact))) {
            assertThat(shownTo(gateway, "a.test")).isEqualTo("a.test");
            assertThat(shownTo(gateway, "b.test")).isEqualTo("b.test");
            assertThat(shownTo(gateway, "B.Test")).isEqualTo("b.test");
            assertThat(shownTo(gateway, "x.b.test")).isEqualTo("b.test");
            assertThat(shownTo(gateway, "c.b.test")).isEqualTo("c.b.test");
            assertThat(shownTo(gateway, "x.y.b.test")).isEqualTo("a.test"); // a wildcard is one label
            assertThat(shownTo(gateway, "unknown.test")).isEqualTo("a.test");
            assertThat(shownTo(gateway, "")).isEqualTo("a.test");
        }
    }

    @ParameterizedTest
    @EnumSource(
            names = {"JDK", "BORINGSSL"},
            value = TlsChoice.class)
    void unknownName_ofAStrictListener_isRefusedByAnAlert(TlsChoice provider) throws Exception {
        var tls = ServerTls.of(pki.certificate("a", "a.test")).withStrict(true);
        try (var gateway = gateway(provider, tls)) {
            assertThat(shownTo(gateway, "a.test")).isEqualTo("a.test");
            for (String name : new String[] {"b.test", ""}) {
                assertThatThrownBy(() -> shownTo(gateway, name))
                        .isInstanceOf(SSLException.class)
                        .hasMessageContaining("unrecognized_name");
            }
            assertThat(gateway.handshakesRefused("web")).containsEntry("unknown_name", 2L);
        }
    }

    @Test
    void H23_replacedFiles_areUsedByNewConnections() throws Exception {
        var certificate = pki.certificate("site", "one.test");
        try (var gateway = gateway(certificate);
                var before = pki.connect(gateway.port(), "one.test")) {
            assertThat(before.shown()).isEqualTo("one.test");

            pki.certificate("site", "two.test"); // overwritten
            awaitShown(gateway, "two.test");

            var third = pki.certificate("new", "three.test"); // renamed over
            Files.move(third.certificate(), certificate.certificate(), StandardCopyOption.ATOMIC_MOVE);
            Files.move(third.key(), certificate.key(), StandardCopyOption.ATOMIC_MOVE);
            awaitShown(gateway, "three.test");

            assertThat(before.http().get("one.test", "/").status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @EnumSource(
            names = {"JDK", "BORINGSSL"},
            value = TlsChoice.class)
    void H23_filesReplacedInTheMiddleOfAHandshake_leaveItAsItBegan(TlsChoice provider) throws Exception {
        var tls = ServerTls.of(pki.certificate("site", "one.test"));
        try (var gateway = gateway(provider, tls);
                var slow = new Hesitant(gateway.port())) {
            var secured = (SSLSocket)
                    pki.client(null).getSocketFactory().createSocket(slow, "one.test", gateway.port(), true);
            var handshake = Concurrently.run(secured::startHandshake);
            assertThat(slow.answered.await(30, TimeUnit.SECONDS)).isTrue();

            pki.certificate("site", "two.test");
            awaitShown(gateway, "two.test");
            slow.goOn.countDown();
            handshake.join();

            assertThat(secured.getSession().getPeerPrincipal().getName()).isEqualTo("CN=one.test");
            assertThat(RawClient.over(secured).get("one.test", "/").status()).isEqualTo(200);
        }
    }

    /** Answers the server's first words only when told to. */
    private static final class Hesitant extends Socket {
        private final CountDownLatch answered = new CountDownLatch(1);
        private final CountDownLatch goOn = new CountDownLatch(1);

        Hesitant(int port) throws IOException {
            super(InetAddress.getLoopbackAddress(), port);
            setSoTimeout(30_000);
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return new FilterInputStream(super.getInputStream()) {
                @Override
                public int read(byte[] into, int from, int most) throws IOException {
                    int count = super.read(into, from, most);
                    answered.countDown();
                    try {
                        assertThat(goOn.await(30, TimeUnit.SECONDS)).isTrue();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                    return count;
                }
            };
        }
    }

    @Test
    void H23_switchedLink_isFollowed() throws Exception {
        Path old = Files.createDirectory(directory.resolve("old"));
        Path fresh = Files.createDirectory(directory.resolve("fresh"));
        var authority = new Pki(old);
        authority.certificate("site", "one.test");
        new Pki(fresh).certificate("site", "two.test");
        Path link = Files.createSymbolicLink(directory.resolve("current"), old);
        var certificate = ServerCertificate.of(link.resolve("site.pem"), link.resolve("site.key"));
        try (var gateway = gateway(certificate)) {
            assertThat(gateway.certificates("web").get(0).names()).containsExactly("one.test");

            Path next = Files.createSymbolicLink(directory.resolve("next"), fresh);
            Files.move(next, link, StandardCopyOption.ATOMIC_MOVE);

            Eventually.eventually(
                    Setup.GENEROUS,
                    () -> assertThat(gateway.certificates("web").get(0).names()).containsExactly("two.test"));
        }
    }

    private void awaitShown(Gateway gateway, String name) {
        Eventually.eventually(
                Setup.GENEROUS, () -> assertThat(shownTo(gateway, "any.test")).isEqualTo(name));
    }

    @Test
    void brokenNewFile_keepsTheOldAndIsTold() throws Exception {
        var certificate = pki.certificate("site", "one.test");
        try (var gateway = gateway(certificate)) {
            Files.writeString(
                    certificate.certificate(), "text\n-----BEGIN CERTIFICATE-----\n?\n-----END CERTIFICATE-----\n");

            Eventually.eventually(
                    Setup.GENEROUS,
                    () -> assertThat(gateway.certificates("web").get(0).problem())
                            .isEqualTo(certificate.certificate() + ": line 2: not readable (expected: base64)"));
            assertThat(shownTo(gateway, "one.test")).isEqualTo("one.test");

            pki.certificate("site", "two.test");
            awaitShown(gateway, "two.test");
            assertThat(gateway.certificates("web").get(0).problem()).isEmpty();
        }
    }

    @Test
    void keyOfAnotherCertificate_isRefusedAtTheStart() throws Exception {
        var one = pki.certificate("one", "one.test");
        var two = pki.certificate("two", "two.test");

        assertThatThrownBy(() -> gateway(ServerCertificate.of(one.certificate(), two.key())))
                .hasMessageContaining(two.key() + ": key: not that of the certificate");
    }

    @ParameterizedTest
    @EnumSource(
            names = {"JDK", "BORINGSSL"},
            value = TlsChoice.class)
    void H23_plainText_isRefusedWithoutHarm(TlsChoice provider) throws Exception {
        try (var gateway = gateway(provider, ServerTls.of(pki.certificate("a", "a.test")));
                var plain = RawClient.connect(gateway.port());
                var good = pki.connect(gateway.port(), "a.test")) {
            plain.send("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");

            assertThat(plain.read().status()).isEqualTo(400);
            assertThat(plain.readToEnd()).isEmpty();
            assertThat(good.http().get("a.test", "/").status()).isEqualTo(200);
            assertThat(gateway.handshakesRefused("web")).containsEntry("not_tls", 1L);
            assertThat(b1.requests()).isEqualTo(1);
        }
    }

    // ---- certificates of clients

    @ParameterizedTest
    @EnumSource(
            names = {"JDK", "BORINGSSL"},
            value = TlsChoice.class)
    void clientCertificate_asDemanded_isAskedForAndVerified(TlsChoice provider) throws Exception {
        var trusted = pki.issue("client");
        var stranger = new Pki(directory, "Other CA").issue("stranger");
        var required = new ClientCertificates(Demand.REQUIRED, pki.ca());
        var optional = new ClientCertificates(Demand.OPTIONAL, pki.ca());
        var tls = ServerTls.of(
                pki.certificate("a", "a.test").withClients(required),
                pki.certificate("b", "b.test").withClients(optional),
                pki.certificate("c", "c.test"));
        try (var gateway = gateway(provider, tls)) {
            int port = gateway.port();
            assertServed(pki.client(trusted), port, "a.test");
            assertServed(pki.client(trusted), port, "b.test");
            assertServed(pki.client(null), port, "b.test");
            assertServed(pki.client(stranger), port, "c.test");
            for (String version : new String[] {"TLSv1.2", "TLSv1.3"}) {
                assertRefused(pki.client(null), port, "a.test", version);
                assertRefused(pki.client(stranger), port, "a.test", version);
            }
            assertThat(b1.requests()).isEqualTo(4);
        }
    }

    private static void assertServed(SSLContext context, int port, String name) throws IOException {
        try (var client = Pki.connect(context, port, name)) {
            assertThat(client.http().get(name, "/").status()).isEqualTo(200);
        }
    }

    /** With TLS 1.3 a client hears of it after its own handshake is done. */
    private static void assertRefused(SSLContext context, int port, String name, String version) {
        assertThatThrownBy(() -> {
                    try (var client = Pki.connect(context, port, name, version)) {
                        client.http().get(name, "/");
                    }
                })
                .isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @EnumSource(
            names = {"JDK", "BORINGSSL"},
            value = TlsChoice.class)
    void connectionOfOneHost_neverServesOneThatAsksForCertificates(TlsChoice provider) throws Exception {
        var required = new ClientCertificates(Demand.REQUIRED, pki.ca());
        var tls = ServerTls.of(
                pki.certificate("open", "open.test", "other.test"),
                pki.certificate("closed", "closed.test").withClients(required));
        try (var gateway = gateway(provider, tls)) {
            for (String host : new String[] {"closed.test", "CLOSED.test:443", "closed.test."}) {
                try (var client = pki.connect(gateway.port(), "open.test")) {
                    assertThat(client.http().get("other.test", "/").status()).isEqualTo(200);
                    var answer = client.http().get(host, "/");

                    assertThat(answer.status()).as(host).isEqualTo(421);
                    assertThat(client.http().readToEnd()).isEmpty();
                }
            }
            try (var client = Pki.connect(pki.client(pki.issue("client")), gateway.port(), "closed.test")) {
                assertThat(client.http().get("closed.test", "/").status()).isEqualTo(200);
                assertThat(client.http().get("open.test", "/").status()).isEqualTo(200);
            }
            assertThat(b1.requests()).isEqualTo(5);
        }
    }

    /** nginx, CVE-2025-23419. */
    @ParameterizedTest
    @EnumSource(
            names = {"JDK", "BORINGSSL"},
            value = TlsChoice.class)
    void sessionOfOneHost_isNotResumedByAnother(TlsChoice provider) throws Exception {
        RequiresTool.find("openssl");
        var required = new ClientCertificates(Demand.REQUIRED, pki.ca());
        var tls = ServerTls.of(
                pki.certificate("open", "open.test"),
                pki.certificate("closed", "closed.test").withClients(required));
        Path session = directory.resolve("session");
        try (var gateway = gateway(provider, tls)) {
            for (String version : new String[] {"-tls1_2", "-tls1_3"}) {
                String first = openssl(gateway, version, "open.test", "-sess_out " + session);
                String again = openssl(gateway, version, "open.test", "-sess_in " + session);
                String other = openssl(gateway, version, "closed.test", "-sess_in " + session);

                assertThat(first).as(version).contains("New, TLSv1", "HTTP/1.1 200");
                assertThat(again).as(version).contains("Reused, TLSv1", "HTTP/1.1 200");
                assertThat(other).as(version).doesNotContain("Reused, TLSv1").doesNotContain("HTTP/1.1");
            }
            assertThat(b1.requests()).isEqualTo(4);
        }
    }

    /** What openssl's client says of one request. */
    private static String openssl(Gateway gateway, String version, String name, String options) {
        String command = "printf 'GET / HTTP/1.1\\r\\nHost: " + name + "\\r\\nConnection: close\\r\\n\\r\\n'"
                + " | openssl s_client -ign_eof -connect 127.0.0.1:" + gateway.port()
                + " -servername " + name + " " + version + " " + options;
        return RequiresTool.run("sh", "-c", command).output();
    }

    // ---- schemes

    @Test
    void H20_schemes_matchTheListenersKind() throws Exception {
        var plain = ListenerSpec.of("plain", "127.0.0.1:0");
        var secure = ListenerSpec.of("secure", "127.0.0.1:0").withTls(ServerTls.of(pki.certificate("a", "a.test")));
        for (var expected : Map.of(
                        Set.of("http"), new int[] {200, 404},
                        Set.of("https"), new int[] {404, 200},
                        Set.of("http", "https"), new int[] {200, 200},
                        Set.<String>of(), new int[] {200, 200})
                .entrySet()) {
            try (var gateway = Setup.gateway()
                            .listener(plain)
                            .listener(secure)
                            .service(Setup.site(b1))
                            .route(Match.ALL.withSchemes(expected.getKey()), "site")
                            .start();
                    var one = RawClient.connect(gateway.address("plain").getPort());
                    var other = pki.connect(gateway.address("secure").getPort(), "a.test")) {
                assertThat(one.get("a.test", "/").status()).isEqualTo(expected.getValue()[0]);
                assertThat(other.http().get("a.test", "/").status()).isEqualTo(expected.getValue()[1]);
            }
        }
    }

    // ---- certificates from code

    @ParameterizedTest
    @EnumSource(
            names = {"JDK", "BORINGSSL"},
            value = TlsChoice.class)
    void H25_supplier_isAskedForUnknownNamesAndItsAnswerIsShown(TlsChoice provider) throws Exception {
        var made = pki.issue("made.test");
        var key = new CertifiedKey(
                made.getCertificatePathList(), made.getKeyPair().getPrivate());
        Queue<String> asked = new ConcurrentLinkedQueue<>();
        CertificateSupplier supplier = name -> {
            asked.add(name);
            return switch (name) {
                case "made.test" ->
                    CompletableFuture.supplyAsync(
                            () -> Optional.of(key), CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS));
                case "broken.test" -> throw new IllegalStateException("broken");
                default -> CompletableFuture.completedFuture(Optional.empty());
            };
        };
        var listener = Setup.LISTENER.withTls(ServerTls.of(pki.certificate("a", "a.test")));
        try (var gateway = Setup.builder(listener, Setup.site(b1))
                .tls(provider)
                .certificates("web", supplier)
                .start()) {
            assertThat(shownTo(gateway, "made.test")).isEqualTo("made.test");
            assertThat(shownTo(gateway, "a.test")).isEqualTo("a.test");
            assertThat(shownTo(gateway, "none.test")).isEqualTo("a.test");
            assertThat(shownTo(gateway, "broken.test")).isEqualTo("a.test");
            assertThat(asked).containsExactly("made.test", "none.test", "broken.test");
        }
    }

    @Test
    void H25_challengePaths_areAnsweredByCodeBeforeRouting() throws Exception {
        try (var gateway = Setup.builder(Setup.LISTENER, Setup.site(b1))
                        .handlerBelow(
                                "/.well-known/acme-challenge/",
                                request -> LocalAnswer.of(
                                        200, Map.of(), request.path().replaceFirst(".*/", "") + ".thumb"))
                        .start();
                var client = RawClient.connect(gateway.port())) {
            assertThat(client.get("a.test", "/.well-known/acme-challenge/token").text())
                    .isEqualTo("token.thumb");
            assertThat(client.get("a.test", "/.well-known/other").echo().backend())
                    .isEqualTo("B1");
        }
    }
}
