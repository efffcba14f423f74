package dev.penstock.proxy.blackbox;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.Protocol;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.proxy.Gateway;
import dev.penstock.proxy.TlsChoice;
import dev.penstock.route.Match;
import dev.penstock.testkit.Eventually;
import dev.penstock.tls.ServerTls;
import dev.penstock.tls.UpstreamTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Of a connection that is passed on, one side is cut off: to the other it never looks as if all had been said. */
@ExtendWith(LeakExtension.class)
class CutConnectionsTest {
    private static final ListenerSpec TCP =
            ListenerSpec.of("tcp", "127.0.0.1:0").withProtocol(Protocol.Tcp.defaults());
    private static final Match HERE = Match.ALL.withListeners(Set.of("tcp"));
    private static final String END = "an end";
    private static final String RESET = "a reset";

    @TempDir
    private Path directory;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final CompletableFuture<String> heard = new CompletableFuture<>();
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

    /** An endpoint that says hello and keeps how what it is sent ends. */
    private ServiceSpec listening(String hello) {
        return ServiceSpec.of(
                "site",
                opened(TcpBackend.start(socket -> {
                            socket.getOutputStream().write(hello.getBytes(US_ASCII));
                            try {
                                socket.getInputStream().readAllBytes();
                                heard.complete(END);
                            } catch (SocketException e) {
                                heard.complete(RESET);
                            }
                        }))
                        .address());
    }

    private String heard() throws Exception {
        return heard.get(Setup.GENEROUS.toSeconds(), TimeUnit.SECONDS);
    }

    private Gateway tcp(ListenerSpec listener, ServiceSpec site, TlsChoice provider) {
        return opened(Setup.gateway()
                .tls(provider)
                .listener(listener)
                .service(site)
                .route(HERE, "site")
                .start());
    }

    private Socket connect(Gateway gateway) throws IOException {
        var socket = opened(new Socket(InetAddress.getLoopbackAddress(), gateway.port()));
        socket.setSoTimeout((int) Setup.GENEROUS.toMillis());
        return socket;
    }

    private static void awaitReset(Socket socket) {
        assertThatThrownBy(() -> socket.getInputStream().readAllBytes()).isInstanceOf(SocketException.class);
    }

    private static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Test
    void T01_resetOfTheEndpoint_isAResetToTheClient_andAFailure() throws Exception {
        var backend = opened(TcpBackend.start(socket -> {
            socket.getInputStream().read();
            reset(socket);
        }));
        var gateway = tcp(TCP, ServiceSpec.of("site", backend.address()), TlsChoice.JDK);
        Socket socket = connect(gateway);
        socket.getOutputStream().write('x');

        awaitReset(socket);
        Setup.awaitNothingInFlight(gateway);
        Eventually.eventually(
                Setup.GENEROUS,
                () -> assertThat(Setup.members(gateway)
                                .mapToLong(member -> member.load().failed()))
                        .containsExactly(1L));
    }

    @Test
    void T01_endOfTheEndpoint_isAnEndToTheClient_andNoFailure() throws Exception {
        var gateway = tcp(
                TCP,
                ServiceSpec.of(
                        "site",
                        opened(TcpBackend.start(
                                        socket -> socket.getInputStream().read()))
                                .address()),
                TlsChoice.JDK);
        Socket socket = connect(gateway);
        socket.getOutputStream().write('x');

        assertThat(socket.getInputStream().read()).isNegative();
        socket.close();
        Setup.awaitNothingInFlight(gateway);
        assertThat(Setup.members(gateway).mapToLong(member -> member.load().failed()))
                .containsExactly(0L);
    }

    @Test
    void T01_resetOfTheClient_isAResetToTheEndpoint() throws Exception {
        var gateway = tcp(TCP, listening("x"), TlsChoice.JDK);
        Socket socket = connect(gateway);
        assertThat(socket.getInputStream().read()).isEqualTo('x');
        reset(socket);

        assertThat(heard()).isEqualTo(RESET);
        Setup.awaitNothingInFlight(gateway);
    }

    @ParameterizedTest
    @CsvSource({
        "JDK, TLSv1.2, true", "JDK, TLSv1.3, true", "BORINGSSL, TLSv1.2, true", "BORINGSSL, TLSv1.3, true",
        "JDK, TLSv1.2, false", "JDK, TLSv1.3, false", "BORINGSSL, TLSv1.2, false", "BORINGSSL, TLSv1.3, false"
    })
    void T01_endOfAClientByTls_isOneToTheEndpoint_onlyIfTlsSaysIt(TlsChoice provider, String version, boolean said)
            throws Exception {
        var gateway = tcp(TCP.withTls(ServerTls.of(pki.certificate("a", "a.test"))), listening("x"), provider);
        Socket bare = connect(gateway);
        SSLSocket secured = secured(bare, version);
        assertThat(secured.getInputStream().read()).isEqualTo('x');

        end(secured, bare, said);

        assertThat(heard()).isEqualTo(said ? END : RESET);
    }

    private SSLSocket secured(Socket bare, String version) throws IOException {
        var secured =
                (SSLSocket) pki.client(null).getSocketFactory().createSocket(bare, "a.test", bare.getPort(), true);
        secured.setEnabledProtocols(new String[] {version});
        return secured;
    }

    private static void end(SSLSocket secured, Socket bare, boolean said) throws IOException {
        if (said) {
            secured.shutdownOutput();
        } else {
            bare.shutdownOutput(); // what anybody on the way can say
        }
    }

    @ParameterizedTest
    @CsvSource({"JDK, true", "BORINGSSL, true", "JDK, false", "BORINGSSL, false"})
    void H11_endOfAClientByTls_afterAnUpgrade_isOneToTheEndpoint_onlyIfTlsSaysIt(TlsChoice provider, boolean said)
            throws Exception {
        var listener = Setup.LISTENER.withTls(ServerTls.of(pki.certificate("a", "a.test")));
        var site = listening("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n");
        var gateway = opened(Setup.builder(listener, site).tls(provider).start());
        Socket bare = connect(gateway);
        SSLSocket secured = secured(bare, "TLSv1.3");
        TlsBackend.send(secured, "GET / HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n");
        assertThat(TlsBackend.readHead(secured)).startsWith("HTTP/1.1 101 ");

        end(secured, bare, said);

        assertThat(heard()).isEqualTo(said ? END : RESET);
    }

    @ParameterizedTest
    @EnumSource(
            names = {"JDK", "BORINGSSL"},
            value = TlsChoice.class)
    void T01_endOfAnEndpointThatTlsDoesNotSay_isAResetToTheClient(TlsChoice provider) throws Exception {
        var backend = opened(new TlsBackend(pki.issue("a.test"), (secured, bare) -> {
            secured.getInputStream().read();
            bare.close();
        }));
        UpstreamTls trusted = UpstreamTls.defaults().withCa(pki.ca()).withServerName("a.test");
        var gateway =
                tcp(TCP, ServiceSpec.of("site", "127.0.0.1:" + backend.port()).withTls(trusted), provider);
        Socket socket = connect(gateway);
        socket.getOutputStream().write('x');

        awaitReset(socket);
        Setup.awaitNothingInFlight(gateway);
        assertThat(Setup.members(gateway).mapToLong(member -> member.load().failed()))
                .containsExactly(0L);
    }
}
