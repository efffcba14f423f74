package dev.penstock.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testkit.DeadAddress;
import dev.penstock.testkit.StubBackend;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections that are passed on, by the packaged program as a process of its own. */
class TcpRowsIT {
    private static final StubBackend ALIVE = StubBackend.start(connection -> {
        connection.send("hello");
        connection.readToEnd();
    });
    private static final DeadAddress DEAD = DeadAddress.refusing();
    private static Packaged program;

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("tcp.yaml"), """
                listeners:
                  - {address: 127.0.0.1:0, name: one, tcp: good}
                  - {address: 127.0.0.1:0, name: two, tcp: {service: mixed, idle: 500ms}}
                  - {address: 127.0.0.1:0, name: none, tcp: down}
                admin: off
                drain: 0s
                services:
                  good: {endpoints: ALIVE}
                  mixed: {endpoints: [DEAD, ALIVE], balancer: first}
                  down: {endpoints: DEAD}
                """.replace("ALIVE", ALIVE.address())
                .replace("DEAD", DEAD.address()));
        program = Packaged.start("run", "-f", file.toString());
    }

    @AfterAll
    static void stop() {
        program.close();
        ALIVE.close();
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
}
