package dev.penstock.proxy.blackbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.catalog.Fallback;
import dev.penstock.catalog.Forwarding;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.Protocol;
import dev.penstock.catalog.ProxyProtocol;
import dev.penstock.catalog.RouteSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.limit.Limits;
import dev.penstock.middleware.AddressList;
import dev.penstock.proxy.ClientRefusal;
import dev.penstock.proxy.Gateway;
import dev.penstock.resolve.AddressRange;
import dev.penstock.route.Match;
import dev.penstock.testkit.Eventually;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections whose bytes are passed on as they are. */
@ExtendWith(LeakExtension.class)
class TcpRowsTest {
    private static final ListenerSpec LISTENER =
            ListenerSpec.of("tcp", "127.0.0.1:0").withProtocol(Protocol.Tcp.defaults());
    private static final Match HERE = Match.ALL.withListeners(Set.of("tcp"));
    private static final int MEBIBYTE = 1 << 20;

    private final List<AutoCloseable> opened = new ArrayList<>();

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

    private static ServiceSpec service(String name, TcpBackend... backends) {
        return ServiceSpec.of(name, Stream.of(backends).map(TcpBackend::address).toArray(String[]::new));
    }

    private Gateway gateway(ListenerSpec listener, ServiceSpec service) {
        return opened(Setup.gateway()
                .listener(listener)
                .service(service)
                .route(HERE, service.name().value())
                .start());
    }

    private Gateway over(TcpBackend... backends) {
        return gateway(LISTENER, service("db", backends));
    }

