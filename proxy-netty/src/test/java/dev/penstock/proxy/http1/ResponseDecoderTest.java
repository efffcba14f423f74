package dev.penstock.proxy.http1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testkit.SeededRandomness;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseDecoderTest {
    private final ResponseDecoder decoder = new ResponseDecoder(8 << 10, 64 << 10, 1_000, 4 << 10, 64);
    private final EmbeddedChannel channel = new EmbeddedChannel(decoder);

    @AfterEach
    void end() {
        channel.finishAndReleaseAll();
    }

    private void comes(String text) {
        channel.writeInbound(Unpooled.copiedBuffer(text, ISO_8859_1));
    }

    /** Heads by their status, bodies by their bytes, the end as a dot, what is wrong with an exclamation mark. */
    private List<String> told() {
        List<String> told = new ArrayList<>();
        for (Object message = channel.readInbound(); message != null; message = channel.readInbound()) {
            if (message instanceof ResponseMessage head) {
                told.add(String.valueOf(head.status()));
            } else if (message instanceof HttpContent content) {
                String text = content.content().toString(ISO_8859_1)
                        + (content.decoderResult().isFailure() ? "!" : content instanceof LastHttpContent ? "." : "");
                boolean goesOn = !told.isEmpty() && told.get(told.size() - 1).startsWith("body ");
                told.add((goesOn ? told.remove(told.size() - 1) : "body ") + text);
            } else {
                told.add(message == ResponseDecoder.UNASKED ? "unasked" : message + "!");
            }
            ReferenceCountUtil.release(message);
        }
        return told;
    }

    @Test
    void answerToNothing_isUnasked() {
        comes("HTTP/1.1 200 OK\r\n\r\n");

        assertThat(told()).containsExactly("unasked");
    }

    @Test
    void bytesAfterAnAnswer_areUnasked() {
        decoder.expect(false);
        comes("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
        assertThat(told()).containsExactly("200", "body hi.");
        decoder.expectNothing();

        comes("x");

        assertThat(told()).containsExactly("unasked");
    }

    @ParameterizedTest
    @CsvSource({"200, true", "204, false", "304, false", "304, true", "101, false"})
    void answerWithoutBody_isOverWithItsHead_whateverItSays(int status, boolean toHead) {
        decoder.expect(toHead);

        comes("HTTP/1.1 " + status + " X\r\nContent-Length: 5\r\n\r\n");

        assertThat(told()).containsExactly(String.valueOf(status), "body .");
    }

    @Test
    void interimAnswers_haveNoEnd_andTheFinalOneFollows() {
        decoder.expect(false);

        comes(
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 X\r\nLink: a\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");

        assertThat(told()).containsExactly("100", "103", "200", "body .");
    }

    @Test
    void endOfTheConnection_endsABodyWithoutALength() {
        decoder.expect(false);
        comes("HTTP/1.1 200 OK\r\n\r\nhel");
        comes("lo");

        channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        channel.finish();

        assertThat(told()).containsExactly("200", "body hello.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nA: b\r\n",
                "HTTP/1.1 200 OK\r\nContent-Le"
            })
    void endOfTheConnection_makesNoCutAnswerWhole(String answer) {
        decoder.expect(false);
        comes(answer);

        channel.finish();

        assertThat(told()).noneMatch(text -> text.endsWith("."));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 5\r\nContent-Length: 5",
                "Content-Length: 5, 5",
                "Content-Length: +5",
                "Content-Length: ",
                "Content-Length: 5\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: gzip, chunked",
                "Transfer-Encoding: identity",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
            })
    void framingThatIsToldTwoWays_isRefused_andNothingAfterItIsRead(String fields) {
        decoder.expect(false);

        comes("HTTP/1.1 200 OK\r\n" + fields + "\r\n\r\nhelloHTTP/1.1 200 OK\r\n\r\n");

        assertThat(told()).containsExactly("MALFORMED!");
    }

    @Test
    void tooManyNominatedFields_areRefused() {
        decoder.expect(false);
        comes("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: " + "a, ".repeat(32) + "\r\nConnection: "
                + "a,".repeat(30) + "a\r\n\r\n");
        assertThat(told()).containsExactly("200", "body .");

        decoder.expect(false);
        comes("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: " + "a, ".repeat(64) + "a\r\n\r\n");

        assertThat(told()).containsExactly("MALFORMED!");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3}) // seeds
    void answers_inAnyPieces_shutNowAndThen_comeOutTheSame(long seed) {
        var random = new SeededRandomness(seed);
        String text = String.join(
                "\r\n",
                "HTTP/1.1 103 X\r\n\r\nHTTP/1.1 200 OK",
                "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: v\r\n\r\n");
        for (int round = 0; round < 200; round++) {
            decoder.expect(false);
            for (int from = 0; from < text.length(); ) {
                int to = Math.min(text.length(), from + 1 + random.nextInt(40));
                if (random.nextInt(3) == 0) {
                    decoder.shut();
                }
                comes(text.substring(from, to));
                assertThat(decoder.isShut() || !decoder.holdsBytes() || to < text.length())
                        .isTrue();
                decoder.open();
                from = to;
            }
            assertThat(told()).as("round %d", round).containsExactly("103", "200", "body abcde.");
            decoder.expectNothing();
        }
        assertThat(held()).isZero();
    }

    @Test
    void heldBytes_countWhatIsNotDecodedYet() {
        decoder.expect(false);
        comes("HTTP/1.1 200");
        assertThat(held()).isGreaterThanOrEqualTo("HTTP/1.1 200".length());
        comes(" OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n");
        assertThat(held()).isZero();
        comes("Abc: d");
        assertThat(held()).isGreaterThanOrEqualTo("Abc: d".length());
        long inTrailers = held();
        decoder.shut();
        comes("\r\n\r\n");
        assertThat(held()).isEqualTo(inTrailers + "\r\n\r\n".length());
        decoder.open();
        assertThat(held()).isZero();
        assertThat(told()).containsExactly("200", "body .");
    }

    private long held() {
        return decoder.heldBytes(ByteBuf::readableBytes);
    }
}
