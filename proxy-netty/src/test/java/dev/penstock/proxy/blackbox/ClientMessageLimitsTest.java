package dev.penstock.proxy.blackbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.catalog.ClientLimits;
import dev.penstock.catalog.ConnectionLimits;
import dev.penstock.catalog.Forwarding;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.proxy.ClientRefusal;
import dev.penstock.proxy.Gateway;
import dev.penstock.resolve.AddressRange;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.Eventually;
import dev.penstock.testkit.RawClient;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What may stand in messages of clients and before them: taken up to what the listener allows, and no longer; counted. */
@ExtendWith(LeakExtension.class)
class ClientMessageLimitsTest {
    private static final ClientLimits SMALL =
            ClientLimits.defaults().withChunkLineBytes(100).withConnectionNames(5);
    private static final List<ClientLimits> BOTH = List.of(SMALL, ClientLimits.defaults());

    private final EchoBackend backend = EchoBackend.start("B1");

    @AfterEach
    void closeBackend() {
        backend.close();
    }

    private Gateway gateway(ListenerSpec listener) {
        return Setup.start(listener, Setup.site(backend));
    }

    private static int status(Gateway gateway, String request) throws Exception {
        try (var client = RawClient.connect(gateway.port())) {
            return client.exchange(request).status();
        }
    }

    private static void awaitCounted(Gateway gateway, ClientRefusal reason, long times) {
        Eventually.eventually(
                Setup.GENEROUS,
                () -> assertThat(gateway.status("web").refused()).containsEntry(reason, times));
    }

    @Test
    void defaults_areAsDocumented() {
        assertThat(ClientLimits.defaults())
                .isEqualTo(new ClientLimits(8 << 10, 32 << 10, 100, 0, 4 << 10, 64, ConnectionLimits.defaults()));
        assertThat(ConnectionLimits.defaults())
                .isEqualTo(new ConnectionLimits(20_000, 0, 240, 64 << 10, 4 << 20, 16 << 10, 4 << 10));
    }

    @Test
    void chunkLine_asLongAsMayBe_isTaken_andALongerOneIs400() throws Exception {
        for (ClientLimits limits : BOTH) {
            try (var gateway = gateway(Setup.LISTENER.withLimits(limits))) {
                assertThat(status(gateway, chunked(limits.chunkLineBytes()))).isEqualTo(200);
                assertThat(status(gateway, chunked(limits.chunkLineBytes() + 1)))
                        .isEqualTo(400);
                awaitCounted(gateway, ClientRefusal.MALFORMED, 1);
            }
        }
    }

    /** A request of one chunk with so many bytes around it, of which four are the two ends of lines. */
    private static String chunked(int lineBytes) {
        return "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2;" + "e".repeat(lineBytes - 6)
                + "\r\nok\r\n0\r\n\r\n";
    }

    @Test
    void whatIsTooLarge_isCounted() throws Exception {
        var limits = ClientLimits.defaults().withHead(100, 200, 5).withBodyBytes(10);
        try (var gateway = gateway(Setup.LISTENER.withLimits(limits))) {
            assertThat(status(gateway, "GET /" + "x".repeat(100) + " HTTP/1.1\r\nHost: a\r\n\r\n"))
                    .isEqualTo(414);
            assertThat(status(gateway, "GET / HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(200) + "\r\n\r\n"))
                    .isEqualTo(431);
            assertThat(status(gateway, "GET / HTTP/1.1\r\nHost: a\r\n" + "X: x\r\n".repeat(5) + "\r\n"))
                    .isEqualTo(431);
            assertThat(status(gateway, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n"))
                    .isEqualTo(413);
            awaitCounted(gateway, ClientRefusal.TOO_LARGE, 4);
        }
    }

    @Test
    void namesInConnection_asManyAsMayBe_areTaken_andOneMoreIs400() throws Exception {
        for (ClientLimits limits : BOTH) {
            try (var gateway = gateway(Setup.LISTENER.withLimits(limits))) {
                assertThat(status(gateway, naming(limits.connectionNames()))).isEqualTo(200);
                assertThat(status(gateway, naming(limits.connectionNames() + 1)))
                        .isEqualTo(400);
                awaitCounted(gateway, ClientRefusal.MALFORMED, 1);
            }
        }
    }

    private static String naming(int names) {
        return "GET / HTTP/1.1\r\nHost: a\r\nConnection: a" + ",a".repeat(names - 1) + "\r\n\r\n";
    }

    @Test
    void T06_proxyHeader_asLongAsMayBe_isTaken_andALongerOneIsClosed() throws Exception {
        var forwarding = Forwarding.defaults().withProxyProtocol(AddressRange.parse("127.0.0.0/8"));
        for (int most : new int[] {256, 4 << 10, ConnectionLimits.MAX_PROXY_HEADER_BYTES}) {
            var limits = ClientLimits.defaults()
                    .withConnections(ConnectionLimits.defaults().withProxyHeaderBytes(most));
            try (var gateway = gateway(Setup.LISTENER.withForwarding(forwarding).withLimits(limits));
                    var client = RawClient.connect(gateway.port())) {
                client.send(proxied(most));
                var head = client.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                        .echo()
                        .head();
                assertThat(head.headers("X-Real-IP")).containsExactly("9.9.9.9");
                if (most < ConnectionLimits.MAX_PROXY_HEADER_BYTES) {
                    try (var other = RawClient.connect(gateway.port())) {
                        other.send(proxied(most + 1));
                        assertThat(other.readToEnd()).isEmpty();
                    }
                    awaitCounted(gateway, ClientRefusal.PROXY_HEADER, 1);
                }
            }
        }
    }

    /** A header of version 2 of so many bytes: 16, two addresses with ports, and what is passed over. */
    private static byte[] proxied(int bytes) {
        int rest = bytes - 16;
        String begin = "\r\n\r\n\0\r\nQUIT\n\41\21" + (char) (rest >> 8) + (char) (rest & 0xff);
        String addresses = "\t\t\t\t\177\0\0\1\22\70\0\120";
        return (begin + addresses + "\0".repeat(rest - addresses.length())).getBytes(ISO_8859_1);
    }
}
