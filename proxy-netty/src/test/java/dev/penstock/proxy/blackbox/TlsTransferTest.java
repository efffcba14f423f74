package dev.penstock.proxy.blackbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.catalog.ServiceSpec;
import dev.penstock.proxy.Gateway;
import dev.penstock.proxy.TlsChoice;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.Eventually;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.RawResponse;
import dev.penstock.tls.ServerTls;
import dev.penstock.tls.UpstreamTls;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What passes through by TLS on both sides, whole or cut off, and with which keys. */
class TlsTransferTest {
    private static final String CLOSED_AT_ITS_END = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello";

    /** Kinds of records. */
    private static final int ALERT = 21;

    private static final int DATA = 23;

    @TempDir
    private Path directory;

    private Pki pki;

    @BeforeEach
    void makeAuthority() {
        pki = new Pki(directory);
    }

    private Gateway gateway(TlsChoice provider, int backend) throws IOException {
        var site = ServiceSpec.of("site", "127.0.0.1:" + backend)
                .withTls(UpstreamTls.defaults().withCa(pki.ca()));
        var listener = Setup.LISTENER.withTls(ServerTls.of(pki.certificate("a", "a.test")));
        return Setup.builder(listener, site).tls(provider).start();
    }

    private TlsBackend backend(TlsBackend.Script script) throws IOException {
        return new TlsBackend(pki.issue("127.0.0.1"), script);
    }

