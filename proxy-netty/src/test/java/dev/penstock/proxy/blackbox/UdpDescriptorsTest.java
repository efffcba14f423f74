package dev.penstock.proxy.blackbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testkit.Eventually;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Flows of datagrams in a process that may not open more files and sockets: the listener goes on, and it recovers. */
@EnabledOnOs(OS.LINUX)
class UdpDescriptorsTest {
    private static final int MOST = 400;
    private static final int RESEND_MILLIS = 500;

    private final UdpBackend backend = UdpBackend.named("answer ");
    private final List<DatagramSocket> clients = new ArrayList<>();

    @AfterEach
    void close() {
        clients.forEach(DatagramSocket::close);
        backend.close();
    }

    private DatagramSocket client(GatewayProcess gateway) throws IOException {
        var socket = new DatagramSocket();
        clients.add(socket);
        socket.connect(InetAddress.getLoopbackAddress(), gateway.port());
        socket.setSoTimeout(RESEND_MILLIS);
        return socket;
    }

    /** Asks until there is an answer to this question: datagrams may be lost. */
    private static void eventuallyAnswered(DatagramSocket client, String question) {
        Eventually.eventually(Setup.GENEROUS, () -> {
            client.send(new DatagramPacket(question.getBytes(ISO_8859_1), question.length()));
            var packet = new DatagramPacket(new byte[100], 100);
            try {
                client.receive(packet);
            } catch (SocketTimeoutException e) {
                throw new AssertionError("no answer", e);
            }
            assertThat(new String(packet.getData(), 0, packet.getLength(), ISO_8859_1))
                    .isEqualTo("answer " + question);
        });
    }

    @Test
    void T04_moreFlowsThanDescriptors_theOnesThatWereSilentForTheLongestMakeWay_andAreCounted() throws Exception {
        try (var gateway = GatewayProcess.startWithDescriptors(MOST, backend.port(), "-Dudp=true")) {
            for (int i = 0; i < 2 * MOST; i++) {
                eventuallyAnswered(client(gateway), "first " + i);
            }
            assertThat(gateway.refused().get("idle")).isGreaterThanOrEqualTo(MOST);
            eventuallyAnswered(clients.get(0), "again"); // it made way, and begins another
        }
    }
}
