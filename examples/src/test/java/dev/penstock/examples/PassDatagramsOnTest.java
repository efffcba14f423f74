package dev.penstock.examples;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class PassDatagramsOnTest {
    private static final int SOON_MILLIS = 30_000;

    @Test
    void start_passesDatagramsBothWays() throws Exception {
        InetAddress here = InetAddress.getLoopbackAddress();
        try (var server = new DatagramSocket(new InetSocketAddress(here, 0));
                var gateway = PassDatagramsOn.start("127.0.0.1:0", "127.0.0.1:" + server.getLocalPort());
                var client = new DatagramSocket()) {
            server.setSoTimeout(SOON_MILLIS);
            client.setSoTimeout(SOON_MILLIS);
            client.connect(here, gateway.port());
            client.send(new DatagramPacket("ask".getBytes(US_ASCII), 3));
            var asked = new DatagramPacket(new byte[10], 10);
            server.receive(asked);
            assertThat(text(asked)).isEqualTo("ask");
            server.send(new DatagramPacket("answer".getBytes(US_ASCII), 6, asked.getSocketAddress()));
            var answer = new DatagramPacket(new byte[10], 10);
            client.receive(answer);
            assertThat(text(answer)).isEqualTo("answer");
        }
    }

    private static String text(DatagramPacket packet) {
        return new String(packet.getData(), 0, packet.getLength(), US_ASCII);
    }
}
