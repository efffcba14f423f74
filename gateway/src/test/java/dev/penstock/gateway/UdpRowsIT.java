package dev.penstock.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testkit.Eventually;
import dev.penstock.testkit.StubBackend;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
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

/** Datagrams that are passed on, by the packaged program as a process of its own. */
class UdpRowsIT {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();
    private static final int RESEND_MILLIS = 500;
    private static final StubBackend CONNECTIONS = StubBackend.start(connection -> {
        connection.send("by TCP");
        connection.readToEnd();
    });
    private static final List<DatagramSocket> BACKENDS = new ArrayList<>();
    private static Packaged program;
    private static int port;

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException {
        String a = echo("a");
        String b = echo("b");
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
                    .replace("A,", a + ",")
                    .replace("B]", b + "]")
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

    private static String echo(String name) throws IOException {
        var socket = new DatagramSocket(new InetSocketAddress(HERE, 0));
        BACKENDS.add(socket);
        var thread = new Thread(() -> {
            try {
                while (true) {
                    var packet = new DatagramPacket(new byte[2048], 2048);
                    socket.receive(packet);
                    byte[] answer = (name + text(packet)).getBytes(US_ASCII);
                    socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                }
            } catch (IOException e) {
                // closed
            }
        });
        thread.setDaemon(true);
        thread.start();
        return "127.0.0.1:" + socket.getLocalPort();
    }

    private static String text(DatagramPacket packet) {
        return new String(packet.getData(), 0, packet.getLength(), US_ASCII);
    }

    @AfterAll
    static void stop() {
        program.close();
        CONNECTIONS.close();
        BACKENDS.forEach(DatagramSocket::close);
    }

    /** Asks until there is an answer: datagrams may be lost. */
    private static String ask(DatagramSocket client, String question) {
        List<String> answers = new ArrayList<>();
        Eventually.eventually(Packaged.SOON, () -> {
            client.send(new DatagramPacket(question.getBytes(US_ASCII), question.length()));
            var packet = new DatagramPacket(new byte[2048], 2048);
            try {
                client.receive(packet);
            } catch (SocketTimeoutException e) {
                throw new AssertionError("no answer", e);
            }
            answers.add(text(packet));
        });
        return answers.get(0);
    }

    private static DatagramSocket client() throws IOException {
        var client = new DatagramSocket();
        client.connect(HERE, port);
        client.setSoTimeout(RESEND_MILLIS);
        return client;
    }

    @Test
    void T04_clientsAreSpread_andEachStaysWhereItIs() throws Exception {
        try (var first = client();
                var second = client()) {
            String one = ask(first, "1");
            String other = ask(second, "2");
            assertThat(List.of(one.charAt(0), other.charAt(0))).containsExactlyInAnyOrder('a', 'b');
            assertThat(ask(first, "3").charAt(0)).isEqualTo(one.charAt(0));
            assertThat(ask(second, "4").charAt(0)).isEqualTo(other.charAt(0));
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
