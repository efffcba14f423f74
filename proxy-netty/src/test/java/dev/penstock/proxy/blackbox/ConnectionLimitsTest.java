package dev.penstock.proxy.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.catalog.ConnectionLimits;
import dev.penstock.catalog.Forwarding;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.proxy.ClientRefusal;
import dev.penstock.proxy.ExchangeObserver;
import dev.penstock.proxy.ExchangeRecord;
import dev.penstock.proxy.Gateway;
import dev.penstock.proxy.RefusalRecord;
import dev.penstock.resolve.AddressRange;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.Eventually;
import dev.penstock.testkit.RawClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** More clients than a listener takes: who is refused, who makes room, who does not notice. */
class ConnectionLimitsTest {
    private static final String REQUEST = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    private final EchoBackend backend = EchoBackend.start("B1");
    private final List<RawClient> clients = new ArrayList<>();

    @AfterEach
    void close() {
        clients.forEach(RawClient::close);
        backend.close();
    }

    private static ListenerSpec atMost(int most, int perAddress) {
        var limits = Setup.LISTENER.limits();
        return Setup.LISTENER.withLimits(
                limits.withConnections(ConnectionLimits.defaults().withMost(most, perAddress)));
    }

    private Gateway gateway(ListenerSpec listener) {
        return Setup.builder(listener, Setup.site(backend)).threads(1).start();
    }

    private RawClient client(Gateway gateway) {
        var client = RawClient.connect(gateway.port());
        clients.add(client);
        return client;
    }

    private static Map<ClientRefusal, Long> refused(Gateway gateway) {
        return gateway.status("web").refused();
    }

    private static String endOf(RawClient client) throws IOException {
        return new String(client.readToEnd(), StandardCharsets.ISO_8859_1);
    }

    @Test
    void oneMoreThanTheListenerTakes_isRefusedAndCounted_whileAllAreBusy() throws Exception {
        try (var gateway = gateway(atMost(4, 4))) {
            backend.hold();
            for (int i = 0; i < 4; i++) {
                client(gateway).send(REQUEST);
            }
            backend.awaitHeld(4);

            assertThat(endOf(client(gateway)))
                    .matches("(?s)|HTTP/1.1 503 .*Proxy-Status: penstock; error=connection_limit_reached\r\n.*");
            assertThat(refused(gateway)).isEqualTo(Map.of(ClientRefusal.CONNECTIONS, 1L));
            assertThat(gateway.status("web").connections()).isEqualTo(4);

            backend.release();
            for (RawClient busy : clients.subList(0, 4)) {
                assertThat(busy.read().status()).isEqualTo(200);
            }
            assertThat(Setup.statusOfNewConnection(gateway)).isEqualTo(200); // an idle one made room
        }
    }

    @Test
    void idleFlood_makesRoomForWhoComes_oldestFirst() throws Exception {
        try (var gateway = gateway(atMost(3, 3))) {
            RawClient served = client(gateway);
            assertThat(served.get("a", "/").status()).isEqualTo(200);
            RawClient silent = client(gateway);
            RawClient half = client(gateway).send("GET / HTTP/1.1\r\nHo");
            Eventually.eventually(
                    Setup.GENEROUS,
                    () -> assertThat(gateway.status("web").connections()).isEqualTo(3));

            assertThat(client(gateway).get("a", "/").status()).isEqualTo(200);
            assertThat(endOf(served)).isEmpty();
            assertThat(client(gateway).get("a", "/").status()).isEqualTo(200);
            assertThat(endOf(silent)).isEmpty();
            half.send("st: a\r\n\r\n");
            assertThat(half.read().status()).isEqualTo(200);
            assertThat(refused(gateway)).isEqualTo(Map.of(ClientRefusal.IDLE, 2L));
        }
    }

    @Test
    void floodFromOneAddress_leavesRoomForOthers() throws Exception {
        try (var gateway = gateway(atMost(8, 0))) {
            for (int i = 0; i < 20; i++) {
                client(gateway);
            }
            Eventually.eventually(
                    Setup.GENEROUS, () -> assertThat(refused(gateway)).isEqualTo(Map.of(ClientRefusal.ADDRESS, 16L)));
            try (var other = RawClient.connect("127.0.0.2", gateway.port())) {
                assertThat(other.get("a", "/").status()).isEqualTo(200);
            }
            clients.forEach(RawClient::close);
            Eventually.eventually(
                    Setup.GENEROUS,
                    () -> assertThat(gateway.status("web").connections()).isZero());
            assertThat(Setup.statusOfNewConnection(gateway)).isEqualTo(200);
        }
    }

    @Test
    void trustedProxy_isNoAddressOfOneClient() throws Exception {
        var trusting = Forwarding.defaults().withTrustedProxies(AddressRange.parse("127.0.0.1"));
        try (var gateway = gateway(atMost(8, 2).withForwarding(trusting))) {
            for (int i = 0; i < 6; i++) {
                assertThat(client(gateway).get("a", "/").status()).isEqualTo(200);
            }
            assertThat(refused(gateway)).isEmpty();
        }
    }

    @Test
    void refusals_areToldToObservers() {
        Queue<RefusalRecord> records = new ConcurrentLinkedQueue<>();
        var observer = new ExchangeObserver() {
            @Override
            public void completed(ExchangeRecord record) {
                // not of interest
            }

            @Override
            public void refused(RefusalRecord record) {
                records.add(record);
            }
        };
        try (var gateway = Setup.builder(atMost(8, 1), Setup.site(backend))
                .observer(observer)
                .start()) {
            client(gateway);
            client(gateway);

            Eventually.eventually(
                    Setup.GENEROUS,
                    () -> assertThat(records)
                            .containsExactly(new RefusalRecord("web", "127.0.0.1", ClientRefusal.ADDRESS)));
        }
    }

    @Test
    void manyAtOnce_overTheLimit_areCountedExactly() throws Exception {
        try (var gateway = Setup.start(atMost(3, 3), Setup.site(backend))) {
            Concurrently.run(4, thread -> {
                        for (int i = 0; i < 50; i++) {
                            visit(gateway);
                        }
                    })
                    .join();

            Eventually.eventually(
                    Setup.GENEROUS,
                    () -> assertThat(gateway.status("web").connections()).isZero());
        }
    }

    private static void visit(Gateway gateway) {
        try (var client = RawClient.connect(gateway.port())) {
            client.send(REQUEST);
            client.read();
        } catch (IOException e) {
            return; // refused, or it made room for another one
        }
    }
}
