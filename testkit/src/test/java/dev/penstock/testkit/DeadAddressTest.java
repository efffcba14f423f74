package dev.penstock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.Test;

class DeadAddressTest {
    @Test
    void refusing_whenConnectedTo_refuses() {
        try (var dead = DeadAddress.refusing()) {
            assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), dead.port()).close())
                    .isInstanceOf(ConnectException.class);
        }
    }

    @Test
    void unanswering_whenConnectedTo_givesNoAnswer() throws Exception {
        try (var dead = DeadAddress.unanswering();
                var socket = new Socket()) {
            assertThat(dead.address()).isEqualTo("127.0.0.1:" + dead.port());
            assertThatThrownBy(() ->
                            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), dead.port()), 300))
                    .isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void run_ofAProgram_givesOutputAndStatus() {
        var run = RequiresTool.run("sh", "-c", "echo out; echo err >&2; exit 3");

        assertThat(run.status()).isEqualTo(3);
        assertThat(run.output()).contains("out", "err");
    }
}
