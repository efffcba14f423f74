package dev.penstock.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testkit.StubBackend;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Datagrams that are passed on, by the packaged program as a process of its own. */
class UdpRowsIT {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();
    private static final StubBackend CONNECTIONS = StubBackend.start(connection -> {
        connection.send("by TCP");
        connection.readToEnd();
    });
    private static final DatagramBackend A = DatagramBackend.start("a");
    private static final DatagramBackend B = DatagramBackend.start("b");
    private static Packaged program;
    private static int port;

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException {
        for (int attempt = 1; ; attempt++) {
            port = freePort();
            Path file = Files.writeString(directory.resolve("udp.yaml"), """
                    listeners:
                      - {address: 127.0.0.1:PORT, name: flows, udp: {service: both, idle: 20s}}
                      - {address: 127.0.0.1:PORT, name: connections, tcp: other}
                    admin: off
                    drain: 0s
                    services:
                      both: {endpoints: [A, B], balancer: round_robin}
                      other: {endpoints: OTHER}
                    """.replace("PORT", String.valueOf(port))
                    .replace("A,", A.address() + ",")
                    .replace("B]", B.address() + "]")
                    .replace("OTHER", CONNECTIONS.address()));
            program = Packaged.start("run", "-f", file.toString());
            try {
                program.port("flows udp://127.0.0.1:");
                return;
            } catch (AssertionError e) {
                program.close();
                if (attempt == 5) {
                    throw e; // not because another program took the port meanwhile
                }
            }
        }
    }

    /** Free for UDP; by chance also for TCP. */
    private static int freePort() throws IOException {
        try (var probe = new DatagramSocket(new InetSocketAddress(HERE, 0))) {
            return probe.getLocalPort();
        }
    }

    @AfterAll
    static void stop() {
        program.close();
        CONNECTIONS.close();
        A.close();
        B.close();
    }

    @Test
    void T04_clientsAreSpread_andEachStaysWhereItIs() throws Exception {
        try (var first = DatagramBackend.client(port);
                var second = DatagramBackend.client(port)) {
            String one = DatagramBackend.ask(first, "1");
            String other = DatagramBackend.ask(second, "2");
            assertThat(List.of(one.charAt(0), other.charAt(0))).containsExactlyInAnyOrder('a', 'b');
            assertThat(DatagramBackend.ask(first, "3").charAt(0)).isEqualTo(one.charAt(0));
            assertThat(DatagramBackend.ask(second, "4").charAt(0)).isEqualTo(other.charAt(0));
        }
    }

    @Test
    void T05_thePortOfTcpBesideIt_hasItsOwnService() throws Exception {
        try (var socket = new Socket(HERE, port)) {
            socket.setSoTimeout((int) Packaged.SOON.toMillis());
            assertThat(new String(socket.getInputStream().readNBytes(6), US_ASCII))
                    .isEqualTo("by TCP");
        }
    }
}
