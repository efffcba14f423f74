package dev.penstock.gateway;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testkit.StubBackend;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Services that registrator keeps in a real etcd, at their own ports of the packaged program. */
@Timeout(180)
class RegistratorPortsIT {
    private static final StubBackend A = RegistratorPorts.backend("a");
    private static final StubBackend B = RegistratorPorts.backend("b");
    private static RegistratorPorts keys;
    private static Packaged program;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        keys = new RegistratorPorts(folder);
        Path file = Files.writeString(folder.resolve("ports.yaml"), """
                catalogs:
                  - {from: "FIRST"}
                  - {from: "SECOND"}
                listeners: ["127.0.0.1:0"]
                admin: off
                drain: 0s
                """.replace("FIRST", keys.catalog("services"))
                .replace("SECOND", keys.catalog("others")));
        program = Packaged.start("run", "-f", file.toString());
    }

    @AfterAll
    static void stop() {
        program.close();
        keys.close();
        A.close();
        B.close();
    }

    private static void awaitHeard(int port, String what) {
        eventually(
                Packaged.SOON,
                () -> assertThat(RegistratorPorts.hear(port)).as(program.err()).isEqualTo(what));
    }

    @Test
    void T07_E01_E04_portOfAService_isOpened_followed_andClosed() throws Exception {
        int inside = FreePorts.next();
        int named = FreePorts.next();
        keys.put("services/follow/h1:follow.0:" + inside, A.address());
        awaitHeard(inside, "a");
        keys.put("services/named@" + named + "/h1:named.0:80", B.address());
        awaitHeard(named, "b");
        keys.put("services/follow/h1:follow.0:" + inside, B.address());
        awaitHeard(inside, "b");
        keys.delete("services/follow/h1:follow.0:" + inside);
        awaitHeard(inside, "closed");
        assertThat(RegistratorPorts.hear(named)).isEqualTo("b");
        try (var mine = new ServerSocket(inside, 1, InetAddress.getLoopbackAddress())) {
            assertThat(mine.isBound()).isTrue();
        }
    }

    @Test
    void T07_portThatSomebodyElseHas_isReported_andOpenedOnceItIsFree() throws Exception {
        int other = FreePorts.next();
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            keys.put("services/taken/h1:taken.0:" + port, A.address());
            eventually(Packaged.SOON, () -> assertThat(program.err()).contains("127.0.0.1:" + port));
            keys.put("services/other/h1:other.0:" + other, B.address());
            awaitHeard(other, "b");
            taken.close();
            awaitHeard(port, "a");
        }
    }

    @Test
    void E03_E08_portOfTwo_isThatOfTheFirst_andOfTheOtherOnceThatGoes() throws Exception {
        int port = FreePorts.next();
        keys.put("others/late/h1:late.0:" + port, B.address());
        awaitHeard(port, "b");
        keys.put("services/early/h1:early.0:" + port, A.address());
        awaitHeard(port, "a");
        keys.put("services/earlier/h1:earlier.0:" + port, B.address());
        awaitHeard(port, "b"); // of one catalog the first by name
        keys.delete("services/earlier/h1:earlier.0:" + port);
        awaitHeard(port, "a");
        keys.delete("services/early/h1:early.0:" + port);
        awaitHeard(port, "b");
        keys.delete("others/late/h1:late.0:" + port);
        awaitHeard(port, "closed");
    }

    @Test
    void E02_portOfUdp_isOpened() throws Exception {
        var here = InetAddress.getLoopbackAddress();
        try (var backend = new DatagramSocket(new InetSocketAddress(here, 0));
                var client = new DatagramSocket(new InetSocketAddress(here, 0))) {
            int port = FreePorts.next();
            keys.put("services/dns/h1:dns.0:" + port + ":udp", "127.0.0.1:" + backend.getLocalPort());
            byte[] question = "question".getBytes(StandardCharsets.US_ASCII);
            var heard = new DatagramPacket(new byte[100], 100);
            backend.setSoTimeout(200);
            eventually(Packaged.SOON, () -> {
                client.send(new DatagramPacket(question, question.length, here, port));
                try {
                    backend.receive(heard);
                } catch (SocketTimeoutException e) {
                    throw new AssertionError(program.err(), e);
                }
            });
            assertThat(heard.getLength()).isEqualTo(question.length);
            backend.send(new DatagramPacket(question, question.length, heard.getSocketAddress()));
            client.setSoTimeout((int) Packaged.SOON.toMillis());
            client.receive(heard);
            assertThat(heard.getPort()).isEqualTo(port);
        }
    }
}
