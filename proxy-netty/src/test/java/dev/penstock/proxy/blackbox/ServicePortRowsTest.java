package dev.penstock.proxy.blackbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.Penstock;
import dev.penstock.catalog.CatalogLimits;
import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.ManualCatalog;
import dev.penstock.catalog.Protocol;
import dev.penstock.catalog.RouteSpec;
import dev.penstock.catalog.ServicePort;
import dev.penstock.catalog.ServicePorts;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.catalog.VirtualHosts;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.proxy.Gateway;
import dev.penstock.proxy.GatewayException;
import dev.penstock.route.Match;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.Eventually;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.RawResponse;
import dev.penstock.testkit.SeededRandomness;
import dev.penstock.time.ControlThreads;
import dev.penstock.time.Ticker;
import java.io.IOException;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;

/** Listeners that come and go with the services that catalogs discover. */
@ExtendWith(LeakExtension.class)
class ServicePortRowsTest {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();
    private static final int RESEND_MILLIS = 500;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final SplittableRandom random = new SplittableRandom();
    private final Set<Integer> taken = new HashSet<>();
    private final ControlThreads threads = opened(ControlThreads.create());
    private final ManualCatalog first = catalog("first");
    private final ManualCatalog second = catalog("second");

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

    private ManualCatalog catalog(String name) {
        return opened(new ManualCatalog(name, new DiscoveryContext(Ticker.system(), threads, new SeededRandomness(1))));
    }

    private Penstock penstock() {
        return opened(Penstock.builder()
                .catalog("first", first, CatalogLimits.none())
                .catalog("second", second, CatalogLimits.none())
                .build());
    }

    private Gateway gateway(Penstock penstock) {
        return opened(Setup.gateway().penstock(penstock).start());
    }

    /** One that is free for TCP and UDP, and below those that the system lends to connections. */
    private int freePort() {
        while (true) {
            int port = random.nextInt(20_000, 32_000);
            try (var tcp = new ServerSocket(port, 1, HERE);
                    var udp = new DatagramSocket(new InetSocketAddress(HERE, port))) {
                if (taken.add(port)) {
                    return port;
                }
            } catch (IOException e) {
                // somebody has it: another one
            }
        }
    }

    private static ServicePort tcp(int port, TcpBackend backend) {
        return new ServicePort(
                port, Protocol.Tcp.defaults(), ServiceSpec.of("tcp-" + backend.port(), backend.address()));
    }

    private static ServicePort udp(int port, UdpBackend backend) {
        return new ServicePort(port, Protocol.Udp.defaults(), ServiceSpec.of("udp-" + port, backend.address()));
    }

    private static void set(ManualCatalog catalog, ServicePort... ports) {
        catalog.set(new ServicePorts("127.0.0.1").found(List.of(ports), List.of()));
    }

    private Socket connect(int port) throws IOException {
        var socket = opened(new Socket());
        socket.connect(new InetSocketAddress(HERE, port));
        socket.setSoTimeout((int) Setup.GENEROUS.toMillis());
        return socket;
    }

    private static String read(Socket socket, int length) throws IOException {
        return new String(socket.getInputStream().readNBytes(length), ISO_8859_1);
    }

    private static String echoed(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
        return read(socket, text.length());
    }

    private static void eventuallySays(int port, String name) {
        Eventually.eventually(Setup.GENEROUS, () -> {
            try (var socket = new Socket(HERE, port)) {
                socket.setSoTimeout(RESEND_MILLIS);
                assertThat(read(socket, name.length())).isEqualTo(name);
            }
        });
    }

