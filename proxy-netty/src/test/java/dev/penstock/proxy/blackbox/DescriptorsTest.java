package dev.penstock.proxy.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.RawClient;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A process that may not open more files and sockets: what it has goes on, and it recovers. */
@EnabledOnOs(OS.LINUX)
class DescriptorsTest {
    private static final int MOST = 400;
    private static final String REQUEST = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    private final EchoBackend backend = EchoBackend.start("B1");

    @AfterEach
    void close() {
        backend.close();
    }

    @Test
    void moreClientsThanDescriptors_areRefused_andCounted_theOthersGetTheirConnectionsToEndpoints() throws Exception {
        List<RawClient> clients = new ArrayList<>();
        try (var gateway = GatewayProcess.startWithDescriptors(MOST, backend.port())) {
            // Classes are read from files, which takes descriptors, too.
            try (var first = RawClient.connect(gateway.port())) {
                assertThat(first.get("a", "/").status()).isEqualTo(200);
                assertThat(first.get("a", "/").status()).isEqualTo(200);
            }
            backend.hold();
            for (int i = 0; i < MOST; i++) {
                clients.add(sent(RawClient.connect(gateway.port())));
            }
            String last = start(clients.get(MOST - 1)); // it is refused while the others wait: all have been looked at
            assertThat(last).isIn("HTTP/1.1 503", "");
            backend.release();
            int served = 0;
            for (RawClient client : clients.subList(0, MOST - 1)) {
                String answer = start(client);
                assertThat(answer).isIn("HTTP/1.1 200", "HTTP/1.1 503", "");
                served += answer.endsWith("200") ? 1 : 0;
            }

            assertThat(served).isBetween(50, MOST - 1); // none of them lacked a connection: no 502
            // Each of the others for this reason, but those that made room: before their request had come, or after
            // their answer.
            Map<String, Long> refused = gateway.refused();
            long lost = (long) MOST - served;
            long madeRoom = refused.getOrDefault("idle", 0L);
            assertThat(refused.keySet()).isSubsetOf("descriptors", "idle");
            assertThat(refused.get("descriptors")).isPositive().isBetween(lost - madeRoom, lost);
            clients.forEach(RawClient::close);
            try (var after = RawClient.connect(gateway.port())) {
                assertThat(after.get("a", "/").status()).isEqualTo(200);
            }
        } finally {
            clients.forEach(RawClient::close);
        }
    }

    /** The first bytes of the answer; none where the connection was reset. */
    private static String start(RawClient client) throws IOException {
        try {
            return new String(client.input().readNBytes(12), StandardCharsets.ISO_8859_1);
        } catch (SocketException e) {
            return "";
        }
    }

    private static RawClient sent(RawClient client) {
        try {
            client.send(REQUEST);
        } catch (IOException e) {
            return client; // refused already
        }
        return client;
    }

    @Test
    void noDescriptorLeft_whatIsConnectedGoesOn_andNewClientsAreAcceptedOnceThereAreSome() throws Exception {
        try (var gateway = GatewayProcess.startWithDescriptors(MOST, backend.port());
                var before = RawClient.connect(gateway.port())) {
            assertThat(before.get("a", "/").status()).isEqualTo(200);
            assertThat(before.get("a", "/").status())
                    .isEqualTo(200); // a kept connection's classes are read from files, too
            assertThat(gateway.takeOrGiveDescriptors()).isPositive();

            try (var later = RawClient.connect(gateway.port())) { // the system takes it, the gateway cannot
                later.send(REQUEST);
                assertThat(later.staysSilent(Duration.ofMillis(800))).isTrue();
                assertThat(before.get("a", "/").status()).isEqualTo(200);

                assertThat(gateway.takeOrGiveDescriptors()).isZero();
                assertThat(later.read().status()).isEqualTo(200);
            }
        }
    }
}