    private Socket connect(Gateway gateway) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port());
        socket.setSoTimeout((int) Setup.GENEROUS.toMillis());
        return opened(socket);
    }

    private static String read(Socket socket, int length) throws IOException {
        return new String(socket.getInputStream().readNBytes(length), ISO_8859_1);
    }

    private static String echoed(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
        return read(socket, text.length());
    }

    /** Reads to the end; a reset is an end as well. */
    private static boolean ends(Socket socket) {
        try {
            socket.getInputStream().readAllBytes();
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private static long refused(Gateway gateway, ClientRefusal reason) {
        return gateway.status("tcp").refused().getOrDefault(reason, 0L);
    }

    // ---- bytes

    @Test
    void T01_hundredMebibytesEachWay_arriveAsTheyWere_andTheEndIsPassedOn() throws Exception {
        var gateway = over(opened(TcpBackend.echo()));
        Socket socket = connect(gateway);
        var sent = new CRC32();
        Thread writer = new Thread(() -> {
            try {
                OutputStream out = socket.getOutputStream();
                for (int i = 0; i < 100; i++) {
                    byte[] bytes = Setup.randomBytes(i, MEBIBYTE);
                    sent.update(bytes);
                    out.write(bytes);
                }
                socket.shutdownOutput(); // what the backend still sends comes
            } catch (IOException e) {
                throw new IllegalStateException("broken off", e);
            }
        });
        writer.start();
        var received = new CRC32();
        var buffer = new byte[MEBIBYTE];
        long count = 0;
        for (int n = socket.getInputStream().read(buffer);
                n >= 0;
                n = socket.getInputStream().read(buffer)) {
            received.update(buffer, 0, n);
            count += n;
        }
        writer.join();

        assertThat(count).isEqualTo(100L * MEBIBYTE);
        assertThat(received.getValue()).isEqualTo(sent.getValue());
        Setup.awaitNothingInFlight(gateway);
    }

    @Test
    void T01_serverThatSpeaksFirst_isHeard() throws Exception {
        assertThat(read(connect(over(opened(TcpBackend.named("hello")))), 5)).isEqualTo("hello");
    }

    @Test
    void T01_endOfTheServer_leavesTheClientTimeToSpeak() throws Exception {
        var heard = new CompletableFuture<String>();
        var gateway = over(opened(TcpBackend.start(socket -> {
            socket.getOutputStream().write("x".getBytes(US_ASCII));
            socket.shutdownOutput();
            heard.complete(new String(socket.getInputStream().readAllBytes(), US_ASCII));
        })));
        Socket socket = connect(gateway);
        assertThat(socket.getInputStream().readAllBytes()).containsExactly('x');

        socket.getOutputStream().write("late".getBytes(US_ASCII));
        socket.shutdownOutput();

        assertThat(heard.get(Setup.GENEROUS.toSeconds(), TimeUnit.SECONDS)).isEqualTo("late");
    }

    @Test
    void T01_connections_goToWhereTheFewestAre() throws Exception {
        var one = opened(TcpBackend.echo());
        var two = opened(TcpBackend.echo());
        var gateway = gateway(LISTENER, service("db", one, two).withBalancer("least_requests"));

        for (int i = 0; i < 6; i++) {
            assertThat(echoed(connect(gateway), "x")).isEqualTo("x");
        }

        assertThat(one.open()).isEqualTo(3);
        assertThat(two.open()).isEqualTo(3);
    }

    // ---- failures

    @Test
    void T02_endpointThatRefuses_isPassedOver() throws Exception {
        var dead = TcpBackend.echo();
        dead.close();
        var alive = opened(TcpBackend.echo());
        var gateway = gateway(LISTENER, service("db", dead, alive).withBalancer("round_robin"));

        for (int i = 0; i < 4; i++) {
            assertThat(echoed(connect(gateway), "x")).isEqualTo("x");
        }
    }

    @Test
    void T02_noEndpointThatTakesIt_closesTheConnection() throws Exception {
        var dead = TcpBackend.echo();
        dead.close();
        var gateway = over(dead);

        assertThat(ends(connect(gateway))).isTrue();
        Eventually.eventually(
                Setup.GENEROUS,
                () -> assertThat(refused(gateway, ClientRefusal.NO_ENDPOINT)).isEqualTo(1));
        Setup.awaitNothingInFlight(gateway);
        assertThat(Setup.members(gateway).mapToLong(member -> member.load().started()))
                .containsExactly(1L);
        assertThat(gateway.penstock().table().services().get(0).retries().retries())
                .isZero();
    }

    @Test
    void B13_serviceWithoutEndpoints_closesTheConnection_andTakesOneAsSoonAsItHasSome() throws Exception {
        var backend = opened(TcpBackend.echo());
        try (var site = ChangingSite.behind(LISTENER)) {
            site.set();
            assertThat(ends(connect(site.gateway()))).isTrue();

            site.set(Setup.endpoint("e", backend.port()));
            try (Socket socket = connect(site.gateway())) {
                assertThat(echoed(socket, "x")).isEqualTo("x");
            }
        }
    }

    @Test
    void F06_serviceThatIsDown_isStoodInForByItsFallback() throws Exception {
        var dead = TcpBackend.echo();
        dead.close();
        var gateway = opened(Setup.gateway()
                .listener(LISTENER)
                .service(service("db", dead).withFallback(Fallback.to("reserve")))
                .service(service("reserve", opened(TcpBackend.named("reserve"))))
                .route(HERE, "db")
                .start());

        assertThat(read(connect(gateway), 7)).isEqualTo("reserve");
    }

    // ---- silence, limits, drain

    @Test
    void T03_silentConnection_isClosed_andOneThatSpeaksIsNot() throws Exception {
        var quick = LISTENER.withProtocol(Protocol.Tcp.defaults().withIdle(Duration.ofSeconds(2)));
        var gateway = gateway(quick, service("db", opened(TcpBackend.echo())));
        Socket silent = connect(gateway);
        Socket active = connect(gateway);
        silent.setSoTimeout(100);
        boolean over = false;
        for (int i = 0; i < 300 && !over; i++) {
            assertThat(echoed(active, "x")).isEqualTo("x");
            over = ends(silent);
        }

        assertThat(over).isTrue();
        assertThat(echoed(active, "y")).isEqualTo("y");
    }

    @Test
    void F17_connectionsBeyondTheLimit_waitForTheirTurn() throws Exception {
        var backend = opened(TcpBackend.named("hello"));
        var gateway = gateway(
                LISTENER, service("db", backend).withLimits(Limits.defaults().withPerEndpoint(1)));
        Socket first = connect(gateway);
        assertThat(read(first, 5)).isEqualTo("hello");
        Socket second = connect(gateway);
        Eventually.eventually(
                Setup.GENEROUS,
                () -> assertThat(gateway.penstock()
                                .table()
                                .services()
                                .get(0)
                                .limits()
                                .waiting())
                        .isEqualTo(1));
        assertThat(backend.accepted()).isEqualTo(1);

        first.close();

        assertThat(read(second, 5)).isEqualTo("hello");
    }

    @Test
    void F17_clientThatLeavesTheLine_leavesNothingBehind() throws Exception {
        var backend = opened(TcpBackend.named("hello"));
        var gateway = gateway(
                LISTENER, service("db", backend).withLimits(Limits.defaults().withPerEndpoint(1)));
        Socket first = connect(gateway);
        assertThat(read(first, 5)).isEqualTo("hello");
        Socket second = connect(gateway);
        Eventually.eventually(
                Setup.GENEROUS,
                () -> assertThat(gateway.penstock()
                                .table()
                                .services()
                                .get(0)
                                .limits()
                                .waiting())
                        .isEqualTo(1));

        second.setSoLinger(true, 0);
        second.close();
        first.close();

        Setup.awaitNothingInFlight(gateway);
        assertThat(read(connect(gateway), 5)).isEqualTo("hello");
    }

    @Test
    void listenerThatDrains_letsItsConnectionsGoOn() throws Exception {
        var backend = opened(TcpBackend.echo());
        var gateway = over(backend);
        Socket socket = connect(gateway);
        assertThat(echoed(socket, "x")).isEqualTo("x");

        var drained = gateway.drain(Setup.GENEROUS).toCompletableFuture();
        assertThat(echoed(socket, "y")).isEqualTo("y");
        assertThat(drained).isNotDone();
        socket.close();

        drained.get(Setup.GENEROUS.toSeconds(), TimeUnit.SECONDS);
    }

    // ---- who comes, and where to

    @Test
    void routeOfAllListeners_isNotForConnections() throws Exception {
        var backend = opened(TcpBackend.echo());
        var gateway = opened(Setup.gateway()
                .listener(LISTENER)
                .service(service("db", backend))
                .route(Match.ALL, "db")
                .start());

        assertThat(ends(connect(gateway))).isTrue();
        assertThat(backend.accepted()).isZero();
        Eventually.eventually(
                Setup.GENEROUS,
                () -> assertThat(refused(gateway, ClientRefusal.NO_ROUTE)).isEqualTo(1));
    }

    @Test
    void addressOutsideTheList_isKeptOut() throws Exception {
        var backend = opened(TcpBackend.echo());
        var gateway = opened(Setup.gateway()
                .listener(LISTENER)
                .service(service("db", backend))
                .route(RouteSpec.of(HERE, "db")
                        .withMiddleware(new AddressList(List.of(AddressRange.parse("10.0.0.0/8")), List.of())))
                .start());

        assertThat(ends(connect(gateway))).isTrue();
        assertThat(refused(gateway, ClientRefusal.MIDDLEWARE)).isEqualTo(1);
        assertThat(backend.accepted()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"PROXY TCP4 9.9.9.9 127.0.0.1 4711 80\r\n", "PROXY UNKNOWN\r\n"})
    void T06_header_isTakenOff_andTheClientIsTheOneThatItNames(String header) throws Exception {
        var listener =
                LISTENER.withForwarding(Forwarding.defaults().withProxyProtocol(AddressRange.parse("127.0.0.1")));
        var backend = opened(TcpBackend.echo());
        var gateway = gateway(listener, service("db", backend).withProxyProtocol(ProxyProtocol.V1));
        Socket socket = connect(gateway);
        socket.getOutputStream().write((header + "x").getBytes(ISO_8859_1));

        String named = header.contains("UNKNOWN") ? "127.0.0.1" : "9.9.9.9";
        String told = "PROXY TCP4 " + named + " 127.0.0.1 ";
        assertThat(read(socket, told.length())).isEqualTo(told);
        var rest = new StringBuilder();
        while (rest.indexOf("\r\nx") < 0) {
            rest.append(read(socket, 1));
        }
        assertThat(rest.toString()).matches("[0-9]+ [0-9]+\r\nx");
    }

    @ParameterizedTest
    @EnumSource(
            value = ProxyProtocol.class,
            names = {"V1", "V2"})
    void T06_endpointThatSpeaksFirst_isToldOfTheClientBefore(ProxyProtocol version) throws Exception {
        var first = new CompletableFuture<Integer>();
        var backend = opened(TcpBackend.start(socket -> {
            first.complete(socket.getInputStream().read());
            socket.getOutputStream().write("hello".getBytes(US_ASCII));
        }));
        var gateway = gateway(LISTENER, service("db", backend).withProxyProtocol(version));

        assertThat(read(connect(gateway), 5)).isEqualTo("hello");
        assertThat(first.join()).isEqualTo(version == ProxyProtocol.V1 ? 'P' : '\r');
    }

    @Test
    void T06_headerWithoutTheOption_isDataLikeAnyOther() throws Exception {
        String header = "PROXY TCP4 9.9.9.9 127.0.0.1 4711 80\r\n";

        assertThat(echoed(connect(over(opened(TcpBackend.echo()))), header)).isEqualTo(header);
    }

    @Test
    void T06_connectionWithoutAHeader_isRefused() throws Exception {
        var listener =
                LISTENER.withForwarding(Forwarding.defaults().withProxyProtocol(AddressRange.parse("127.0.0.1")));
        var backend = opened(TcpBackend.echo());
        var gateway = gateway(listener, service("db", backend));
        Socket socket = connect(gateway);
        socket.getOutputStream().write("hello".getBytes(US_ASCII));

        assertThat(ends(socket)).isTrue();
        assertThat(backend.accepted()).isZero();
    }
}
