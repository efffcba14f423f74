package dev.penstock.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/** Ports for listeners that are told their port beforehand. */
final class FreePorts {
    private static final AtomicInteger NEXT = new AtomicInteger(
            // Several runs at a time do not meet, not even those with numbers in a row.
            21_000 + (int) (ProcessHandle.current().pid() % 90) * 100);

    private FreePorts() {}

    /** A free one below those that the system gives to whoever asks for any, so that nobody takes it meanwhile. */
    static int next() {
        while (true) {
            int port = NEXT.getAndIncrement();
            try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException e) {
                assertThat(port).as("a free port: %s", e).isLessThan(32_000);
            }
        }
    }
}
