package dev.penstock.proxy.blackbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.Penstock;
import dev.penstock.catalog.Fallback;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.Protocol;
import dev.penstock.catalog.RouteSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.discovery.ManualDiscovery;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.limit.Limits;
import dev.penstock.middleware.AddressList;
import dev.penstock.middleware.InFlightLimit;
import dev.penstock.proxy.ClientRefusal;
import dev.penstock.proxy.Gateway;
import dev.penstock.proxy.GatewayException;
import dev.penstock.proxy.TransportChoice;
import dev.penstock.resolve.AddressRange;
import dev.penstock.route.Match;
import dev.penstock.testkit.Eventually;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Datagrams that are passed on as they are. */
@ExtendWith(LeakExtension.class)
class UdpRowsTest {
    private static final ListenerSpec LISTENER =
            ListenerSpec.of("udp", "127.0.0.1:0").withProtocol(Protocol.Udp.defaults());
    private static final Match HERE = Match.ALL.withListeners(Set.of("udp"));
    private static final int RESEND_MILLIS = 500;

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

    private static ServiceSpec service(String name, UdpBackend... backends) {
        return ServiceSpec.of(name, Stream.of(backends).map(UdpBackend::address).toArray(String[]::new));
    }

    private Gateway gateway(ListenerSpec listener, ServiceSpec service) {
        return opened(Setup.gateway()
                .listener(listener)
                .service(service)
                .route(HERE, service.name().value())
                .start());
    }

    private Gateway over(UdpBackend... backends) {
        return gateway(LISTENER, service("echo", backends));
    }

    private Gateway following(ManualDiscovery discovery) {
        Penstock penstock = opened(Penstock.builder()
                .discovery("manual", discovery)
                .listener(LISTENER)
                .service(ServiceSpec.of("echo").withDiscover(URI.create("manual:echo")))
                .route(HERE, "echo")
                .build());
        return opened(Setup.gateway().penstock(penstock).start());
    }

