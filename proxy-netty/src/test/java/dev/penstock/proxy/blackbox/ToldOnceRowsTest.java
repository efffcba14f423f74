package dev.penstock.proxy.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.Protocol;
import dev.penstock.catalog.RouteSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.proxy.ClientRefusal;
import dev.penstock.proxy.ExchangeObserver;
import dev.penstock.proxy.ExchangeRecord;
import dev.penstock.proxy.Gateway;
import dev.penstock.proxy.RefusalRecord;
import dev.penstock.route.Match;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.Eventually;
import dev.penstock.testkit.RawClient;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever a client is refused by, observers are told of it once, and it is counted. */
@ExtendWith(LeakExtension.class)
class ToldOnceRowsTest {
    private final EchoBackend backend = EchoBackend.start("B1");
    private final Told told = new Told();

    @AfterEach
    void close() {
        backend.close();
    }

    /** A word for all that is told. */
    private static final class Told implements ExchangeObserver {
        private final Queue<String> words = new ConcurrentLinkedQueue<>();

        @Override
        public void completed(ExchangeRecord record) {
            words.add(String.valueOf(record.status()));
        }

        @Override
        public void passed(ExchangeRecord record) {
            words.add(record.protocol() + " " + record.reason());
        }

        @Override
        public void refused(RefusalRecord record) {
            words.add("refused " + record.reason().token());
        }
    }

    private static Gateway awaiting(Gateway gateway, ClientRefusal refusal) {
        Eventually.eventually(
                Setup.GENEROUS,
                () -> assertThat(gateway.status("web").refused()).containsEntry(refusal, 1L));
        return gateway;
    }

    private static ListenerSpec passing(Protocol protocol) {
        return ListenerSpec.of("web", "127.0.0.1:0").withProtocol(protocol);
    }

    private Gateway start(ListenerSpec passing, ServiceSpec service) {
        return Setup.gateway()
                .listener(passing)
                .service(service)
                .route(RouteSpec.of(
                        Match.ALL.withListeners(Set.of("web")), service.name().value()))
                .observer(told)
                .start();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nonsense~~ | MALFORMED | 400",
                "GET / HTTP/1.1~Ho | HEADER_TIMEOUT | 408",
                "'' | HEADER_TIMEOUT | refused header_timeout",
                "POST / HTTP/1.1~Host: a~Content-Length: 5~~ | BODY_TIMEOUT | 408",
                "POST / HTTP/1.1~Host: a~Content-Length: 5~Connection: close~~x | BODY_TIMEOUT | 408",
                "POST / HTTP/1.1~Host: a~Content-Length: 50~~ | TOO_LARGE | 413",
                "POST / HTTP/1.1~Host: a~Transfer-Encoding: chunked~~50~0123456789abcdef0123456789 | TOO_LARGE | 413",
                "POST / HTTP/1.1~Host: a~Transfer-Encoding: chunked~~nonsense~ | MALFORMED | 400",
            })
    void S06_clientThatIsRefused_isToldOnce(String request, ClientRefusal refusal, String expected) throws Exception {
        var brief = Duration.ofMillis(200);
        var listener = Setup.LISTENER
                .withTimeouts(Setup.LISTENER.timeouts().withHeader(brief).withBody(brief))
                .withLimits(Setup.LISTENER.limits().withBodyBytes(20));
        try (var gateway = Setup.builder(listener, Setup.site(backend))
                        .observer(told)
                        .start();
                var client = RawClient.connect(gateway.port())) {
            client.send(request.replace("~", "\r\n"));
            awaiting(gateway, refusal);
            client.readToEnd();
        } // what became of all is told before the gateway is closed

        assertThat(told.words).containsExactly(expected);
    }

    @Test
    void S06_tcpConnectionWithoutAnEndpoint_isToldOnce() throws Exception {
        try (var gateway = start(passing(Protocol.Tcp.defaults()), ServiceSpec.of("db"));
                var client = RawClient.connect(gateway.port())) {
            client.readToEnd();
            awaiting(gateway, ClientRefusal.NO_ENDPOINT);
        }

        assertThat(told.words).containsExactly("tcp no_endpoint");
    }

    @ParameterizedTest
    @CsvSource({"255.255.255.255:9, udp connection_refused", "'', refused no_endpoint"
    }) // the system sends nothing there
    void S06_flowWithoutAnEndpoint_isToldOnce(String address, String expected) throws Exception {
        ServiceSpec service = address.isEmpty() ? ServiceSpec.of("dns") : ServiceSpec.of("dns", address);
        try (var gateway = start(passing(Protocol.Udp.defaults()), service);
                var socket = new DatagramSocket()) {
            var to = new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.port());
            socket.send(new DatagramPacket(new byte[5], 5, to));
            awaiting(gateway, ClientRefusal.NO_ENDPOINT);
        }

        assertThat(told.words).containsExactly(expected);
    }

    @Test
    void S06_flowThatMakesWay_isToldOnce_asTheProxys() throws Exception {
        var one = passing(Protocol.Udp.defaults());
        one = one.withLimits(
                one.limits().withConnections(one.limits().connections().withMost(1, 1)));
        try (UdpBackend answering = UdpBackend.answering(text -> text);
                var gateway = start(one, ServiceSpec.of("dns", answering.address()));
                var first = new DatagramSocket();
                var second = new DatagramSocket(new InetSocketAddress("127.0.0.2", 0))) {
            var to = new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.port());
            for (DatagramSocket socket : List.of(first, second)) {
                socket.send(new DatagramPacket(new byte[5], 5, to));
                socket.setSoTimeout((int) Setup.GENEROUS.toMillis());
                socket.receive(new DatagramPacket(new byte[9], 9));
            }
            awaiting(gateway, ClientRefusal.IDLE);
        }

        assertThat(told.words).containsExactly("udp idle", "udp ");
    }
}
