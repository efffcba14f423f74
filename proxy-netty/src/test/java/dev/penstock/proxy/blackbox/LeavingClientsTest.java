package dev.penstock.proxy.blackbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.catalog.ServiceSpec;
import dev.penstock.proxy.Gateway;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.Eventually;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.Responder;
import dev.penstock.testkit.StubBackend;
import dev.penstock.testkit.StubConnection;
import dev.penstock.tls.ServerTls;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.SplittableRandom;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that leave at any byte, by a close, a half-close or a reset: leases, connections and buffers are back at zero. */
class LeavingClientsTest {
    private static final int WAYS = 3;
    private static final int WHOLE = Integer.MAX_VALUE;
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
            for (int offset = 0; offset <= all.length(); offset++) {
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

    /** {@code -Dpenstock.aborts=N} has more of them. */
    @Test
    void F21_H11_manyUpgradesThatAreGivenUp_leaveNothing_andNoConnectionForOthers() throws Exception {
        int aborts = Integer.getInteger("penstock.aborts", 2_000);
        try (var stub = StubBackend.start(LeavingClientsTest::switchInItsTime);
                var gateway = Setup.builder(Setup.LISTENER, patient(ServiceSpec.of("site", stub.address())))
                        .threads(2)
                        .start()) {
            Concurrently.run(4, thread -> {
                        var random = new SplittableRandom(thread); // the seed
                        for (int i = 0; i < aborts / 4; i++) {
                            abort(RawClient.connect(gateway.port()), random);
                        }
                    })
                    .join();

            assertNothingIsLeft(gateway);
            Eventually.eventually(
                    Setup.GENEROUS, () -> assertThat(stub.openConnections()).isZero()); // so none is kept for others
            assertThat(stub.connections()).isGreaterThan(aborts / 2);
            int connections = stub.connections();
            for (int i = 0; i < 4; i++) {
                assertThat(Setup.statusOfNewConnection(gateway)).isEqualTo(200);
            }
            assertThat(stub.connections()).isGreaterThan(connections);
        }
    }

    /** A client that has only closed its half is waited for: an answer that never comes has to end well before a test does. */
    private static ServiceSpec patient(ServiceSpec site) {
        return site.withTimeouts(site.timeouts().withResponse(Setup.GENEROUS.dividedBy(3)));
    }

    /** Answers an upgrade at once, a little later, in two pieces, or never; anything else as asked. */
    private static void switchInItsTime(StubConnection connection) throws IOException {
        String head = connection.readHead();
        while (!head.contains("Upgrade: websocket")) {
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            head = connection.readHead();
        }
        int way = Integer.parseInt(head.replaceAll("(?s)GET /(\\d+) .*", "$1"));
        if (way == 0) {
            connection.readToEnd(); // the client has left while this one thinks
            return;
        }
        for (int i = 0; i < way * 20_000; i++) {
            Thread.onSpinWait();
        }
        connection.send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n");
        connection.send("Upgrade: websocket\r\n\r\n" + FRAME);
        connection.readToEnd();
    }

    private static void abort(RawClient client, SplittableRandom random) throws IOException {
        int answer = random.nextInt(4); // see the endpoint
        String upgrade = UPGRADE.replace("GET /", "GET /" + answer);
        int moment = random.nextInt(5);
        if (moment == 0) {
            client.send(upgrade.substring(0, random.nextInt(upgrade.length())));
        } else {
            client.send(upgrade);
        }
        if (moment == 2 && answer > 0) {
            client.input().read(); // within its head
        } else if (moment >= 3 && answer > 0) {
            assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
        }
        if (moment == 4) {
            client.send(FRAME.getBytes(ISO_8859_1)); // without an answer it is early, and nobody's
        }
        if (random.nextBoolean()) {
            client.reset();
        } else {
            client.close();
        }
    }

    /** Of all bytes of the connection, those of the handshake too, in either direction. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4}) // seeds
    void F21_atAnyByteOfTls(long seed) throws Exception {
        var random = new SplittableRandom(seed);
        var pki = new Pki(directory);
        var secured = Setup.LISTENER.withTls(ServerTls.of(pki.certificate("a", "a.test")));
        backend.answer(Responder.fixed(200, "a".repeat(20_000)));
        try (var gateway = Setup.start(secured, Setup.site(backend))) {
            SSLContext client = pki.client(null);
            CutSocket whole = throughTls(client, new CutSocket(gateway.port(), WHOLE, WHOLE, 0));
            int sent = whole.sent();
            int all = sent + whole.read();
            assertThat(sent).isBetween(300, 3_000);
            assertThat(all).isGreaterThan(40_000);
            for (int i = 0; i < 30; i++) {
                // Half of them while the client speaks, which is the smaller part.
                int offset = random.nextBoolean() ? random.nextInt(sent) : random.nextInt(all);
                int way = random.nextInt(WAYS);
                throughTls(
                        client,
                        offset < sent
                                ? new CutSocket(gateway.port(), offset, WHOLE, way)
                                : new CutSocket(gateway.port(), WHOLE, offset - sent, way));
            }
            assertNothingIsLeft(gateway);
            throughTls(client, new CutSocket(gateway.port(), WHOLE, WHOLE, 0));
        }
    }

    /** Sends two requests by TLS, as far as the connection lets it. */
    private static CutSocket throughTls(SSLContext client, CutSocket cut) throws IOException {
        try (var socket = (SSLSocket) client.getSocketFactory().createSocket(cut, "a.test", cut.getPort(), true)) {
            socket.setSoTimeout((int) Setup.GENEROUS.toMillis());
            var http = RawClient.over(socket);
            socket.getOutputStream().write(KEPT_ALIVE.getBytes(ISO_8859_1));
            for (int i = 0; i < 2; i++) {
                assertThat(http.read().body()).hasSize(20_000);
            }
            assertThat(cut.isCut()).isFalse();
        } catch (IOException e) {
            assertThat(cut.isCut()).as(e.toString()).isTrue();
        } finally {
            cut.close();
        }
        return cut;
    }

    /** A connection that ends after so many bytes, sent or read: by a reset, a half-close or a close. */
    private static final class CutSocket extends Socket {
        private final int mostSent;
        private final int mostRead;
        private final int way;
        private int sent;
        private int read;
        private boolean cut;

        CutSocket(int port, int mostSent, int mostRead, int way) throws IOException {
            super(InetAddress.getLoopbackAddress(), port);
            this.mostSent = mostSent;
            this.mostRead = mostRead;
            this.way = way;
        }

        int sent() {
            return sent;
        }

        int read() {
            return read;
        }

        boolean isCut() {
            return cut;
        }

        private IOException leave() throws IOException {
            if (!cut) {
                cut = true;
                setSoLinger(way == 0, 0);
                if (way == 1) {
                    shutdownOutput();
                } else {
                    close();
                }
            }
            return new IOException("cut");
        }

        @Override
        public OutputStream getOutputStream() throws IOException {
            return new FilterOutputStream(super.getOutputStream()) {
                @Override
                public void write(byte[] bytes, int from, int count) throws IOException {
                    int now = cut ? 0 : Math.min(mostSent - sent, count);
                    out.write(bytes, from, now);
                    sent += now;
                    if (now < count) {
                        throw leave();
                    }
                }
            };
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return new FilterInputStream(super.getInputStream()) {
                @Override
                public int read(byte[] bytes, int from, int count) throws IOException {
                    if (cut || read == mostRead) {
                        throw leave();
                    }
                    int now = in.read(bytes, from, Math.min(mostRead - read, count));
                    read += Math.max(0, now);
                    return now;
                }
            };
        }
    }
}