    @ParameterizedTest
    @EnumSource(
            names = {"JDK", "BORINGSSL"},
            value = TlsChoice.class)
    void H11_upgrade_byTlsOnBothSides_carriesBytesBothWays_andBothEnds(TlsChoice provider) throws Exception {
        var sawEnd = new CountDownLatch(1);
        try (var backend = backend((secured, bare) -> {
                    TlsBackend.readHead(secured);
                    TlsBackend.send(
                            secured,
                            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n");
                    echo(secured);
                    sawEnd.countDown();
                });
                var gateway = gateway(provider, backend.port());
                var client = pki.connect(gateway.port(), "a.test")) {
            RawClient http = client.http();
            http.send("GET / HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n");
            assertThat(http.readHead()).startsWith("HTTP/1.1 101 ");
            for (int length : new int[] {1, 100, 20_000}) { // more than one record of TLS
                byte[] bytes = Setup.randomBytes(length, length);
                http.send(bytes);
                assertThat(http.input().readNBytes(length)).isEqualTo(bytes);
            }
            client.socket().shutdownOutput();

            assertThat(sawEnd.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(http.readToEnd()).isEmpty();
            Setup.awaitNothingInFlight(gateway);
        }
    }

    private static void echo(SSLSocket secured) throws IOException {
        var buffer = new byte[8_192];
        for (int count = secured.getInputStream().read(buffer);
                count >= 0;
                count = secured.getInputStream().read(buffer)) {
            secured.getOutputStream().write(buffer, 0, count);
        }
    }

    @ParameterizedTest
    @EnumSource(
            names = {"JDK", "BORINGSSL"},
            value = TlsChoice.class)
    void answerThatEndsWithItsConnection_isWholeOnlyIfTlsSaysItsEnd(TlsChoice provider) throws Exception {
        try (var backend = backend((secured, bare) -> {
                    boolean whole = TlsBackend.readHead(secured).startsWith("GET /whole ");
                    TlsBackend.send(secured, CLOSED_AT_ITS_END);
                    if (!whole) {
                        bare.close();
                    }
                });
                var gateway = gateway(provider, backend.port())) {
            try (var client = pki.connect(gateway.port(), "a.test")) {
                assertThat(client.http().get("a.test", "/whole").text()).isEqualTo("hello");
            }
            try (var client = pki.connect(gateway.port(), "a.test")) {
                assertThatThrownBy(() -> client.http().get("a.test", "/cut")).isInstanceOf(IOException.class);
            }
            Setup.awaitNothingInFlight(gateway);
        }
    }

    /** To a client of HTTP/1.0 only the end of the connection tells the end, and TLS whether somebody cut it. */
    @ParameterizedTest
    @EnumSource(
            names = {"JDK", "BORINGSSL"},
            value = TlsChoice.class)
    void answerThatIsCutOff_isCutOffToTheClientAsWell(TlsChoice provider) throws Exception {
        try (var backend = backend((secured, bare) -> {
                    boolean whole = TlsBackend.readHead(secured).startsWith("GET /whole ");
                    TlsBackend.send(
                            secured, "HTTP/1.1 200 OK\r\n" + (whole ? "Content-Length: 5\r\n" : "") + "\r\nhello");
                    if (!whole) {
                        bare.close();
                    }
                });
                var gateway = gateway(provider, backend.port())) {
            assertThat(lastRecord(gateway, "GET /whole HTTP/1.0")).isEqualTo(ALERT);
            assertThat(lastRecord(gateway, "GET /cut HTTP/1.0")).isEqualTo(DATA);
        }
    }

    @ParameterizedTest
    @EnumSource(
            names = {"JDK", "BORINGSSL"},
            value = TlsChoice.class)
    void H11_upgradeThatIsCutOff_isCutOffToTheClientAsWell(TlsChoice provider) throws Exception {
        try (var backend = backend((secured, bare) -> {
                    boolean whole = TlsBackend.readHead(secured).startsWith("GET /whole ");
                    TlsBackend.send(
                            secured,
                            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nhello");
                    if (!whole) {
                        bare.close();
                    }
                });
                var gateway = gateway(provider, backend.port())) {
            String upgrade = " HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: echo";
            assertThat(lastRecord(gateway, "GET /whole" + upgrade)).isEqualTo(ALERT);
            assertThat(lastRecord(gateway, "GET /cut" + upgrade)).isEqualTo(DATA);
            Setup.awaitNothingInFlight(gateway);
        }
    }

    /** The kind of the last record that a client gets (RFC 5246, 6.2.1). */
    private int lastRecord(Gateway gateway, String request) throws IOException {
        try (var recorder = new Recorder(gateway.port());
                var socket = (SSLSocket)
                        pki.client(null).getSocketFactory().createSocket(recorder, "a.test", gateway.port(), true)) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            TlsBackend.send(socket, request + "\r\nHost: a.test\r\n\r\n");
            assertThat(new String(RawClient.over(socket).readToEnd(), ISO_8859_1))
                    .startsWith("HTTP/1.1 ")
                    .endsWith("hello");
            byte[] records = recorder.bytes.toByteArray();
            int last = 0;
            for (int at = 0; at < records.length; at += 5 + (records[at + 3] & 255) * 256 + (records[at + 4] & 255)) {
                last = records[at];
            }
            return last;
        }
    }

    /** Keeps what comes in. */
    private static final class Recorder extends Socket {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Recorder(int port) throws IOException {
            super(InetAddress.getLoopbackAddress(), port);
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return new FilterInputStream(super.getInputStream()) {
                @Override
                public int read(byte[] into, int from, int most) throws IOException {
                    int count = super.read(into, from, most);
                    if (count > 0) {
                        bytes.write(into, from, count);
                    }
                    return count;
                }
            };
        }
    }

    @ParameterizedTest
    @EnumSource(
            names = {"JDK", "BORINGSSL"},
            value = TlsChoice.class)
    void hosts_withKeysOfSeveralKinds_areMetByTheirOwn(TlsChoice provider) throws Exception {
        var tls = ServerTls.of(
                pki.write("rsa", pki.issue(Algorithm.rsa2048, "rsa.test")),
                pki.write("ec", pki.issue(Algorithm.ecp384, "ec.test")),
                pki.write("ed", pki.issue(Algorithm.ed25519, "ed.test")));
        try (var b1 = EchoBackend.start("B1");
                var gateway = Setup.builder(Setup.LISTENER.withTls(tls), Setup.site(b1))
                        .tls(provider)
                        .start()) {
            for (String[] host : new String[][] {{"rsa.test", "RSA"}, {"ec.test", "EC"}, {"ed.test", "EdDSA"}}) {
                for (String version : new String[] {"TLSv1.2", "TLSv1.3"}) {
                    try (var client = Pki.connect(pki.client(null), gateway.port(), host[0], version)) {
                        var shown = client.socket().getSession().getPeerCertificates()[0];

                        assertThat(shown.getPublicKey().getAlgorithm()).startsWith(host[1].substring(0, 2));
                        assertThat(client.http().get(host[0], "/").status()).isEqualTo(200);
                    }
                }
            }
        }
    }

    // ---- files for calls to endpoints

    @Test
    void replacedFiles_areUsedByNewCalls() throws Exception {
        Path ca = directory.resolve("trusted.pem");
        Files.copy(pki.ca(), ca);
        var own = pki.certificate("own", "one.test");
        try (var backend = backend((secured, bare) -> {
                    secured.setNeedClientAuth(true);
                    TlsBackend.readHead(secured);
                    String shown = secured.getSession().getPeerPrincipal().getName();
                    TlsBackend.send(
                            secured, "HTTP/1.1 200 OK\r\nContent-Length: " + shown.length() + "\r\n\r\n" + shown);
                    TlsBackend.readHead(secured);
                });
                var gateway = Setup.start(ServiceSpec.of("site", "127.0.0.1:" + backend.port())
                        .withTls(UpstreamTls.defaults().withCa(ca).withCertificate(own.certificate(), own.key())))) {
            assertThat(get(gateway).text()).isEqualTo("CN=one.test");

            pki.write("own", pki.issue("two.test"));
            Eventually.eventually(
                    Setup.GENEROUS, () -> assertThat(get(gateway).text()).isEqualTo("CN=two.test"));
            replace(ca, Files.readString(new Pki(directory, "Other CA").ca()));
            Eventually.eventually(
                    Setup.GENEROUS, () -> assertThat(get(gateway).status()).isEqualTo(502));
        }
    }

    private static RawResponse get(Gateway gateway) throws IOException {
        try (var client = RawClient.connect(gateway.port())) {
            return client.get("any.test", "/");
        }
    }

    private void replace(Path file, String text) throws IOException {
        Path next = Files.write(directory.resolve("next"), text.getBytes(ISO_8859_1));
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
