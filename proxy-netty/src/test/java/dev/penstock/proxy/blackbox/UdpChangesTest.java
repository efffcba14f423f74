package dev.penstock.proxy.blackbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.Penstock;
import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.Protocol;
import dev.penstock.catalog.RouteSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.proxy.Gateway;
import dev.penstock.resolve.HostResolver;
import dev.penstock.route.Match;
import dev.penstock.testkit.Eventually;
import dev.penstock.testkit.ManualTime;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Flows of datagrams while what they go by changes. */
@ExtendWith(LeakExtension.class)
class UdpChangesTest {
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

    private static CatalogState site(Duration idle, String endpoint) {
        return new CatalogState(
                "test",
                List.of(ListenerSpec.of("udp", "127.0.0.1:0")
                        .withProtocol(Protocol.Udp.defaults().withIdle(idle))),
                List.of(RouteSpec.of(HERE, "echo")),
                List.of(ServiceSpec.of("echo", endpoint)));
    }

    private Penstock penstock(HostResolver hosts, CatalogState site) {
        Penstock penstock = opened(Penstock.builder().hosts(hosts).build());
        penstock.apply(site);
        return penstock;
    }

    private DatagramSocket client(Gateway gateway) throws IOException {
        var socket = opened(new DatagramSocket());
        socket.connect(InetAddress.getLoopbackAddress(), gateway.port());
        socket.setSoTimeout(RESEND_MILLIS);
        return socket;
    }

    /** The answer to a datagram; asks until there is one, since they may be lost. */
    private static String ask(DatagramSocket socket) {
        var answer = new AtomicReference<>("");
        Eventually.eventually(Setup.GENEROUS, () -> {
            socket.send(new DatagramPacket("?".getBytes(ISO_8859_1), 1));
            var packet = new DatagramPacket(new byte[100], 100);
            try {
                socket.receive(packet);
            } catch (SocketTimeoutException e) {
                throw new AssertionError("no answer", e);
            }
            answer.set(new String(packet.getData(), 0, packet.getLength(), ISO_8859_1));
        });
        return answer.get();
    }

    @Test
    void T04_idleTimeThatIsChanged_holdsForFlowsThatThereAre() throws Exception {
        var backend = opened(UdpBackend.named("a"));
        Penstock penstock = penstock(HostResolver.system(), site(Duration.ofMinutes(5), "127.0.0.1:" + backend.port()));
        Gateway gateway = opened(Setup.gateway().penstock(penstock).start());
        int port = gateway.port();
        DatagramSocket client = client(gateway);
        assertThat(ask(client)).isEqualTo("a?");
        assertThat(gateway.status("udp").connections()).isOne();
        penstock.apply(site(Duration.ofMillis(100), "127.0.0.1:" + backend.port()));
        Eventually.eventually(
                Setup.GENEROUS,
                () -> assertThat(gateway.status("udp").connections()).isZero());
        assertThat(gateway.port()).isEqualTo(port); // it is the same socket
        assertThat(ask(client)).isEqualTo("a?");
    }

    @Test
    void T04_nameThatMovesToAnotherAddress_hasTheNextDatagramGoThere() throws Exception {
        var first = opened(UdpBackend.named("first"));
        var second = opened(UdpBackend.named("second", new InetSocketAddress("127.0.0.2", first.port())));
        var address = new AtomicReference<>(InetAddress.getLoopbackAddress());
        var time = ManualTime.eager();
        Penstock penstock = opened(Penstock.builder()
                .ticker(time)
                .scheduler(time)
                .hosts(name -> List.of(address.get()))
                .build());
        penstock.apply(site(Duration.ofHours(1), "backend.test:" + first.port()));
        Gateway gateway = opened(Setup.gateway().penstock(penstock).start());
        DatagramSocket client = client(gateway);
        assertThat(ask(client)).isEqualTo("first?");

        address.set(InetAddress.getByName("127.0.0.2"));
        assertThat(ask(client)).isEqualTo("first?"); // nobody has looked yet
        time.advance(Duration.ofSeconds(40));

        Eventually.eventually(Setup.GENEROUS, () -> {
            time.advance(Duration.ofMillis(5)); // changes within 100 ms make one snapshot
            assertThat(ask(client)).isEqualTo("second?");
        });
        assertThat(gateway.status("udp").connections()).isOne();
        assertThat(second.received()).isPositive();
    }
}
