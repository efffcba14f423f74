package dev.penstock.benchmarks.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.benchmarks.proxy.AnswerReader.State;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** A sample is worth nothing where what came is no answer. */
final class AnswerReaderTest {
    private static final String ANSWER = "HTTP/1.1 200 OK\r\nServer: x\r\nCONTENT-Length: 5\r\n\r\nhello";

    private final AnswerReader reader = new AnswerReader();

    @Test
    void read_byteByByte_endsWithTheLastByteOfTheBody() {
        for (int turn = 0; turn < 2; turn++) { // a connection has many answers
            for (int i = 0; i < ANSWER.length() - 1; i++) {
                assertThat(reader.read(bytes(ANSWER.substring(i, i + 1)))).isEqualTo(State.PART);
            }
            assertThat(reader.read(bytes("o"))).isEqualTo(State.WHOLE);
        }
    }

    @Test
    void read_atOnce_isWhole() {
        ByteBuf answer = bytes(ANSWER);
        assertThat(reader.read(answer)).isEqualTo(State.WHOLE);
        assertThat(answer.isReadable()).isFalse();
    }

    @Test
    void read_anotherStatus_isBad() {
        assertThat(reader.read(bytes("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")))
                .isEqualTo(State.BAD);
    }

    @Test
    void read_noLength_isBad() {
        assertThat(reader.read(bytes("HTTP/1.1 200 OK\r\n\r\n"))).isEqualTo(State.BAD);
    }

    @Test
    void accept_ofTheKeyInRfc6455_isAsThere() {
        assertThat(WebSocketEcho.accept("dGhlIHNhbXBsZSBub25jZQ==")).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
    }
}
