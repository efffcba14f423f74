package dev.penstock.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testkit.SeededRandomness;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseReaderTest {
    private static final int LINE = 200;
    private static final int FIELDS = 400;
    private static final int COUNT = 10;
    private static final String ODD = "\r\n :\tAz0\u0000\u007f\u00ff_.,;#/H1";

    private static final List<String> HEADS = List.of(
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n",
            "HTTP/1.0 404 Not Found\r\nServer:a\r\nContent-Length: 5 \r\nX: \r\n\r\n",
            "HTTP/1.1 304\r\nETag: \"1\"\r\nX-Long: " + "v".repeat(100) + "\r\n\r\n",
            "HTTP/1.1 500 \r\nTransfer-Encoding: chunked\r\nSet-Cookie: \u00e9=1\r\nset-cookie: b=2\r\nA_b.c: d\r\n\r\n");

    private static ResponseReader reader() {
        return new ResponseReader(LINE, FIELDS, COUNT, 64);
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
    }

    /** What an outcome is told by: status, reason and fields, or a fault, or null where more has to come. */
    private static @Nullable String read(ResponseReader reader, ByteBuf in) {
        if (!reader.read(in)) {
            return null;
        }
        HeadFault fault = reader.fault();
        if (fault == null && Framing.ofResponse(reader.fields(), reader.isHttp10(), reader.status(), false) == null) {
            fault = HeadFault.MALFORMED;
        }
        return fault != null
                ? fault.name()
                : (reader.isHttp10() ? 0 : 1) + " " + reader.status() + " "
                        + reader.reason().strip() + "\n" + reader.fields();
    }

    private static @Nullable String readWhole(String text) {
        return read(reader(), bytes(text));
    }

    private static @Nullable String readInPieces(String text, SeededRandomness random) {
        var reader = reader();
        String seen = null;
        for (int from = 0; from < text.length() && seen == null; ) {
            int to = Math.min(text.length(), from + 1 + random.nextInt(30));
            seen = read(reader, bytes(text.substring(from, to)));
            from = to;
        }
        return seen;
    }

    /** What Netty's decoder makes of it; null where it refuses it or waits. */
    private static @Nullable String readByNetty(String text) {
        var channel = new EmbeddedChannel(new HttpResponseDecoder(new HttpDecoderConfig()
                .setMaxInitialLineLength(100_000)
                .setMaxHeaderSize(100_000)
                .setStrictLineParsing(true)));
        channel.writeInbound(bytes(text));
        Object message = channel.readInbound();
        String seen = null;
        if (message instanceof HttpResponse response && response.decoderResult().isSuccess()) {
            var fields = new StringBuilder();
            response.headers()
                    .forEach(field -> fields.append(field.getKey())
                            .append(": ")
                            .append(field.getValue())
                            .append('\n'));
            seen = response.protocolVersion().minorVersion() + " "
                    + response.status().code() + " "
                    + response.status().reasonPhrase().strip() + "\n" + fields;
        }
        ReferenceCountUtil.release(message);
        channel.finishAndReleaseAll();
        return seen;
    }

    private static String mutated(String head, SeededRandomness random) {
        var text = new StringBuilder(head);
        for (int i = random.nextInt(4); i > 0; i--) {
            int at = random.nextInt(text.length());
            char c = ODD.charAt(random.nextInt(ODD.length()));
            switch (random.nextInt(3)) {
                case 0 -> text.setCharAt(at, c);
                case 1 -> text.insert(at, c);
                default -> text.deleteCharAt(at);
            }
        }
        return text.toString();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6}) // seeds
    void anyHead_isReadAlikeWholeAndInPieces_andAsNettyReadsIt(long seed) {
        var random = new SeededRandomness(seed);
        int taken = 0;
        for (int round = 0; round < 4_000; round++) {
            String head = mutated(HEADS.get(random.nextInt(HEADS.size())), random);
            String whole = readWhole(head);

            assertThat(readInPieces(head, random)).as(head).isEqualTo(whole);
            if (whole != null && whole.contains("\n") && !bodiless(whole)) {
                assertThat(whole).as(head).isEqualTo(readByNetty(head));
                taken++;
            }
        }
        assertThat(taken).isGreaterThan(500);
    }

    /** Of those Netty drops the coding. */
    private static boolean bodiless(String read) {
        return read.startsWith("1", 2) || read.startsWith("204", 2) || read.startsWith("304", 2);
    }

    @Test
    void whatFollowsAHead_isLeft() {
        for (String head : HEADS) {
            var in = bytes(head + "hello");
            var reader = reader();
            assertThat(reader.read(in)).isTrue();
            assertThat(reader.fault()).isNull();
            assertThat(in.toString(StandardCharsets.ISO_8859_1)).isEqualTo("hello");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r\n",
                "HTTP/1.1  200 OK\r\n",
                "HTTP/1.1\t200 OK\r\n",
                "HTTP/1.1 20 OK\r\n",
                "HTTP/1.1 2000 OK\r\n",
                "HTTP/1.1 099 OK\r\n",
                "HTTP/1.1 +20 OK\r\n",
                "HTTP/1.1 200\tOK\r\n",
                "HTTP/1.1 200 O\u0000K\r\n",
                "HTTP/1.1 200 OK\n",
                "HTTP/1.1 200 OK\rX\r\n",
                "HTTP/2.0 200 OK\r\n",
                "HTTP/1.2 200 OK\r\n",
                "http/1.1 200 OK\r\n",
                "ICY 200 OK\r\n",
                " HTTP/1.1 200 OK\r\n",
                "HTTP/1.1 200 OK\r\n A: b\r\n",
                "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n",
                "HTTP/1.1 200 OK\r\nA : b\r\n",
                "HTTP/1.1 200 OK\r\nA\r\n",
                "HTTP/1.1 200 OK\r\n: b\r\n",
                "HTTP/1.1 200 OK\r\nA: b\nC: d\r\n",
            })
    void malformed_isRefused_beforeItIsWhole(String head) {
        assertThat(readWhole(head)).isEqualTo("MALFORMED");
    }

    @Test
    void limits_areExact_wholeAndInPieces() {
        var random = new SeededRandomness(1);
        for (int more = -20; more <= 20; more++) {
            String head = "HTTP/1.1 200 " + "a".repeat(LINE + more - "HTTP/1.1 200 ".length()) + "\r\n\r\n";
            assertThat(isTaken(head, random)).as("line of %d", LINE + more).isEqualTo(more <= 0);
            String fields = "HTTP/1.1 200 OK\r\nA: b\r\nC: " + "d".repeat(FIELDS + more - 11) + "\r\n\r\n";
            assertThat(isTaken(fields, random))
                    .as("fields of %d", FIELDS + more)
                    .isEqualTo(more <= 0);
        }
        for (int count = COUNT - 1; count <= COUNT + 1; count++) {
            String head = "HTTP/1.1 200 OK\r\n" + "A: b\r\n".repeat(count) + "\r\n";
            assertThat(isTaken(head, random)).as("%d fields", count).isEqualTo(count <= COUNT);
        }
        assertThat(readWhole("HTTP/1.1 200 " + "x".repeat(LINE))).isEqualTo("LINE_TOO_LONG");
    }

    private static boolean isTaken(String head, SeededRandomness random) {
        boolean whole = String.valueOf(readWhole(head)).contains("\n");
        assertThat(String.valueOf(readInPieces(head, random)).contains("\n")).isEqualTo(whole);
        return whole;
    }
}