    private DatagramSocket client(Gateway gateway) throws IOException {
        return client(new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.port()));
    }

    /** One that takes datagrams of that address and port alone. */
    private DatagramSocket client(SocketAddress to) throws IOException {
        var socket = new DatagramSocket();
        socket.connect(to);
        socket.setSoTimeout((int) Setup.GENEROUS.toMillis());
        return opened(socket);
    }

    private static void send(DatagramSocket socket, String text) throws IOException {
        byte[] bytes = text.getBytes(ISO_8859_1);
        socket.send(new DatagramPacket(bytes, bytes.length));
    }

    private static String receive(DatagramSocket socket) throws IOException {
        var packet = new DatagramPacket(new byte[65_535], 65_535);
        socket.receive(packet);
        return new String(packet.getData(), 0, packet.getLength(), ISO_8859_1);
    }

    /** Asks until there is an answer: datagrams may be lost. */
    private static String ask(DatagramSocket socket, String text) {
        List<String> answers = new ArrayList<>();
        Eventually.eventually(Setup.GENEROUS, () -> {
            socket.setSoTimeout(RESEND_MILLIS);
            send(socket, text);
            try {
                String answer = receive(socket);
                while (!answer.endsWith(text)) {
                    answer = receive(socket); // that one came late
                }
                answers.add(answer);
            } catch (SocketTimeoutException e) {
                throw new AssertionError("no answer", e);
            }
        });
        return answers.get(0);
    }

    private static long refused(Gateway gateway, ClientRefusal reason) {
        return gateway.status("udp").refused().getOrDefault(reason, 0L);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(Setup.GENEROUS.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    // ---- flows

    @ParameterizedTest
    @EnumSource(
            value = TransportChoice.class,
            names = {"NIO", "AUTO"})
    void T04_fiftyClientsOverThreeBackends_eachStaysOnOne_andIsAnsweredFromThePortItAsked(TransportChoice transport)
            throws Exception {
        UdpBackend[] backends = Stream.of("a", "b", "c")
                .map(name -> opened(UdpBackend.named(name)))
                .toArray(UdpBackend[]::new);
        Gateway gateway = opened(Setup.gateway()
                .transport(transport)
                .listener(LISTENER.withProtocol(Protocol.Udp.defaults().withIdle(Duration.ofMinutes(5))))
                .service(service("echo", backends).withBalancer("round_robin"))
                .route(HERE, "echo")
                .start());
        Map<String, Integer> clients = new HashMap<>();
        for (int i = 0; i < 50; i++) {
            DatagramSocket client = client(gateway);
            String name = ask(client, "-first").substring(0, 1);
            clients.merge(name, 1, Integer::sum);
            for (int j = 0; j < 4; j++) {
                assertThat(ask(client, "-" + i + "-" + j)).startsWith(name + "-");
            }
        }
        assertThat(clients.values()).containsExactlyInAnyOrder(17, 17, 16);
        assertThat(Stream.of(backends).mapToInt(UdpBackend::flows).sum()).isEqualTo(50);
        assertThat(gateway.status("udp").connections()).isEqualTo(50);
    }

    @Test
    void T04_aBackendThatIsRemoved_loses_itsFlowsWithTheirNextDatagram() throws Exception {
        var first = opened(UdpBackend.named("first"));
        var second = opened(UdpBackend.named("second"));
        var discovery = new ManualDiscovery();
        discovery.set(ServiceName.of("echo"), List.of(Endpoint.of("127.0.0.1", first.port())));
        Gateway gateway = following(discovery);
        DatagramSocket client = client(gateway);
        assertThat(ask(client, "-1")).isEqualTo("first-1");
        discovery.set(ServiceName.of("echo"), List.of(Endpoint.of("127.0.0.1", second.port())));
        Eventually.eventually(
                Setup.GENEROUS, () -> assertThat(ask(client, "-2")).isEqualTo("second-2"));
        Eventually.eventually(
                Setup.GENEROUS,
                () -> assertThat(gateway.status("udp").connections()).isOne());
    }

    @Test
    void T04_aFlowThatIsSilent_ends_andItsClientBeginsAnother() throws Exception {
        var backend = opened(UdpBackend.echo());
        Gateway gateway = gateway(
                LISTENER.withProtocol(Protocol.Udp.defaults().withIdle(Duration.ofMillis(100))),
                service("echo", backend));
        DatagramSocket client = client(gateway);
        assertThat(ask(client, "one")).isEqualTo("one");
        Eventually.eventually(
                Setup.GENEROUS,
                () -> assertThat(gateway.status("udp").connections()).isZero());
        assertThat(ask(client, "two")).isEqualTo("two");
    }

    @Test
    void T04_datagramsOfAllLengths_arriveAsTheyWere() throws Exception {
        Gateway gateway = over(opened(UdpBackend.echo()));
        DatagramSocket client = client(gateway);
        for (int length : new int[] {1, 2, 511, 512, 1472, 1473, 2048, 2049, 9000, 65_000, 65_507}) {
            String text = new String(Setup.randomBytes(length, length), ISO_8859_1);
            assertThat(ask(client, text)).isEqualTo(text);
        }
    }

    @Test
    void aBurst_isAnsweredInItsOrder() throws Exception {
        Gateway gateway = over(opened(UdpBackend.echo()));
        DatagramSocket client = client(gateway);
        ask(client, "ready");
        for (int i = 0; i < 100; i++) {
            send(client, "n" + i);
        }
        List<Integer> answers = new ArrayList<>();
        client.setSoTimeout((int) Setup.GENEROUS.toMillis());
        try {
            while (answers.size() < 100) {
                String text = receive(client);
                client.setSoTimeout(RESEND_MILLIS);
                if (text.startsWith("n")) {
                    answers.add(Integer.parseInt(text.substring(1)));
                }
            }
        } catch (SocketTimeoutException e) {
            // some were lost: that is allowed
        }
        assertThat(answers).hasSizeGreaterThan(10).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void T04_oneShot_eachDatagramIsBalancedByItself_andItsFlowEndsWithTheAnswer() throws Exception {
        var first = opened(UdpBackend.named("a"));
        var second = opened(UdpBackend.named("b"));
        Gateway gateway = gateway(
                LISTENER.withProtocol(Protocol.Udp.defaults().withOneShot(true)),
                service("dns", first, second).withBalancer("round_robin"));
        DatagramSocket client = client(gateway);
        Map<String, Integer> answers = new HashMap<>();
        for (int i = 0; i < 20; i++) {
            answers.merge(ask(client, "q"), 1, Integer::sum);
        }
        assertThat(answers)
                .containsOnlyKeys("aq", "bq")
                .allSatisfy((name, count) ->
                        assertThat(count).isGreaterThan(5)); // 10 each, but for what was lost and asked again
        Eventually.eventually(
                Setup.GENEROUS,
                () -> assertThat(gateway.status("udp").connections()).isZero());
    }

    // ---- where it comes in

    @Test
    void T05_tcpAndUdpOfOnePort_haveServicesOfTheirOwn() throws Exception {
        var datagrams = opened(UdpBackend.named("udp"));
        var connections = opened(TcpBackend.named("tcp"));
        Gateway gateway = opened(onOnePort(service("datagrams", datagrams), connections.address()));
        int port = gateway.port();
        assertThat(ask(client(gateway), "!")).isEqualTo("udp!");
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) Setup.GENEROUS.toMillis());
            assertThat(socket.getInputStream().readNBytes(3)).isEqualTo("tcp".getBytes(ISO_8859_1));
        }
    }

    /** One of whose listeners has the port of TCP, the other that of UDP; another program may have one of them. */
    private static Gateway onOnePort(ServiceSpec datagrams, String connections) throws IOException {
        for (int attempt = 1; ; attempt++) {
            int port;
            try (var probe = new ServerSocket(0)) {
                port = probe.getLocalPort();
            }
            try {
                return Setup.gateway()
                        .listener(ListenerSpec.of("udp", "127.0.0.1:" + port).withProtocol(Protocol.Udp.defaults()))
                        .listener(ListenerSpec.of("tcp", "127.0.0.1:" + port).withProtocol(Protocol.Tcp.defaults()))
                        .service(datagrams)
                        .service(ServiceSpec.of("connections", connections))
                        .route(HERE, datagrams.name().value())
                        .route(Match.ALL.withListeners(Set.of("tcp")), "connections")
                        .start();
            } catch (GatewayException e) {
                if (attempt == 20) {
                    throw e;
                }
            }
        }
    }

    @Test
    void allAddresses_answerFromTheOneThatWasAsked() throws Exception {
        Gateway gateway = gateway(
                ListenerSpec.of("udp", ":0").withProtocol(Protocol.Udp.defaults()),
                service("echo", opened(UdpBackend.echo())));
        List<InetAddress> addresses = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLinkLocalAddress())
                .toList();
        assertThat(addresses).isNotEmpty();
        for (InetAddress address : addresses) {
            // The socket of the client is connected: an answer from elsewhere does not reach it.
            assertThat(ask(client(new InetSocketAddress(address, gateway.port())), "hello"))
                    .isEqualTo("hello");
        }
    }

    // ---- what goes wrong

    @Test
    void B13_withoutAnEndpoint_datagramsAreDropped_andOneThatComesLaterWorksAtOnce() throws Exception {
        var backend = opened(UdpBackend.echo());
        var discovery = new ManualDiscovery();
        discovery.set(ServiceName.of("echo"), List.of());
        Gateway gateway = following(discovery);
        DatagramSocket client = client(gateway);
        Eventually.eventually(Setup.GENEROUS, () -> {
            send(client, "x");
            assertThat(refused(gateway, ClientRefusal.NO_ENDPOINT)).isPositive();
        });
        assertThat(gateway.status("udp").connections()).isZero();
        discovery.set(ServiceName.of("echo"), List.of(Endpoint.of("127.0.0.1", backend.port())));
        assertThat(ask(client(gateway), "y")).isEqualTo("y");
    }

    @Test
    void anEndpointThatIsNotThere_losesItsFlow_andTheNextDatagramMayGoElsewhere() throws Exception {
        var dead = UdpBackend.echo();
        var alive = opened(UdpBackend.named("alive"));
        ServiceSpec service = service("echo", dead, alive).withBalancer("round_robin");
        dead.close();
        Gateway gateway = gateway(LISTENER, service);
        DatagramSocket client = client(gateway);
        for (int i = 0; i < 4; i++) {
            assertThat(ask(client, "!")).isEqualTo("alive!");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = TransportChoice.class,
            names = {"NIO", "AUTO"})
    void anEndpointThatTheSystemKnowsNoWayTo_harmsNoOther(TransportChoice transport) throws Exception {
        Gateway gateway = opened(Setup.gateway()
                .transport(transport)
                .listener(LISTENER.withProtocol(Protocol.Udp.defaults().withIdle(Duration.ofMillis(200))))
                .service(ServiceSpec.of(
                        "echo", "255.255.255.255:9")) // connecting fails at once: broadcast is not allowed
                .route(HERE, "echo")
                .listener(ListenerSpec.of("well", "127.0.0.1:0").withProtocol(Protocol.Udp.defaults()))
                .service(service("other", opened(UdpBackend.echo())))
                .route(Match.ALL.withListeners(Set.of("well")), "other")
                .start());
        DatagramSocket client = client(gateway);
        for (int i = 0; i < 10; i++) {
            send(client, "x");
            send(client(gateway), "y");
        }
        Eventually.eventually(
                Setup.GENEROUS,
                () -> assertThat(refused(gateway, ClientRefusal.NO_ENDPOINT)).isEqualTo(20));
        assertThat(gateway.status("udp").connections()).isZero();
        assertThat(ask(client(gateway.address("well")), "z")).isEqualTo("z");
    }

    @Test
    void answersOfManyFlowsAtOnce_areNotDroppedBetweenTwoTurnsOfTheLoop() throws Exception {
        String answer = "#".repeat(30_000);
        Gateway gateway = over(opened(UdpBackend.answering(text -> answer)));
        List<DatagramSocket> clients = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            clients.add(client(gateway));
        }
        for (DatagramSocket client : clients) {
            send(client, "x");
        }
        for (DatagramSocket client : clients) {
            client.setSoTimeout(RESEND_MILLIS);
            Eventually.eventually(Setup.GENEROUS, () -> {
                try {
                    assertThat(receive(client)).hasSize(answer.length());
                } catch (SocketTimeoutException e) {
                    send(client, "x");
                    throw new AssertionError("no answer", e);
                }
            });
        }
        assertThat(refused(gateway, ClientRefusal.DROPPED)).isZero();
    }

    @Test
    void aServiceWithoutEndpoints_hasItsFallbackAnswer() throws Exception {
        var backend = opened(UdpBackend.named("fallback"));
        Gateway gateway = opened(Setup.gateway()
                .listener(LISTENER)
                .service(ServiceSpec.of("echo").withFallback(Fallback.to("other")))
                .service(service("other", backend))
                .route(HERE, "echo")
                .start());
        assertThat(ask(client(gateway), "!")).isEqualTo("fallback!");
    }

    @Test
    void moreFlowsThanAllowed_theOneThatWasSilentForTheLongest_makesWay() throws Exception {
        var limits = LISTENER.limits();
        Gateway gateway = gateway(
                LISTENER.withLimits(limits.withConnections(limits.connections().withMost(2, 10))),
                service("echo", opened(UdpBackend.echo())));
        DatagramSocket first = client(gateway);
        DatagramSocket second = client(gateway);
        ask(first, "1");
        ask(second, "2");
        ask(first, "3");
        assertThat(ask(client(gateway), "4")).isEqualTo("4");
        assertThat(gateway.status("udp").connections()).isEqualTo(2);
        assertThat(refused(gateway, ClientRefusal.IDLE)).isOne();
        assertThat(ask(second, "5")).isEqualTo("5"); // begins another
    }

    @Test
    void F18_moreFlowsOfOneAddressThanAllowed_areRefused() throws Exception {
        var limits = LISTENER.limits();
        Gateway gateway = gateway(
                LISTENER.withLimits(limits.withConnections(limits.connections().withMost(10, 1))),
                service("echo", opened(UdpBackend.echo())));
        DatagramSocket first = client(gateway);
        ask(first, "1");
        DatagramSocket second = client(gateway);
        Eventually.eventually(Setup.GENEROUS, () -> {
            send(second, "x");
            assertThat(refused(gateway, ClientRefusal.ADDRESS)).isPositive();
        });
        assertThat(ask(first, "2")).isEqualTo("2");
    }

    @Test
    void flowsThatAreTurnedAway_keepNoPlaceInTheMiddlewareOfTheirRoute() throws Exception {
        var limits = LISTENER.limits();
        Gateway gateway = opened(Setup.gateway()
                .listener(LISTENER.withLimits(
                        limits.withConnections(limits.connections().withMost(10, 1))))
                .service(service("echo", opened(UdpBackend.echo())))
                .route(RouteSpec.of(HERE, "echo").withMiddleware(new InFlightLimit(2)))
                .start());
        DatagramSocket first = client(gateway);
        ask(first, "1");
        DatagramSocket second = client(gateway);
        Eventually.eventually(Setup.GENEROUS, () -> {
            send(second, "x");
            assertThat(refused(gateway, ClientRefusal.ADDRESS)).isGreaterThan(2);
        });
        assertThat(refused(gateway, ClientRefusal.MIDDLEWARE)).isZero();
    }

    @Test
    void limitsOfTheService_dropWhatIsTooMuch() throws Exception {
        Gateway gateway = gateway(
                LISTENER,
                service("echo", opened(UdpBackend.echo()))
                        .withLimits(Limits.defaults().withPerEndpoint(1)));
        ask(client(gateway), "1");
        DatagramSocket second = client(gateway);
        Eventually.eventually(Setup.GENEROUS, () -> {
            send(second, "x");
            assertThat(refused(gateway, ClientRefusal.NO_ENDPOINT)).isPositive();
        });
    }

    @Test
    void addressLists_keepClientsOut() throws Exception {
        var backend = opened(UdpBackend.echo());
        Gateway gateway = opened(Setup.gateway()
                .listener(LISTENER)
                .service(service("echo", backend))
                .route(RouteSpec.of(HERE, "echo")
                        .withMiddleware(new AddressList(List.of(AddressRange.parse("192.0.2.0/24")), List.of())))
                .start());
        DatagramSocket client = client(gateway);
        Eventually.eventually(Setup.GENEROUS, () -> {
            send(client, "x");
            assertThat(refused(gateway, ClientRefusal.MIDDLEWARE)).isPositive();
        });
        assertThat(backend.received()).isZero();
    }

    @Test
    void emptyDatagrams_areLeftOut_andTheListenerGoesOn() throws Exception {
        Gateway gateway = over(opened(UdpBackend.named("answer ")));
        DatagramSocket client = client(gateway);
        for (int i = 0; i < 100; i++) {
            send(client, "");
        }
        assertThat(ask(client, "x")).isEqualTo("answer x");
    }

    // ---- the end

    @Test
    void closing_endsWhatIsNotAnsweredInTime_andFreesThePort() throws Exception {
        Gateway gateway = gateway(
                LISTENER.withTimeouts(LISTENER.timeouts().withDrain(Duration.ZERO)),
                service("echo", opened(UdpBackend.silent())));
        DatagramSocket client = client(gateway);
        Eventually.eventually(Setup.GENEROUS, () -> {
            send(client, "x");
            assertThat(gateway.status("udp").connections()).isOne();
        });
        int port = gateway.port();
        gateway.close();
        try (var again = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
            assertThat(again.isBound()).isTrue();
        }
    }

    @Test
    void closing_waitsForTheAnswerThatIsOwed_andNotForFlowsThatAreSilent() throws Exception {
        var go = new CountDownLatch(1);
        var backend = opened(UdpBackend.answering(text -> {
            if (text.equals("slow")) {
                await(go);
            }
            return text;
        }));
        Gateway gateway =
                gateway(LISTENER.withTimeouts(LISTENER.timeouts().withDrain(Setup.GENEROUS)), service("echo", backend));
        ask(client(gateway), "silent from now on");
        DatagramSocket slow = client(gateway);
        int before = backend.received();
        send(slow, "slow");
        Eventually.eventually(
                Setup.GENEROUS, () -> assertThat(backend.received()).isGreaterThan(before));
        CompletableFuture<Void> closed = CompletableFuture.runAsync(gateway::close);
        Eventually.eventually(
                Setup.GENEROUS,
                () -> assertThat(gateway.status("udp").connections()).isOne());
        assertThat(closed).isNotDone();
        go.countDown();
        assertThat(receive(slow)).isEqualTo("slow");
        closed.get(Setup.GENEROUS.toSeconds(), TimeUnit.SECONDS);
    }
}
