package dev.penstock.proxy.blackbox;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.catalog.ClientTimeouts;
import dev.penstock.catalog.Forwarding;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.Protocol;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.proxy.ClientRefusal;
import dev.penstock.proxy.Gateway;
import dev.penstock.proxy.TlsChoice;
import dev.penstock.resolve.AddressRange;
import dev.penstock.route.Match;
import dev.penstock.testkit.Eventually;
import dev.penstock.tls.ServerTls;
import dev.penstock.tls.UpstreamTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections by TLS that are passed on: routed by the name that they ask for, or ended, or begun here. */
@ExtendWith(LeakExtension.class)
class TcpTlsTest {
    private static final ListenerSpec PLAIN =
            ListenerSpec.of("tcp", "127.0.0.1:0").withProtocol(Protocol.Tcp.defaults());
    private static final ListenerSpec BY_NAME =
            PLAIN.withProtocol(Protocol.Tcp.defaults().withSni(true));
    private static final Match HERE = Match.ALL.withListeners(Set.of("tcp"));

    private final List<AutoCloseable> opened = new ArrayList<>();

    @TempDir
    private Path directory;

    private Pki pki;

    @BeforeEach
    void makeAuthority() {
        pki = new Pki(directory);
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    private <T extends AutoCloseable> T opened(T each) {
        opened.add(0, each);
        return each;
    }

    /** A backend that says its name by TLS, then sends back what comes. */
    private ServiceSpec secured(String name) throws IOException {
        var backend = opened(new TlsBackend(pki.issue(name + ".test"), (socket, bare) -> {
            TlsBackend.send(socket, name);
            socket.getInputStream().transferTo(socket.getOutputStream());
        }));
        return ServiceSpec.of(name, "127.0.0.1:" + backend.port());
    }

    private Socket connect(Gateway gateway) throws IOException {
        var socket = opened(new Socket(InetAddress.getLoopbackAddress(), gateway.port()));
        socket.setSoTimeout((int) Setup.GENEROUS.toMillis());
        return socket;
    }

    private static String read(Socket socket, int length) throws IOException {
        return new String(socket.getInputStream().readNBytes(length), US_ASCII);
    }

    private Gateway byName() throws IOException {
        return opened(Setup.gateway()
                .listener(BY_NAME)
                .service(secured("a"))
                .service(secured("b"))
                .service(ServiceSpec.of(
                        "plain", opened(TcpBackend.named("plain")).address()))
                .route(HERE.withHost("a.test"), "a")
                .route(HERE.withHost("*.b.test"), "b")
                .route(HERE, "plain")
                .start());
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void T01_serverNameAskedFor_decidesWhereAConnectionGoes_andNothingIsDecrypted(String version) throws Exception {
        var gateway = byName();
        try (var a = Pki.connect(pki.client(null), gateway.port(), "A.test", version);
                var b = Pki.connect(pki.client(null), gateway.port(), "x.b.test", version)) {
            assertThat(a.shown()).isEqualTo("a.test");
            assertThat(read(a.socket(), 1)).isEqualTo("a");
            assertThat(read(b.socket(), 1)).isEqualTo("b");
            b.socket().getOutputStream().write("echo".getBytes(US_ASCII));
            assertThat(read(b.socket(), 4)).isEqualTo("echo");
        }
    }

    @Test
    void T01_firstMessageInPieces_isRoutedAllTheSame() throws Exception {
        var gateway = byName();
        Socket socket = connect(gateway);
        byte[] hello = clientHello();
        for (int i = 0; i < hello.length; i += 7) {
            socket.getOutputStream().write(hello, i, Math.min(7, hello.length - i));
            socket.getOutputStream().flush();
        }

        assertThat(socket.getInputStream().read()).isEqualTo(22); // a message of the handshake, of the endpoint
    }

    /** What a client says first that asks for a.test. */
    private byte[] clientHello() throws IOException {
        var engine = pki.client(null).createSSLEngine("a.test", 443);
        engine.setUseClientMode(true);
        var bytes = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), bytes);
        return Arrays.copyOf(bytes.array(), bytes.position());
    }

    @Test
    void T06_proxyHeaderAndFirstMessage_howeverTheyAreSplit_areBothHeeded() throws Exception {
        var gateway = opened(Setup.gateway()
                .listener(BY_NAME.withForwarding(
                        Forwarding.defaults().withProxyProtocol(AddressRange.parse("127.0.0.1"))))
                .service(secured("a"))
                .route(HERE.withHost("a.test"), "a")
                .start());
        byte[] header = "PROXY TCP4 9.9.9.9 127.0.0.1 4711 80\r\n".getBytes(US_ASCII);
        byte[] hello = clientHello();
        byte[] both = Arrays.copyOf(header, header.length + hello.length);
        System.arraycopy(hello, 0, both, header.length, hello.length);
        for (int at = 1; at <= both.length; at += at < header.length + 8 ? 3 : 41) {
            Socket socket = connect(gateway);
            socket.setTcpNoDelay(true);
            socket.getOutputStream().write(both, 0, at);
            socket.getOutputStream().write(both, at, both.length - at);

            assertThat(socket.getInputStream().read()).as("split at %d", at).isEqualTo(22);
            socket.close();
        }
    }

    @Test
    void T01_whatIsNoTls_hasNoName() throws Exception {
        Socket socket = connect(byName());
        socket.getOutputStream().write("hello".getBytes(US_ASCII));

        assertThat(read(socket, 10)).isEqualTo("plainhello");
    }

