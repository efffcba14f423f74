package dev.penstock.proxy.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.proxy.CertifiedKey;
import dev.penstock.proxy.Gateway;
import dev.penstock.proxy.TlsChoice;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.Eventually;
import dev.penstock.testkit.RawClient;
import dev.penstock.tls.ClientCertificates;
import dev.penstock.tls.ClientCertificates.Demand;
import dev.penstock.tls.ServerTls;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Handshakes that are slow, huge, or cut into pieces. */
class TlsLimitsTest {
    private static final int HEADER = 5;

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

    /** The record of a ClientHello that asks for a name. */
    private byte[] clientHello(String name) throws Exception {
        SSLEngine engine = pki.client(null).createSSLEngine();
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(name)));
        engine.setSSLParameters(parameters);
        engine.beginHandshake();
        var record = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), record);
        return Arrays.copyOf(record.array(), record.position());
    }

    /** The same message in records of one byte each. */
    private static byte[] inPieces(byte[] record) {
        var pieces = new ByteArrayOutputStream();
        for (int i = HEADER; i < record.length; i++) {
            pieces.writeBytes(new byte[] {record[0], record[1], record[2], 0, 1, record[i]});
        }
        return pieces.toByteArray();
    }

    /** Netty, CVE-2026-75595: a hello in pieces was met by the first host. Strict: that one would be a refusal. */
    @ParameterizedTest
    @EnumSource(
            names = {"JDK", "BORINGSSL"},
            value = TlsChoice.class)
    void clientHelloInPieces_isMetByTheHostItAsksFor(TlsChoice provider) throws Exception {
        var required = new ClientCertificates(Demand.REQUIRED, pki.ca());
        var tls = ServerTls.of(
                        pki.certificate("a", "a.test"),
                        pki.certificate("b", "b.test").withClients(required))
                .withStrict(true);
        try (var gateway = gateway(provider, tls);
                var known = RawClient.connect(gateway.port());
                var unknown = RawClient.connect(gateway.port())) {
            known.send(inPieces(clientHello("b.test")));
            assertThat(known.input().read()).isEqualTo(22); // a handshake message

            unknown.send(inPieces(clientHello("c.test")));
            assertThat(unknown.input().readNBytes(7)).containsExactly(21, 3, 3, 0, 2, 2, 112);
        }
    }

    /** Each question is a client that waits: 256 of them at once, whatever names clients think of; the others get no answer. */
    @Test
    void H25_floodOfNames_isAskedForSoManyAtOnce_andCounted() throws Exception {
        var made = pki.issue("made.test");
        var key = new CertifiedKey(
                made.getCertificatePathList(), made.getKeyPair().getPrivate());
        var open = new ConcurrentLinkedQueue<CompletableFuture<Optional<CertifiedKey>>>();
        var answering = new AtomicBoolean();
        var tls = ServerTls.of(pki.certificate("a", "a.test")).withStrict(true).withHandshake(Setup.GENEROUS);
        List<RawClient> clients = new ArrayList<>();
        try (var gateway = Setup.builder(Setup.LISTENER.withTls(tls), Setup.site(b1))
                .certificates("web", name -> {
                    var answer = new CompletableFuture<Optional<CertifiedKey>>();
                    open.add(answer);
                    if (answering.get()) {
                        answer.complete(Optional.of(key));
                    }
                    return answer;
                })
                .start()) {
            for (int i = 0; i < 300; i++) {
                var client = RawClient.connect(gateway.port());
                clients.add(client);
                client.send(clientHello("n" + i + ".test"));
            }
            Eventually.eventually(Setup.GENEROUS, () -> {
                assertThat(gateway.handshakesRefused("web")).containsEntry("unknown_name", 44L);
                assertThat(open).hasSize(256);
            });

            answering.set(true);
            open.forEach(answer -> answer.complete(Optional.of(key)));
            Eventually.eventually(Setup.GENEROUS, () -> {
                try (var next = RawClient.connect(gateway.port())) {
                    next.send(clientHello("next.test"));
                    assertThat(next.input().read()).isEqualTo(22); // a handshake message
                }
            });
        } finally {
            clients.forEach(RawClient::close);
        }
    }

    /** Netty, CVE-2026-45416. */
    @Test
    void handshakeThatIsNotDoneInTime_isEnded() throws Exception {
        var tls = ServerTls.of(pki.certificate("a", "a.test")).withHandshake(Duration.ofMillis(300));
        try (var gateway = gateway(TlsChoice.AUTO, tls);
                var silent = RawClient.connect(gateway.port());
                var begun = RawClient.connect(gateway.port());
                var halfWay = RawClient.connect(gateway.port())) {
            begun.send(new byte[] {22, 3, 1, 0x3f, (byte) 0xff, 1, (byte) 0xff, (byte) 0xff, (byte) 0xff});
            halfWay.send(clientHello("a.test"));

            assertThat(silent.readToEnd()).isEmpty();
            begun.readToEnd();
            assertThat(halfWay.readToEnd()).isNotEmpty();
            Eventually.eventually(
                    Setup.GENEROUS,
                    () -> assertThat(gateway.handshakesRefused("web")).containsEntry("too_slow", 3L));
        }
    }

    /** Netty, CVE-2026-75596: in records of one byte; refused as soon as the length is known, by default from 16 KiB on. */
    @ParameterizedTest
    @ValueSource(ints = {16 << 10, 1 << 10})
    void clientHelloThatIsLongerThanTheLimit_isRefused(int most) throws Exception {
        int length = most + 1;
        var record = new byte[HEADER + length];
        record[0] = 22;
        record[1] = 3;
        record[2] = 3;
        record[HEADER] = 1; // ClientHello
        record[HEADER + 2] = (byte) (length >> 8);
        record[HEADER + 3] = (byte) length;
        var limits = Setup.LISTENER.limits();
        var listener = Setup.LISTENER
                .withTls(ServerTls.of(pki.certificate("a", "a.test")))
                .withLimits(limits.withConnections(limits.connections().withClientHelloBytes(most)));
        try (var gateway = Setup.builder(listener, Setup.site(b1)).start();
                var client = RawClient.connect(gateway.port())) {
            client.send(Arrays.copyOf(inPieces(record), 6 * 100));
            client.readToEnd();

            assertThat(gateway.handshakesRefused("web")).containsEntry("failed", 1L);
        }
    }
}
