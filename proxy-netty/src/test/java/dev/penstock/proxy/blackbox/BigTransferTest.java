package dev.penstock.proxy.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testkit.BackendExchange;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.RawClient;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Bodies far larger than the memory of the gateway, which runs in a process of its own. */
class BigTransferTest {
    private static final int BLOCK = 1 << 18;
    private static final byte[] RANDOM = Setup.randomBytes(12, BLOCK);

    @Test
    void H12_64MebibytesEachWay_passThroughATinyHeap() throws Exception {
        upAndDown(64L << 20, "-Xmx24m", "-XX:MaxDirectMemorySize=16m");
    }

    @Test
    @Tag("slow")
    void H12_oneGibibyteEachWay_passesWithin128MebibytesOfHeap() throws Exception {
        upAndDown(1L << 30, "-Xmx128m", "-XX:MaxDirectMemorySize=64m");
    }

    private static void upAndDown(long size, String... options) throws Exception {
        try (var backend = EchoBackend.start("B1", BigTransferTest::answer);
                var gateway = GatewayProcess.start(backend.port(), options);
                var client = RawClient.connect(gateway.port())) {
            client.send("PUT /up HTTP/1.1\r\nHost: a\r\nContent-Length: " + size + "\r\n\r\n");
            String sent = send(size, client::send);
            assertThat(client.read().text()).isEqualTo(sent);

            client.send("GET /down?" + size + " HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.readHead()).contains("200", "Content-Length: " + size);
            assertThat(checksum(client.input(), size)).isEqualTo(sent);
        }
    }

    private static void answer(BackendExchange exchange) throws IOException {
        if (exchange.head().method().equals("PUT")) {
            String sum = checksum(exchange.body(), Long.MAX_VALUE);
            exchange.respond(200, sum.getBytes(StandardCharsets.US_ASCII));
            return;
        }
        long size = Long.parseLong(exchange.head().query().orElseThrow());
        exchange.send("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n");
        assertThat(send(size, exchange::send)).isNotEmpty();
    }

    /** Sends so many bytes, each block different from the one before. */
    private static String send(long size, Sender sender) throws IOException {
        var sum = new CRC32();
        byte[] block = RANDOM.clone();
        for (long left = size; left > 0; left -= BLOCK) {
            block[(int) (left / BLOCK % BLOCK)]++;
            sum.update(block);
            sender.send(block);
        }
        return size + " bytes, " + Long.toHexString(sum.getValue());
    }

    private static String checksum(InputStream in, long most) throws IOException {
        var sum = new CRC32();
        var buffer = new byte[BLOCK];
        long count = 0;
        while (count < most) {
            int read = in.read(buffer, 0, (int) Math.min(BLOCK, most - count));
            if (read < 0) {
                break;
            }
            sum.update(buffer, 0, read);
            count += read;
        }
        return count + " bytes, " + Long.toHexString(sum.getValue());
    }

    @FunctionalInterface
    private interface Sender {
        void send(byte[] bytes) throws IOException;
    }
}