    @Test
    void T01_clientThatNeverSaysWhatItWants_isSentAway() throws Exception {
        var hasty = BY_NAME.withTimeouts(ClientTimeouts.defaults().withHeader(Duration.ofMillis(300)));
        var gateway = opened(Setup.gateway()
                .listener(hasty)
                .service(ServiceSpec.of(
                        "plain", opened(TcpBackend.named("plain")).address()))
                .route(HERE, "plain")
                .start());
        Socket socket = connect(gateway);
        socket.getOutputStream().write(clientHello(), 0, 50);

        assertThat(socket.getInputStream().read()).isNegative();
        Eventually.eventually(
                Setup.GENEROUS,
                () -> assertThat(gateway.status("tcp").refused()).containsEntry(ClientRefusal.HEADER_TIMEOUT, 1L));
    }

    @Test
    void T01_firstMessageThatIsTooLong_isRefused() throws Exception {
        var gateway = byName();
        Socket socket = connect(gateway);
        var record = new byte[5 + 4 + 100];
        record[0] = 22; // a handshake, of version 3.1, 104 bytes
        record[1] = 3;
        record[2] = 1;
        record[4] = 104;
        record[5] = 1; // a first message of 65,535 bytes
        record[7] = (byte) 0xff;
        record[8] = (byte) 0xff;
        socket.getOutputStream().write(record);

        assertThat(socket.getInputStream().read()).isNegative();
        Eventually.eventually(
                Setup.GENEROUS,
                () -> assertThat(gateway.status("tcp").refused()).containsEntry(ClientRefusal.MALFORMED, 1L));
    }

    @ParameterizedTest
    @EnumSource(
            names = {"JDK", "BORINGSSL"},
            value = TlsChoice.class)
    void T01_tlsOfTheClient_isEndedHere_andTheEndIsSaidBothWays(TlsChoice provider) throws Exception {
        var gateway = opened(Setup.gateway()
                .tls(provider)
                .listener(PLAIN.withTls(ServerTls.of(pki.certificate("a", "a.test"))))
                .service(ServiceSpec.of(
                        "plain", opened(TcpBackend.named("plain")).address()))
                .route(HERE, "plain")
                .start());
        try (var client = pki.connect(gateway.port(), "a.test")) {
            assertThat(client.shown()).isEqualTo("a.test");
            assertThat(read(client.socket(), 5)).isEqualTo("plain");
            client.socket().getOutputStream().write("echo".getBytes(US_ASCII));
            assertThat(read(client.socket(), 4)).isEqualTo("echo");
            client.socket().shutdownOutput();

            assertThat(client.socket().getInputStream().read()).isNegative();
        }
    }

    @Test
    void T01_whatIsNoTlsWhereItMustBe_isClosedWithoutAWord() throws Exception {
        var backend = opened(TcpBackend.named("plain"));
        var gateway = opened(Setup.gateway()
                .listener(PLAIN.withTls(ServerTls.of(pki.certificate("a", "a.test"))))
                .service(ServiceSpec.of("plain", backend.address()))
                .route(HERE, "plain")
                .start());
        Socket socket = connect(gateway);
        socket.getOutputStream().write("hello\r\n\r\n".getBytes(US_ASCII));

        assertThat(socket.getInputStream().read()).isNegative();
        assertThat(gateway.handshakesRefused("tcp")).containsEntry("not_tls", 1L);
        assertThat(backend.accepted()).isZero();
        try (var client = pki.connect(gateway.port(), "a.test")) {
            assertThat(read(client.socket(), 5)).isEqualTo("plain");
        }
    }

    @ParameterizedTest
    @EnumSource(
            names = {"JDK", "BORINGSSL"},
            value = TlsChoice.class)
    void T01_tlsToTheEndpoint_isBegunHere_andVerified(TlsChoice provider) throws Exception {
        UpstreamTls trusted = UpstreamTls.defaults().withCa(pki.ca()).withServerName("a.test");
        var gateway = opened(Setup.gateway()
                .tls(provider)
                .listener(PLAIN)
                .service(secured("a").withTls(trusted))
                .route(HERE, "a")
                .start());
        Socket socket = connect(gateway);

        assertThat(read(socket, 1)).isEqualTo("a");
        socket.getOutputStream().write("echo".getBytes(US_ASCII));
        assertThat(read(socket, 4)).isEqualTo("echo");
    }

    @Test
    void T01_endpointThatIsNotTrusted_isSentNothing() throws Exception {
        var gateway = opened(Setup.gateway()
                .listener(PLAIN)
                .service(secured("a").withTls(UpstreamTls.defaults().withServerName("a.test")))
                .route(HERE, "a")
                .start());

        assertThat(connect(gateway).getInputStream().read()).isNegative();
        Eventually.eventually(
                Setup.GENEROUS,
                () -> assertThat(gateway.status("tcp").refused()).containsEntry(ClientRefusal.NO_ENDPOINT, 1L));
    }

    @Test
    void T01_hostsOfRoutes_areThoseAskedForByTheTlsThatEndsHere() throws Exception {
        var gateway = opened(Setup.gateway()
                .listener(PLAIN.withTls(ServerTls.of(pki.certificate("a", "a.test", "b.test"))))
                .service(ServiceSpec.of("a", opened(TcpBackend.named("a")).address()))
                .service(ServiceSpec.of("b", opened(TcpBackend.named("b")).address()))
                .route(HERE.withHost("a.test"), "a")
                .route(HERE.withHost("b.test"), "b")
                .start());
        for (String name : List.of("a", "b")) {
            try (var client = pki.connect(gateway.port(), name + ".test")) {
                assertThat(read(client.socket(), 1)).isEqualTo(name);
            }
        }
    }
}
