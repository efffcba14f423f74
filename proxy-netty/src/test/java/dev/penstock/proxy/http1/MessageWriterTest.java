package dev.penstock.proxy.http1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.penstock.testkit.SeededRandomness;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageWriterTest {
    private final MessageWriter writer = new MessageWriter();
    private final StringBuilder written = new StringBuilder();

    private void take(ByteBuf bytes) {
        written.append(bytes.toString(ISO_8859_1));
        bytes.release();
        assertThat(bytes.refCnt()).isZero();
    }

    private String written(HttpContent... contents) {
        for (HttpContent content : contents) {
            writer.content(content, UnpooledByteBufAllocator.DEFAULT, this::take);
        }
        String text = written.toString();
        written.setLength(0);
        return text;
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, ISO_8859_1);
    }

    @Test
    void heads_areWrittenWithTheirFieldsAsTheyAreNow() {
        var request = Heads.request("GET", "/a?b", "HTTP/1.0", "Host", "a", "X", "1", "Y", "2");
        request.fields().remove("x");
        request.fields().add(FieldName.VIA, "1.1 v");
        take(writer.head(request, UnpooledByteBufAllocator.DEFAULT));
        assertThat(written()).isEqualTo("GET /a?b HTTP/1.1\r\nHost: a\r\nY: 2\r\nVia: 1.1 v\r\n\r\n");

        var answer = ResponseMessage.of(404, "Not Found");
        take(writer.head(answer, UnpooledByteBufAllocator.DEFAULT));
        assertThat(written()).isEqualTo("HTTP/1.1 404 Not Found\r\n\r\n");
    }

    @ParameterizedTest
    @CsvSource({
        "GET / HTTP/1.1, GET / HTTP/1.1",
        "GET / HTTP/1.0, GET / HTTP/1.1",
        "^POST /a?b=c HTTP/1.1, POST /a?b=c HTTP/1.1",
        "M-SEARCH http://a/ HTTP/1.1, M-SEARCH http://a/ HTTP/1.1"
    })
    void firstLineOfARequest_thatCameInPieces_isWrittenForThisVersion(String came, String isWritten) {
        String head = came.replace("^", "\r\n") + "\r\nHost: a\r\nX:1\r\n\r\n"; // an empty line may come before it
        for (int piece = 1; piece <= head.length(); piece++) {
            var reader = new RequestReader(200, 400, 10, 64);
            for (int at = 0; at < head.length(); at += piece) {
                reader.read(bytes(head.substring(at, Math.min(head.length(), at + piece))));
            }
            assertThat(reader.fault()).isNull();
            var request = new RequestMessage(
                    reader.method(), reader.target(), reader.isHttp10(), reader.fields(), Framing.NONE);
            take(writer.head(request, UnpooledByteBufAllocator.DEFAULT));
            assertThat(written()).isEqualTo(isWritten + "\r\nHost: a\r\nX: 1\r\n\r\n");
            request.target("/other");
            request.fields().remove("Host");
            take(writer.head(request, UnpooledByteBufAllocator.DEFAULT));
            assertThat(written()).isEqualTo(request.method() + " /other HTTP/1.1\r\nX: 1\r\n\r\n");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP/1.1 200 OK, HTTP/1.1 200 OK",
        "HTTP/1.0 404 Not Found, HTTP/1.1 404 Not Found",
        "HTTP/1.1 500_, HTTP/1.1 500_",
        "HTTP/1.1 304, HTTP/1.1 304_"
    })
    void firstLineOfAnAnswer_thatCameInPieces_isWrittenForThisVersion(String came, String isWritten) {
        String head = came.replace('_', ' ') + "\r\nServer: a\r\nX: 1\r\n\r\n";
        for (int piece = 1; piece <= head.length(); piece++) {
            var reader = new ResponseReader(200, 400, 10, 64);
            for (int at = 0; at < head.length(); at += piece) {
                reader.read(bytes(head.substring(at, Math.min(head.length(), at + piece))));
            }
            assertThat(reader.fault()).isNull();
            var answer = new ResponseMessage(
                    reader.status(), reader.reason(), reader.isHttp10(), reader.fields(), Framing.NONE);
            answer.fields().remove("Server");
            take(writer.head(answer, UnpooledByteBufAllocator.DEFAULT));
            assertThat(written()).isEqualTo(isWritten.replace('_', ' ') + "\r\nX: 1\r\n\r\n");
        }
    }

    @Test
    void bodyWithALength_isWrittenAsItIs() {
        writer.chunked(false);

        assertThat(written(
                        new DefaultHttpContent(bytes("a")),
                        new DefaultHttpContent(bytes("")),
                        new DefaultLastHttpContent(bytes("b"))))
                .isEqualTo("ab");
        assertThat(written(LastHttpContent.EMPTY_LAST_CONTENT)).isEmpty();
    }

    @Test
    void emptyPiece_isNoChunk() {
        writer.chunked(true);

        assertThat(written(new DefaultHttpContent(bytes("")), LastHttpContent.EMPTY_LAST_CONTENT))
                .isEqualTo("0\r\n\r\n");
    }

    @Test
    void trailers_followTheLastChunk() {
        writer.chunked(true);
        var last = new TrailedContent(bytes("end"), Heads.fields("A", "b", "C", "d"));

        assertThat(written(last)).isEqualTo("3\r\nend\r\n0\r\nA: b\r\nC: d\r\n\r\n");
    }

    @ParameterizedTest
    @CsvSource({"false,600,1", "true,100,1", "true,600,3"})
    void bytes_areReleasedOnce_wherePassingThemOnFails(boolean chunked, int length, int buffers) {
        for (int failing = 1; failing <= buffers; failing++) {
            var passedOn = new ArrayList<ByteBuf>();
            var whole = bytes("x".repeat(length));
            int last = failing;
            writer.chunked(chunked);

            assertThatIllegalStateException()
                    .isThrownBy(() -> writer.content(
                            new DefaultLastHttpContent(whole), UnpooledByteBufAllocator.DEFAULT, bytes -> {
                                passedOn.add(bytes.retain());
                                bytes.release();
                                if (passedOn.size() == last) {
                                    throw new IllegalStateException("no more");
                                }
                            }));

            assertThat(passedOn).hasSize(last).allMatch(bytes -> bytes.refCnt() == 1);
            passedOn.forEach(ByteBuf::release);
            assertThat(whole.refCnt()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2}) // seeds
    void chunks_ofAnyLength_areReadAgainAsTheyWere(long seed) {
        var random = new SeededRandomness(seed);
        writer.chunked(true);
        for (int round = 0; round < 300; round++) {
            var body = new StringBuilder();
            var chunks = new StringBuilder();
            for (int i = random.nextInt(4); i >= 0; i--) {
                String piece = "x".repeat(random.nextInt(round % 10 == 0 ? 70_000 : 1_200));
                body.append(piece);
                chunks.append(written(
                        i > 0 ? new DefaultHttpContent(bytes(piece)) : new DefaultLastHttpContent(bytes(piece))));
            }
            assertThat(read(chunks.toString())).isEqualTo(body.toString());
        }
    }

    private static String read(String chunks) {
        var reader = new BodyReader(64 << 10, 4 << 10, 200, 5);
        reader.begin(Framing.CHUNKED, 5);
        ByteBuf in = bytes(chunks);
        var body = new StringBuilder();
        for (HttpContent piece = reader.next(in); piece != null; piece = reader.next(in)) {
            body.append(piece.content().toString(ISO_8859_1));
            piece.release();
        }
        assertThat(reader.isOver()).isTrue();
        assertThat(in.isReadable()).isFalse();
        in.release();
        return body.toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nb", "a\nb", "a\u0000", "\u007f", "\u0142"})
    void valuesThatWouldBreakAHead_areRefused(String value) {
        assertThatIllegalArgumentException().isThrownBy(() -> Heads.fields().add(FieldName.VIA, value));
        assertThatIllegalArgumentException().isThrownBy(() -> ResponseMessage.of(200, value));
        var request = Heads.request("GET", "/", "HTTP/1.1");
        assertThatIllegalArgumentException().isThrownBy(() -> request.target("/" + value));
        assertThatIllegalArgumentException().isThrownBy(() -> FieldName.of(value));
    }
}
