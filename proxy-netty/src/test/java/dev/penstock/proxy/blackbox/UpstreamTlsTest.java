package dev.penstock.proxy.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.HealthSpec;
import dev.penstock.catalog.RouteSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.health.CheckSpec;
import dev.penstock.health.Health;
import dev.penstock.health.HttpCheck;
import dev.penstock.proxy.Gateway;
import dev.penstock.proxy.TlsChoice;
import dev.penstock.route.Match;
import dev.penstock.testkit.Eventually;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.RawResponse;
import dev.penstock.testkit.StubBackend;
import dev.penstock.tls.UpstreamTls;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Endpoints called by TLS: who is trusted, what they are shown, and what becomes of those that are not what they should be. */
class UpstreamTlsTest {
    @TempDir
    private Path directory;

    private Pki pki;
    private @Nullable HttpsServer server;
    private final Set<String> names = ConcurrentHashMap.newKeySet();

    @BeforeEach
    void makeAuthority() {
        pki = new Pki(directory);
    }

    @AfterEach
    void stopServer() {
        if (server != null) {
            server.stop(0);
        }
    }

    /** Answers with the client's certificate, if it shows one. */
    private int serve(X509Bundle own, boolean wantsCertificate) throws Exception {
        var context = SSLContext.getInstance("TLS");
        context.init(
                own.toKeyManagerFactory().getKeyManagers(),
                own.toTrustManagerFactory().getTrustManagers(),
                null);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters wanted) {
                SSLParameters parameters = context.getDefaultSSLParameters();
                parameters.setNeedClientAuth(wantsCertificate);
                wanted.setSSLParameters(parameters);
            }
        });
        server.createContext("/", exchange -> {
            var session = (ExtendedSSLSession) ((HttpsExchange) exchange).getSSLSession();
            session.getRequestedServerNames().forEach(name -> names.add(name.toString()));
            String client = wantsCertificate ? session.getPeerPrincipal().getName() : "nobody";
            byte[] body = client.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        return server.getAddress().getPort();
    }

    private static RawResponse get(Gateway gateway) throws IOException {
        try (var client = RawClient.connect(gateway.port())) {
            return client.get("any.test", "/");
        }
    }

    private static RawResponse get(TlsChoice provider, int port, UpstreamTls tls) throws IOException {
        try (var gateway = gateway(provider, port, tls)) {
            return get(gateway);
        }
    }

    private static Gateway gateway(TlsChoice provider, int port, UpstreamTls tls) {
        var site = ServiceSpec.of("site", "127.0.0.1:" + port).withTls(tls);
        return Setup.builder(Setup.LISTENER, site).tls(provider).start();
    }

    private UpstreamTls trusting() throws IOException {
        return UpstreamTls.defaults().withCa(pki.ca());
    }

    @ParameterizedTest
    @EnumSource(
            names = {"JDK", "BORINGSSL"},
            value = TlsChoice.class)
    void endpoint_isServedOnlyIfItsCertificateIsTrustedAndItsOwn(TlsChoice provider) throws Exception {
        int port = serve(pki.issue("127.0.0.1", "internal.test"), false);

        assertThat(get(provider, port, trusting()).status()).isEqualTo(200);
        assertThat(names).isEmpty(); // an address is no name to ask for
        assertThat(get(provider, port, trusting().withServerName("internal.test"))
                        .status())
                .isEqualTo(200);
        assertThat(names).hasSize(1).allMatch(name -> name.contains("internal.test"));
        assertRefused(get(provider, port, trusting().withServerName("other.test")));
        assertRefused(get(provider, port, UpstreamTls.defaults())); // Java trusts well-known authorities only
        var unverified = UpstreamTls.defaults().withVerify(false).withServerName("other.test");
        assertThat(get(provider, port, unverified).status()).isEqualTo(200);
    }

    private static void assertRefused(RawResponse answer) {
        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.headers("Proxy-Status")).containsExactly("penstock; error=tls_certificate_error");
    }

    @ParameterizedTest
    @EnumSource(
            names = {"JDK", "BORINGSSL"},
            value = TlsChoice.class)
    void ownCertificate_isShownToAnEndpointThatAsks(TlsChoice provider) throws Exception {
        int port = serve(pki.issue("127.0.0.1"), true);
        var own = pki.certificate("own", "gate.test");

        assertThat(get(provider, port, trusting().withCertificate(own.certificate(), own.key()))
                        .text())
                .isEqualTo("CN=gate.test");
        assertThat(get(provider, port, trusting()).status()).isEqualTo(502);
    }

    /**
     * Whether a certificate was revoked is not looked up; the Java runtime's own property, read at its start, has it done for
     * either kind of TLS. The endpoint's certificate says neither whom to ask nor where a list is.
     */
    @ParameterizedTest
    @CsvSource({"JDK, false, 200", "BORINGSSL, false, 200", "JDK, true, 502", "BORINGSSL, true, 502"})
    void revocation_isLookedUpOnlyWhereTheRuntimeIsToldTo(String provider, boolean lookedUp, int status)
            throws Exception {
        int port = serve(pki.issue("127.0.0.1"), false);
        try (var gateway = GatewayProcess.start(
                        port,
                        "-Dauthority=" + pki.ca(),
                        "-Dprovider=" + provider,
                        "-Dcom.sun.net.ssl.checkRevocation=" + lookedUp);
                var client = RawClient.connect(gateway.port())) {
            assertThat(client.get("any.test", "/").status()).isEqualTo(status);
        }
    }

    /** nginx, CVE-2026-1642. */
    @Test
    void endpointThatSpeaksBeforeTheHandshake_isNotRelayed() throws Exception {
        try (var plain =
                StubBackend.start(connection -> connection.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwrong"))) {
            var answer = get(TlsChoice.AUTO, plain.port(), trusting());

            assertThat(answer.status()).isEqualTo(502);
            assertThat(answer.text()).doesNotContain("wrong");
        }
    }

    @Test
    void idleConnection_isNotUsedAfterTheSettingsHaveChanged() throws Exception {
        int port = serve(pki.issue("127.0.0.1", "internal.test"), false);
        var site = ServiceSpec.of("site", "127.0.0.1:" + port).withTls(trusting());
        try (var gateway = gateway(TlsChoice.AUTO, port, trusting())) {
            assertThat(get(gateway).status()).isEqualTo(200);
            gateway.penstock()
                    .apply(new CatalogState(
                            "code",
                            List.of(Setup.LISTENER),
                            List.of(RouteSpec.of(Match.ALL, "site")),
                            List.of(site.withTls(trusting().withServerName("other.test")))));

            assertRefused(get(gateway));
        }
    }

    @ParameterizedTest
    @EnumSource(
            names = {"JDK", "BORINGSSL"},
            value = TlsChoice.class)
    void healthCheck_goesByTls(TlsChoice provider) throws Exception {
        int port = serve(pki.issue("127.0.0.1"), false);
        var check = CheckSpec.of(HttpCheck.get("/")).withInterval(Duration.ofMillis(50));
        var site = ServiceSpec.of("site", "127.0.0.1:" + port)
                .withTls(trusting())
                .withHealth(HealthSpec.defaults().withCheck(check));
        try (var gateway = Setup.builder(Setup.LISTENER, site).tls(provider).start()) {
            Eventually.eventually(
                    Setup.GENEROUS,
                    () -> assertThat(gateway.penstock()
                                    .table()
                                    .services()
                                    .get(0)
                                    .health("127.0.0.1:" + port)
                                    .health())
                            .isEqualTo(Health.UP));
        }
    }
}
