package dev.penstock.gateway;

import static dev.penstock.testkit.Eventually.eventually;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testkit.DeadAddress;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.StubBackend;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections that are passed on, by the packaged program as a process of its own. */
class TcpRowsIT {
    private static final StubBackend ALIVE = greeting();
    private static final StubBackend HEAVY = greeting();
    private static final StubBackend LIGHT = greeting();
    private static final EchoBackend CHECKED = EchoBackend.start("checked");
    private static final DeadAddress DEAD = DeadAddress.refusing();
    private static final int SILENCE_MILLIS = 500;
    private static Packaged program;

    private static StubBackend greeting() {
        return StubBackend.start(connection -> {
            connection.send("hello");
            connection.readToEnd();
        });
    }

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("tcp.yaml"), """
                listeners:
                  - {address: 127.0.0.1:0, name: one, tcp: good}
                  - {address: 127.0.0.1:0, name: two, tcp: {service: mixed, idle: 500ms}}
                  - {address: 127.0.0.1:0, name: none, tcp: down}
                  - {address: 127.0.0.1:0, name: shares, tcp: shares}
                  - {address: 127.0.0.1:0, name: narrow, tcp: narrow}
                  - {address: 127.0.0.1:0, name: small, tcp: small}
                  - {address: 127.0.0.1:0, name: checked, tcp: checked}
                admin: off
                drain: 0s
                services:
                  good: {endpoints: ALIVE}
                  mixed: {endpoints: [DEAD, ALIVE], balancer: first}
                  down: {endpoints: DEAD}
                  shares:
                    balancer: least_requests
                    endpoints: [{address: HEAVY, weight: 750}, {address: LIGHT, weight: 250}]
                  narrow: {endpoints: ALIVE, limits: {perEndpoint: 2}}
                  small: {endpoints: ALIVE, limits: {requests: 10}}
                  checked:
                    endpoints: [CHECKED, {address: ALIVE, priority: 1}]
                    health: {check: {kind: tcp, interval: 200ms}}
                """.replace("ALIVE", ALIVE.address())
                .replace("HEAVY", HEAVY.address())
                .replace("LIGHT", LIGHT.address())
                .replace("CHECKED", CHECKED.address())
                .replace("DEAD", DEAD.address()));
        program = Packaged.start("run", "-f", file.toString());
    }

    @AfterAll
    static void stop() {
        program.close();
        ALIVE.close();
        HEAVY.close();
        LIGHT.close();
        CHECKED.close();
        DEAD.close();
    }

    private static Socket connect(String listener) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), program.port(listener + " tcp://127.0.0.1:"));
        socket.setSoTimeout((int) Packaged.SOON.toMillis());
        return socket;
    }

    private static String read(Socket socket, int bytes) throws IOException {
        return new String(socket.getInputStream().readNBytes(bytes), US_ASCII);
    }

    @Test
    void T01_connection_reachesItsService() throws Exception {
        try (var socket = connect("one")) {
            assertThat(read(socket, 5)).isEqualTo("hello");
        }
    }

    @Test
    void T02_deadEndpoint_isPassedOver_andWithoutAnotherTheConnectionIsClosed() throws Exception {
        try (var mixed = connect("two");
                var down = connect("none")) {
            assertThat(read(mixed, 5)).isEqualTo("hello");
            assertThat(down.getInputStream().read()).isNegative();
        }
    }

    @Test
    void T03_silentConnection_isClosed() throws Exception {
        try (var socket = connect("two")) {
            assertThat(socket.getInputStream().readAllBytes()).isEqualTo("hello".getBytes(US_ASCII));
        }
    }

    private static void closeAll(List<Socket> sockets) throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private static boolean isSilent(Socket socket) throws IOException {
        socket.setSoTimeout(SILENCE_MILLIS);
        try {
            socket.getInputStream().read();
            return false;
        } catch (SocketTimeoutException e) {
            return true;
        } finally {
            socket.setSoTimeout((int) Packaged.SOON.toMillis());
        }
    }

    @Test
    void B07_weightedLeastRequests_keepsTheShares_ofManyConnections() throws Exception {
        int connections = 400;
        List<Socket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < connections; i++) {
                sockets.add(connect("shares"));
                assertThat(read(sockets.get(i), 5)).isEqualTo("hello");
            }
            assertThat(HEAVY.openConnections()).isBetween(290, 310);
            assertThat(LIGHT.openConnections()).isBetween(90, 110);
        } finally {
            closeAll(sockets);
        }
    }

    @Test
    void F12_tcpCheck_takesTheEndpointOutUntilItAcceptsAgain() throws Exception {
        eventually(Packaged.SOON, () -> assertThat(isGreeted("checked")).isFalse()); // it waits for a request
        CHECKED.refuse();
        eventually(Packaged.SOON, () -> assertThat(isGreeted("checked")).isTrue());
        CHECKED.accept();
        eventually(Packaged.SOON, () -> assertThat(isGreeted("checked")).isFalse());
    }

    private static boolean isGreeted(String listener) throws IOException {
        try (var socket = connect(listener)) {
            return !isSilent(socket);
        }
    }

    @Test
    void F17_moreThanAnEndpointTakes_waitForTheirTurn() throws Exception {
        List<Socket> served = new ArrayList<>();
        List<Socket> waiting = new ArrayList<>();
        try {
            for (int i = 0; i < 5; i++) {
                waiting.add(connect("narrow"));
            }
            for (int i = 0; i < 5; i++) {
                served.add(greeted(waiting));
                if (i > 0) {
                    assertThat(areSilent(waiting)).isTrue(); // no more than two at once
                    served.get(i - 1).close();
                }
            }
        } finally {
            closeAll(served);
            closeAll(waiting);
        }
    }

    /** The one that hears something first; it does not wait any more. */
    private static Socket greeted(List<Socket> waiting) {
        List<Socket> heard = new ArrayList<>();
        eventually(Packaged.SOON, () -> {
            for (Socket socket : waiting) {
                if (heard.isEmpty() && socket.getInputStream().available() > 0) {
                    heard.add(socket);
                }
            }
            assertThat(heard).isNotEmpty();
        });
        waiting.remove(heard.get(0));
        return heard.get(0);
    }

    private static boolean areSilent(List<Socket> sockets) throws IOException {
        for (Socket socket : sockets) {
            if (!isSilent(socket)) {
                return false;
            }
        }
        return true;
    }

    @Test
    void F18_moreThanTheServiceTakes_wait_andOtherServicesDoNotNotice() throws Exception {
        List<Socket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < 10; i++) {
                sockets.add(connect("small"));
                assertThat(read(sockets.get(i), 5)).isEqualTo("hello");
            }
            sockets.add(connect("small"));
            assertThat(isSilent(sockets.get(10))).isTrue();
            try (var other = connect("one")) {
                assertThat(read(other, 5)).isEqualTo("hello");
            }
            sockets.get(0).close();
            assertThat(read(sockets.get(10), 5)).isEqualTo("hello");
        } finally {
            closeAll(sockets);
        }
    }
}
