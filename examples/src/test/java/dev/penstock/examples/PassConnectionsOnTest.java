package dev.penstock.examples;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;

class PassConnectionsOnTest {
    @Test
    void start_passesBytesBothWays() throws Exception {
        try (var server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                var gateway = PassConnectionsOn.start("127.0.0.1:0", "127.0.0.1:" + server.getLocalPort());
                var client = new Socket(InetAddress.getLoopbackAddress(), gateway.port());
                var accepted = server.accept()) {
            client.getOutputStream().write("ask".getBytes(US_ASCII));
            assertThat(accepted.getInputStream().readNBytes(3)).isEqualTo("ask".getBytes(US_ASCII));
            accepted.getOutputStream().write("answer".getBytes(US_ASCII));
            assertThat(client.getInputStream().readNBytes(6)).isEqualTo("answer".getBytes(US_ASCII));
        }
    }
}