    private void eventuallyClosed(int port) {
        Eventually.eventually(
                Setup.GENEROUS,
                () -> assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> connect(port)));
    }

    /** What one datagram is answered with; empty if it is not. */
    private static String asked(DatagramSocket socket, String text) throws IOException {
        socket.setSoTimeout(RESEND_MILLIS);
        var packet = new DatagramPacket(new byte[1_000], 1_000);
        try {
            byte[] bytes = text.getBytes(ISO_8859_1);
            socket.send(new DatagramPacket(bytes, bytes.length));
            socket.receive(packet);
            return new String(packet.getData(), 0, packet.getLength(), ISO_8859_1);
        } catch (SocketTimeoutException | SocketException e) {
            return ""; // not open
        }
    }

    private static void eventuallyAsked(DatagramSocket socket, String text, String answer) {
        Eventually.eventually(
                Setup.GENEROUS, () -> assertThat(asked(socket, text)).isEqualTo(answer));
    }

    private DatagramSocket client(int port) throws IOException {
        var socket = opened(new DatagramSocket());
        socket.connect(new InetSocketAddress(HERE, port));
        return socket;
    }

    // ---- coming and going

    @Test
    void T07_listener_isOpenedWithItsService_andClosedWithIt_andItsPortIsFree() throws Exception {
        gateway(penstock());
        int tcp = freePort();
        int udp = freePort();
        set(
                first,
                tcp(tcp, opened(TcpBackend.named("db"))),
                udp(udp, opened(UdpBackend.answering(text -> "!" + text))));

        eventuallySays(tcp, "db");
        eventuallyAsked(client(udp), "a", "!a");

        set(first);
        eventuallyClosed(tcp);
        Eventually.eventually(Setup.GENEROUS, () -> {
            new ServerSocket(tcp, 1, HERE).close();
            new DatagramSocket(new InetSocketAddress(HERE, udp)).close();
        });
    }

    @Test
    void T07_portThatIsTaken_isReported_openedOnceItIsFree_andStopsNoOther() throws Exception {
        Gateway gateway = gateway(penstock());
        int free = freePort();
        try (var holder = new ServerSocket(0, 1, HERE)) {
            int taken = holder.getLocalPort();
            set(first, tcp(taken, opened(TcpBackend.named("late"))), tcp(free, opened(TcpBackend.named("soon"))));
            eventuallySays(free, "soon");
            Eventually.eventually(Setup.GENEROUS, () -> {
                var status = gateway.status("127.0.0.1:" + taken + "/tcp");
                assertThat(status.isOpen()).isFalse();
                assertThat(status.address().getPort()).isEqualTo(taken);
                assertThat(status.problem())
                        .contains("listener \"127.0.0.1:" + taken + "/tcp\": 127.0.0.1:" + taken)
                        .endsWith("(expected: an address of this machine and a free port)");
            });
            assertThat(gateway.status("127.0.0.1:" + free + "/tcp").isOpen()).isTrue();

            holder.close();

            eventuallySays(taken, "late");
            Eventually.eventually(
                    Setup.GENEROUS,
                    () -> assertThat(gateway.status("127.0.0.1:" + taken + "/tcp")
                                    .isOpen())
                            .isTrue());
        }
    }

    @Test
    void T07_discoveredPortThatIsTakenAtTheStart_stopsNothing_butOneOfCodeDoes() throws Exception {
        try (var holder = new ServerSocket(0, 1, HERE)) {
            int taken = holder.getLocalPort();
            int free = freePort();
            Penstock penstock = penstock();
            set(first, tcp(taken, opened(TcpBackend.named("late"))), tcp(free, opened(TcpBackend.named("soon"))));
            Eventually.eventually(
                    Setup.GENEROUS,
                    () -> assertThat(penstock.table().listeners()).hasSize(2));
            Gateway gateway = gateway(penstock);
            eventuallySays(free, "soon");
            assertThat(gateway.status("127.0.0.1:" + taken + "/tcp").isOpen()).isFalse();

            penstock.apply(new CatalogState(
                    "file", List.of(ListenerSpec.of("own", "127.0.0.1:" + taken)), List.of(), List.of()));
            assertThatThrownBy(() -> Setup.gateway().penstock(penstock).start())
                    .isInstanceOf(GatewayException.class)
                    .hasMessageContaining("listener \"own\"");
        }
    }

    @Test
    void T07_portThatComesBackWhileItDrains_isOpenAgain_andTheOldConnectionsGoOn() throws Exception {
        gateway(penstock());
        int port = freePort();
        TcpBackend before = opened(TcpBackend.named("before"));
        set(first, tcp(port, before));
        eventuallySays(port, "before");
        Socket old = connect(port);
        assertThat(read(old, 6)).isEqualTo("before");

        set(first);
        eventuallyClosed(port);
        assertThat(echoed(old, "still")).isEqualTo("still");
        set(first, tcp(port, opened(TcpBackend.named("after"))));

        eventuallySays(port, "after");
        assertThat(echoed(old, "still here")).isEqualTo("still here");
    }

    @Test
    void T07_portOfDatagramsThatComesBackWhileItDrains_isOpenAgain() throws Exception {
        gateway(penstock());
        int port = freePort();
        set(first, udp(port, opened(UdpBackend.answering(text -> text.equals("silence") ? "" : "old"))));
        DatagramSocket waiting = client(port);
        eventuallyAsked(waiting, "a", "old");
        waiting.send(new DatagramPacket("silence".getBytes(ISO_8859_1), 7)); // its flow waits for an answer

        set(first);
        Eventually.eventually(
                Setup.GENEROUS, () -> assertThat(asked(client(port), "b")).isEmpty());
        set(first, udp(port, opened(UdpBackend.answering(text -> "new"))));

        eventuallyAsked(client(port), "c", "new");
    }

    @Test
    void T08_changesOfOtherServices_closeNoConnection() throws Exception {
        gateway(penstock());
        int stays = freePort();
        int changes = freePort();
        TcpBackend staying = opened(TcpBackend.echo());
        set(first, tcp(stays, staying));
        Eventually.eventually(
                Setup.GENEROUS, () -> assertThat(echoed(connect(stays), "up")).isEqualTo("up"));
        Socket socket = connect(stays);

        for (int i = 0; i < 20; i++) {
            set(first, tcp(stays, staying), tcp(changes, opened(TcpBackend.named("n" + i + "."))));
            eventuallySays(changes, "n" + i + ".");
            set(first, tcp(stays, staying));
            eventuallyClosed(changes);
            assertThat(echoed(socket, "change " + i)).isEqualTo("change " + i);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX) // what is open is read from /proc
    void T08_changesOfAService_leakNothing(TestReporter reporter) throws Exception {
        changesLeakNothing(50, Duration.ZERO, reporter);
    }

    @Tag("slow")
    @Test
    @EnabledOnOs(OS.LINUX)
    void T08_thousandChangesInAMinute_leakNothing(TestReporter reporter) throws Exception {
        changesLeakNothing(1_000, Duration.ofMillis(60), reporter);
    }

    /** Of one service that changes its endpoint each time, beside two that come and go; one more stays as it is. */
    private void changesLeakNothing(int changes, Duration pause, TestReporter reporter) throws Exception {
        Assumptions.assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")), "Linux only");
        Penstock penstock = penstock();
        gateway(penstock);
        ServicePort stays = tcp(freePort(), opened(TcpBackend.echo()));
        int port = freePort();
        ServicePort[] ones = {one(port, opened(TcpBackend.named("even"))), one(port, opened(TcpBackend.named("odd.")))};
        ServicePort comes = tcp(freePort(), opened(TcpBackend.named("comes")));
        ServicePort comesToo =
                new ServicePort(freePort(), Protocol.Udp.defaults(), ServiceSpec.of("udp", "127.0.0.1:9"));
        set(first, stays, ones[0]);
        eventuallySays(port, "even");
        Socket open = connect(stays.port());
        assertThat(echoed(open, "before")).isEqualTo("before");

        Holdings before = null;
        int warmUp = 20; // pools and classes are there by then
        long begin = 0;
        long version = 0;
        for (int i = -warmUp; i < changes; i++) {
            if (i == 0) {
                before = Holdings.now();
                version = penstock.table().version();
                begin = Ticker.system().nanos();
            }
            awaitTurn(begin + i * pause.toNanos());
            int parity = i & 1;
            ServicePort[] now = parity == 0
                    ? new ServicePort[] {stays, ones[0]}
                    : new ServicePort[] {stays, ones[1], comes, comesToo};
            set(first, now);
            if (pause.isZero() || i % 10 == 0) { // by traffic, else by the count of tables
                eventuallySays(port, parity == 0 ? "even" : "odd.");
                assertThat(echoed(open, "change " + i)).isEqualTo("change " + i);
            }
        }
        long took = Ticker.system().nanos() - begin;
        set(first, stays, ones[0]);
        eventuallySays(port, "even");
        eventuallyClosed(comes.port());
        Holdings last = requireNonNull(before);
        Eventually.eventually(
                Setup.GENEROUS,
                () -> assertThat(Holdings.now()).matches(held -> held.isNoMoreThan(last), "no more than " + last));
        assertThat(echoed(open, "after")).isEqualTo("after");
        reporter.publishEntry(
                changes + " changes in " + took / 1_000_000 + " ms",
                penstock.table().version() - version + " tables; before " + last + ", after " + Holdings.now());
        if (!pause.isZero()) {
            assertThat(penstock.table().version() - version)
                    .isGreaterThan(changes / 2); // those that come together are one
        }
    }

    private static ServicePort one(int port, TcpBackend backend) {
        return new ServicePort(port, Protocol.Tcp.defaults(), ServiceSpec.of("one", backend.address()));
    }

    private static void awaitTurn(long dueNanos) {
        while (Ticker.system().nanos() < dueNanos) {
            LockSupport.parkNanos(dueNanos - Ticker.system().nanos());
        }
    }

    @Test
    void E08_portOfTwoCatalogs_isServedByTheFirst_andByTheOtherOnceItGoes() throws Exception {
        gateway(penstock());
        int port = freePort();
        set(second, tcp(port, opened(TcpBackend.named("weak"))));
        eventuallySays(port, "weak");
        set(first, tcp(port, opened(TcpBackend.named("strong"))));
        eventuallySays(port, "strong");

        set(first);
        eventuallySays(port, "weak");
    }

    // ---- virtual hosts

    private void vhosts(int port, String domain, ServicePort... ports) {
        first.set(new ServicePorts("127.0.0.1", new VirtualHosts(domain, port)).found(List.of(ports), List.of()));
    }

    private RawResponse get(int port, String host, String path, String... headers) throws IOException {
        try (var client = RawClient.connect(port)) {
            String more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
            return client.exchange("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n" + more + "\r\n");
        }
    }

    @Test
    void V01_V02_V03_vhosts_reachTheirServices_unknownOnesNobody() throws Exception {
        var web = opened(EchoBackend.start("web"));
        var shop = opened(EchoBackend.start("shop"));
        gateway(opened(Penstock.builder()
                .catalog("first", first, CatalogLimits.none())
                .service(ServiceSpec.of("all", web.address()))
                .route(RouteSpec.of(Match.ALL, "all"))
                .build()));
        int port = freePort();
        vhosts(
                port,
                "app.example.com",
                new ServicePort(freePort(), Protocol.Tcp.defaults(), ServiceSpec.of("myservice", web.address())),
                new ServicePort(
                        freePort(), Protocol.Tcp.defaults(), ServiceSpec.of("service.system.product", shop.address())));
        Eventually.eventually(
                Setup.GENEROUS,
                () -> assertThat(get(port, "myservice.app.example.com", "/").status())
                        .isEqualTo(200));

        String host = "service.system.product.app.example.com:" + port;
        var answer = get(port, host, "/_status?x=1", "X-Forwarded-For: 9.9.9.9").echo();
        assertThat(answer.backend()).isEqualTo("shop");
        assertThat(answer.head().header("host")).contains(host);
        assertThat(answer.head().header("x-forwarded-for")).contains("9.9.9.9, 127.0.0.1");
        assertThat(answer.head().header("x-forwarded-proto")).contains("http");
        assertThat(get(port, "myservice.app.example.com", "/").echo().backend()).isEqualTo("web");
        assertThat(get(port, "unknown.app.example.com", "/").status()).isEqualTo(503);
        assertThat(get(port, "unknown.app.example.com", "/_status/x").status()).isEqualTo(503);
        assertThat(get(port, "elsewhere", "/_status").status()).isEqualTo(200);
        assertThat(get(port, "unknown.app.example.com", "/_status").text()).isEqualTo("OK\n");
    }

    @Test
    void V03_webSockets_andStreams_passVhosts() throws Exception {
        var backend = opened(TcpBackend.start(socket -> {
            byte[] head = new byte[4];
            while (new String(head, ISO_8859_1).indexOf("\r\n\r\n") < 0) {
                System.arraycopy(head, 1, head, 0, 3);
                head[3] = (byte) socket.getInputStream().read();
            }
            socket.getOutputStream()
                    .write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
                            .getBytes(ISO_8859_1));
            socket.getInputStream().transferTo(socket.getOutputStream());
        }));
        gateway(penstock());
        int port = freePort();
        vhosts(
                port,
                "app.test",
                new ServicePort(freePort(), Protocol.Tcp.defaults(), ServiceSpec.of("ws", backend.address())));
        String upgrade = "GET / HTTP/1.1\r\nHost: ws.app.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
        Eventually.eventually(Setup.GENEROUS, () -> {
            Socket socket = connect(port);
            socket.getOutputStream().write(upgrade.getBytes(ISO_8859_1));
            assertThat(read(socket, 12)).isEqualTo("HTTP/1.1 101");
            while (read(socket, 1).charAt(0) != '\n' || read(socket, 1).charAt(0) != '\r') {
                // to the end of the head
            }
            assertThat(read(socket, 1)).isEqualTo("\n");
            assertThat(echoed(socket, "frame")).isEqualTo("frame");
        });
    }

    @Test
    void V03_thousandFramesOfAWebSocket_areEchoedIntact_throughAVhost() throws Exception {
        var echo = opened(new WebSocketEcho());
        gateway(penstock());
        int port = freePort();
        vhosts(
                port,
                "app.test",
                new ServicePort(
                        freePort(), Protocol.Tcp.defaults(), ServiceSpec.of("chat", "127.0.0.1:" + echo.port())));
        Eventually.eventually(
                Setup.GENEROUS,
                () -> assertThat(get(port, "chat.app.test", "/").status()).isEqualTo(400)); // no upgrade was asked for
        var client = opened(new WebSocketClient("ws://chat.app.test:" + port + "/room", port));
        assertThat(client.awaitReady()).isTrue();
        for (int i = 0; i < 1_000; i++) {
            String text = String.valueOf((char) ('a' + i % 26)).repeat(1024 + random.nextInt(63 * 1024 + 1));
            assertThat(client.ask(text)).as("frame %d of %d", i, text.length()).isEqualTo(text);
        }
    }

    @Test
    void T09_moreBackendsThanTheOldSystemsTook_areAllUsed_andAllInTheStatus() throws Exception {
        int count = 100;
        List<String> addresses = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            addresses.add(opened(TcpBackend.named("n" + i + ";")).address());
        }
        Penstock penstock = penstock();
        gateway(penstock);
        int port = freePort();
        ServiceSpec service =
                ServiceSpec.of("many", addresses.toArray(String[]::new)).withBalancer("round_robin");
        set(first, new ServicePort(port, Protocol.Tcp.defaults(), service));
        Eventually.eventually(Setup.GENEROUS, () -> assertThat(hello(port)).startsWith("n"));
        Set<String> heard = new HashSet<>();
        for (int i = 0; i < count; i++) {
            heard.add(hello(port));
        }
        assertThat(heard).hasSize(count);
        assertThat(penstock.table().services())
                .singleElement()
                .satisfies(each -> assertThat(each.snapshot().members()).hasSize(count));
    }

    /** What a backend calls itself; nothing where nobody listens yet. */
    private String hello(int port) throws IOException {
        try (var socket = connect(port)) {
            var name = new StringBuilder();
            for (int next = socket.getInputStream().read(); next >= 0 && next != ';'; ) {
                name.append((char) next);
                next = socket.getInputStream().read();
            }
            return name.toString();
        } catch (ConnectException e) {
            return "";
        }
    }
}
