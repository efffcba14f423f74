package dev.penstock.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testkit.SeededRandomness;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodyReaderTest {
    private static final List<String> BODIES = List.of(
            "0\r\n\r\n",
            "5\r\nhello\r\n0\r\n\r\n",
            "1\r\na\r\n2;x=y\r\nbc\r\n00a\r\n0123456789\r\n0\r\nT: v\r\nU:w \r\n\r\n",
            "F;a=\"b;c\"\r\n123456789012345\r\n000\r\n\r\n");

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
    }

    /** The bytes, a dot at the end, the trailers; or an exclamation mark where it is wrong. */
    private static String read(String text, Framing framing, SeededRandomness random, int most) {
        var reader = new BodyReader(64 << 10, 4 << 10, 200, 5);
        reader.begin(framing, 5);
        var seen = new StringBuilder();
        for (int from = 0; from < text.length() && !reader.isOver(); ) {
            int to = Math.min(text.length(), from + 1 + random.nextInt(most));
            ByteBuf in = bytes(text.substring(from, to));
            for (HttpContent piece = reader.next(in); piece != null; piece = reader.next(in)) {
                seen.append(piece.content().toString(StandardCharsets.ISO_8859_1));
                if (piece instanceof LastHttpContent) {
                    seen.append('.');
                }
                if (piece instanceof TrailedContent last) {
                    seen.append(last.trailers());
                }
                ReferenceCountUtil.release(piece);
            }
            assertThat(reader.isOver() || reader.isWrong() || !in.isReadable()).isTrue();
            in.release();
            from = to;
        }
        return reader.isWrong() ? "!" : seen.toString();
    }

    private static String readByNetty(String text) {
        var channel = new EmbeddedChannel(new HttpRequestDecoder(
                new HttpDecoderConfig().setStrictLineParsing(true).setMaxChunkSize(64 << 10)));
        channel.writeInbound(bytes("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + text));
        ReferenceCountUtil.release(channel.readInbound());
        var seen = new StringBuilder();
        boolean over = false;
        for (Object message = channel.readInbound(); message != null; message = channel.readInbound()) {
            if (message instanceof HttpContent piece && !over) {
                seen.append(piece.content().toString(StandardCharsets.ISO_8859_1));
                if (piece.decoderResult().isFailure()) {
                    seen.append('!');
                }
                if (piece instanceof LastHttpContent last) {
                    over = true;
                    seen.append('.');
                    last.trailingHeaders()
                            .forEach(field -> seen.append(field.getKey())
                                    .append(": ")
                                    .append(field.getValue())
                                    .append('\n'));
                }
            }
            ReferenceCountUtil.release(message);
        }
        channel.finishAndReleaseAll();
        return seen.toString();
    }

    private static String mutated(String body, SeededRandomness random) {
        var text = new StringBuilder(body);
        String odd = "\r\n ;:\t0aFg\u0000\u00ff-";
        for (int i = random.nextInt(3); i > 0; i--) {
            int at = random.nextInt(text.length());
            char c = odd.charAt(random.nextInt(odd.length()));
            switch (random.nextInt(3)) {
                case 0 -> text.setCharAt(at, c);
                case 1 -> text.insert(at, c);
                default -> text.deleteCharAt(at);
            }
        }
        return text.toString();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4}) // seeds
    void anyChunks_areReadAlikeWholeAndInPieces_andAsNettyReadsThem(long seed) {
        var random = new SeededRandomness(seed);
        int taken = 0;
        for (int round = 0; round < 4_000; round++) {
            String body = mutated(BODIES.get(random.nextInt(BODIES.size())), random);
            String whole = read(body, Framing.CHUNKED, random, 1_000);

            assertThat(read(body, Framing.CHUNKED, random, 5)).as(body).isEqualTo(whole);
            if (whole.indexOf('.') >= 0) {
                assertThat(whole).as(body).isEqualTo(readByNetty(body));
                taken++;
            }
        }
        assertThat(taken).isGreaterThan(1_000);
    }

    @Test
    void length_endsTheBody() {
        var random = new SeededRandomness(1);
        assertThat(read("hello world", new Framing(Framing.Kind.LENGTH, 5), random, 100))
                .isEqualTo("hello.");
        assertThat(read("hello world", new Framing(Framing.Kind.LENGTH, 5), random, 2))
                .isEqualTo("hello.");
        assertThat(read("hello", new Framing(Framing.Kind.LENGTH, 6), random, 2))
                .isEqualTo("hello");
        assertThat(read("hello", Framing.CLOSE, random, 2)).isEqualTo("hello");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x\r\n",
                "-1\r\n",
                "+1\r\n",
                "0x1\r\n",
                " 1\r\n",
                "1 \r\n",
                "1\n",
                "1\rX",
                "1;\n",
                "1;a\u0000\r\n",
                "1\r\nabc",
                "1\r\na\n",
                "\r\n",
                ";\r\n",
                "1000000000000000\r\n",
                "0\r\nT : v\r\n",
                "0\r\n T: v\r\n",
                "0\r\nT: v\n",
            })
    void malformedChunks_areWrong(String body) {
        assertThat(read(body, Framing.CHUNKED, new SeededRandomness(1), 100)).isEqualTo("!");
    }

    @Test
    void endlessLinesAndTrailers_areWrong() {
        var random = new SeededRandomness(1);
        assertThat(read("1;" + "x".repeat(5_000), Framing.CHUNKED, random, 100)).isEqualTo("!");
        assertThat(read("0\r\n" + "T: v\r\n".repeat(6), Framing.CHUNKED, random, 100))
                .isEqualTo("!");
        assertThat(read("0\r\nT: " + "v".repeat(250), Framing.CHUNKED, random, 100))
                .isEqualTo("!");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 16, 255, 256, 511, 512, 513, 4096, 65535, 65536, 1 << 20})
    void whatIsWrittenInChunks_isReadAgain(int length) {
        var writer = new MessageWriter();
        writer.chunked(true);
        String text = "x".repeat(length);
        var out = new StringBuilder();
        var trailers = new Fields();
        trailers.add(FieldName.of("T"), "v");
        for (HttpContent piece :
                List.of(new DefaultHttpContent(bytes(text)), new TrailedContent(Unpooled.EMPTY_BUFFER, trailers))) {
            writer.content(piece, ByteBufAllocator.DEFAULT, buffer -> {
                out.append(buffer.toString(StandardCharsets.ISO_8859_1));
                buffer.release();
            });
        }
        assertThat(read(out.toString(), Framing.CHUNKED, new SeededRandomness(1), 1 << 20))
                .isEqualTo(text + ".T: v\n");
        var last = new StringBuilder();
        writer.content(new DefaultLastHttpContent(bytes(text)), ByteBufAllocator.DEFAULT, buffer -> {
            last.append(buffer.toString(StandardCharsets.ISO_8859_1));
            buffer.release();
        });
        assertThat(read(last.toString(), Framing.CHUNKED, new SeededRandomness(1), 1 << 20))
                .isEqualTo(text + ".");
    }
}
