package dev.penstock.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.Penstock;
import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.observe.Event;
import dev.penstock.testkit.Eventually;
import dev.penstock.testkit.RawClient;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

final class ListenersTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    private static CatalogState listeners(String... addresses) {
        return new CatalogState(
                "test", List.of(addresses).stream().map(ListenerSpec::of).toList(), List.of(), List.of());
    }

    @Test
    void listenerWhosePortIsTaken_isServedOnceItIsFree_theOthersAllAlong() throws Exception {
        try (var penstock = Penstock.builder().build();
                var gateway = Proxied.builder().penstock(penstock).start();
                var holder = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String taken = "127.0.0.1:" + holder.getLocalPort();
            penstock.apply(listeners(taken, "127.0.0.1:0"));
            Eventually.eventually(Proxied.SOON, () -> {
                try (var client =
                        RawClient.connect(gateway.address("127.0.0.1:0").getPort())) {
                    assertThat(client.exchange(GET).status()).isEqualTo(404);
                }
            });

            holder.close();

            Eventually.eventually(Proxied.SOON, () -> {
                try (var client = RawClient.connect(gateway.address(taken).getPort())) {
                    assertThat(client.exchange(GET).status()).isEqualTo(404);
                }
            });
        }
    }

    @Test
    void C08_listeners_areToldAsTheyOpenCloseAndFail() throws Exception {
        List<Event> events = new CopyOnWriteArrayList<>();
        try (var penstock = Penstock.builder().observer(events::add).build();
                var gateway = Proxied.builder().penstock(penstock).start();
                var holder = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String taken = "127.0.0.1:" + holder.getLocalPort();
            penstock.apply(listeners(taken, "127.0.0.1:0"));
            gateway.followed(penstock.table().version()).toCompletableFuture().get();
            String open = "127.0.0.1:" + gateway.address("127.0.0.1:0").getPort();
            penstock.apply(listeners(taken));

            Eventually.eventually(
                    Proxied.SOON,
                    () -> assertThat(changes(events))
                            .containsExactlyInAnyOrder(
                                    taken + " " + taken + " closed, not bound",
                                    "127.0.0.1:0 " + open + " open",
                                    "127.0.0.1:0 " + open + " closed"));
        }
    }

    private static List<String> changes(List<Event> events) {
        return events.stream()
                .filter(Event.ListenerChanged.class::isInstance)
                .map(Event.ListenerChanged.class::cast)
                .map(event -> event.listener() + " " + event.address() + (event.open() ? " open" : " closed")
                        + (event.problem().contains("expected: an address of this machine and a free port")
                                ? ", not bound"
                                : event.problem()))
                .toList();
    }

    @Test
    void drain_ofAClosedGateway_isDoneAtOnce() {
        var gateway = Proxied.builder().listener(Proxied.listener()).start();
        gateway.close();

        assertThat(gateway.drain(Duration.ofSeconds(1)).toCompletableFuture()).isCompleted();
    }
}
