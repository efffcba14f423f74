package dev.penstock.proxy.blackbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.catalog.ServiceSpec;
import dev.penstock.proxy.Gateway;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.Eventually;
import dev.penstock.testkit.RawClient;
import dev.penstock.tls.ServerTls;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that leave at any byte, by a close, a half-close or a reset: leases, connections and buffers are back at zero. */
class LeavingClientsTest {
    private static final int WAYS = 3;
    private static final String GET = "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String KEPT_ALIVE = GET + "POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello";
    private static final String UPGRADE = String.join(
            "\r\n",
            "GET / HTTP/1.1",
            "Host: a",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "",
            "");
    private static final String FRAME = "\u0081\u0085\u0000\u0000\u0000\u0000hello"; // its mask is zero

    private final EchoBackend backend = EchoBackend.start("B1");

    @TempDir
    Path directory;

    @AfterEach
    void closeBackend() {
        backend.close();
    }

    private void assertNothingIsLeft(Gateway gateway) {
        Eventually.eventually(Setup.GENEROUS, () -> {
            assertThat(gateway.status("web").connections()).isZero();
            assertThat(gateway.buffers().heldBytes()).isZero();
            assertThat(backend.inFlight()).isZero();
        });
        Setup.awaitNothingInFlight(gateway);
    }

    private static void leave(RawClient client, int way) throws IOException {
        switch (way) {
            case 0 -> client.reset();
            case 1 -> {
                client.halfClose();
                client.readToEnd();
                client.close();
            }
            default -> client.close();
        }
    }

    @Test
    void F21_atAnyByteOfRequestsOnOneConnection() throws Exception {
        try (var gateway = Setup.over(backend)) {
            for (int offset = 0; offset <= KEPT_ALIVE.length(); offset++) {
                for (int way = 0; way < WAYS; way++) {
                    leave(RawClient.connect(gateway.port()).send(KEPT_ALIVE.substring(0, offset)), way);
                }
            }
            assertNothingIsLeft(gateway);
            assertThat(Setup.statusOfNewConnection(gateway)).isEqualTo(200);
        }
    }

    @Test
    void F21_atAnyByteOfAnAnswer() throws Exception {
        backend.answer(exchange -> exchange.respond(200, new byte[20]));
        try (var gateway = Setup.over(backend)) {
            int length;
            try (var whole = RawClient.connect(gateway.port()).send(GET)) {
                length = whole.readHead().length() + 20;
            }
            for (int offset = 0; offset <= length; offset++) {
                for (int way = 0; way < WAYS; way++) {
                    var client = RawClient.connect(gateway.port()).send(GET);
                    assertThat(client.input().readNBytes(offset)).hasSize(offset);
                    leave(client, way);
                }
            }
            assertNothingIsLeft(gateway);
        }
    }

    @Test
    void F21_atAnyByteOfAnUpgradeAndWhatFollows() throws Exception {
        try (var echo = new WebSocketEcho();
                var gateway = Setup.start(ServiceSpec.of("site", "127.0.0.1:" + echo.port()))) {
            String all = UPGRADE + FRAME;
            for (int offset = 0; offset <= all.length(); offset += offset < UPGRADE.length() - 2 ? 7 : 1) {
                for (int way = 0; way < WAYS; way++) {
                    var client = RawClient.connect(gateway.port());
                    client.send(all.substring(0, Math.min(offset, UPGRADE.length())));
                    if (offset >= UPGRADE.length()) {
                        assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
                        client.send(all.substring(UPGRADE.length(), offset).getBytes(ISO_8859_1));
                    }
                    if (way == 1 && offset >= UPGRADE.length()) {
                        client.close(); // the other end need not close its half
                    } else {
                        leave(client, way);
                    }
                }
            }
            assertNothingIsLeft(gateway);
        }
    }

    @Test
    void F21_atAnyByteOfTls() throws Exception {
        var pki = new Pki(directory);
        var secured = Setup.LISTENER.withTls(ServerTls.of(pki.certificate("a", "a.test")));
        try (var gateway = Setup.start(secured, Setup.site(backend))) {
            int all = throughTls(pki, gateway, Integer.MAX_VALUE);
            assertThat(all).isBetween(300, 3_000);
            for (int offset = 0; offset <= all; offset += all / 12) {
                throughTls(pki, gateway, offset);
            }
            assertNothingIsLeft(gateway);
            assertThat(throughTls(pki, gateway, Integer.MAX_VALUE)).isPositive();
        }
    }

    /** Sends a request by TLS, but no more than so many bytes of the connection; tells how many it were. */
    private static int throughTls(Pki pki, Gateway gateway, int most) throws IOException {
        var cut = new CutSocket(gateway.port(), most);
        try (var socket =
                (SSLSocket) pki.client(null).getSocketFactory().createSocket(cut, "a.test", gateway.port(), true)) {
            socket.setSoTimeout((int) Setup.GENEROUS.toMillis());
            socket.getOutputStream().write(GET.getBytes(ISO_8859_1));
            assertThat(RawClient.over(socket).read().status()).isEqualTo(200);
        } catch (IOException e) {
            assertThat(cut.left).as(e.toString()).isZero();
        } finally {
            cut.close();
        }
        return most - cut.left;
    }

    /** A connection that is reset after so many bytes. */
    private static final class CutSocket extends Socket {
        private int left;

        CutSocket(int port, int most) throws IOException {
            super(InetAddress.getLoopbackAddress(), port);
            left = most;
        }

        @Override
        public OutputStream getOutputStream() throws IOException {
            return new FilterOutputStream(super.getOutputStream()) {
                @Override
                public void write(byte[] bytes, int from, int count) throws IOException {
                    int sent = Math.min(left, count);
                    out.write(bytes, from, sent);
                    left -= sent;
                    if (sent < count) {
                        setSoLinger(true, 0);
                        CutSocket.this.close();
                        throw new IOException("cut");
                    }
                }
            };
        }
    }
}
