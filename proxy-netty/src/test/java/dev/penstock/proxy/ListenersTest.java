package dev.penstock.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.Penstock;
import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.testkit.Eventually;
import dev.penstock.testkit.RawClient;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
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
    void drain_ofAClosedGateway_isDoneAtOnce() {
        var gateway = Proxied.builder().listener(Proxied.listener()).start();
        gateway.close();

        assertThat(gateway.drain(Duration.ofSeconds(1)).toCompletableFuture()).isCompleted();
    }
}
