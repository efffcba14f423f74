package dev.penstock.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testkit.SeededRandomness;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestReaderTest {
    private static final int LINE = 200;
    private static final int FIELDS = 400;
    private static final int COUNT = 10;
    private static final String ODD = "\r\n :\tAz0\u0000\u007f\u00ff_.,;#/H";

    private static final List<String> HEADS = List.of(
            "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
            "\r\nPOST /a/b?c=d HTTP/1.0\r\nHost:a\r\nContent-Length: 5 \r\nX: \r\n\r\n",
            "OPTIONS * HTTP/1.1\r\nHost: a\r\nX-Long: " + "v".repeat(100) + "\r\nTransfer-Encoding: chunked\r\n\r\n",
            "M-SEARCH http://a/ HTTP/1.1\r\nhost: a\r\nCookie: \u00e9=1; b=2\r\nAccept: */*\r\nA_b.c: d\r\n\r\n");

    /** What an outcome is told by: method, target and fields, or a fault, or null where more has to come. */
    private static @Nullable String read(RequestReader reader, ByteBuf in) {
        if (!reader.read(in)) {
            return null;
        }
        HeadFault fault = reader.fault();
        if (fault == null && Framing.ofRequest(reader.fields(), reader.isHttp10()) == null) {
            fault = HeadFault.MALFORMED;
        }
        return fault != null
                ? fault.name()
                : reader.method() + " " + reader.target() + " " + (reader.isHttp10() ? 0 : 1) + "\n" + reader.fields();
    }

    private static RequestReader reader() {
        return new RequestReader(LINE, FIELDS, COUNT, 64);
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
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
        var channel = new EmbeddedChannel(new HttpRequestDecoder(new HttpDecoderConfig()
                .setMaxInitialLineLength(100_000)
                .setMaxHeaderSize(100_000)
                .setStrictLineParsing(true)));
        channel.writeInbound(bytes(text));
        Object message = channel.readInbound();
        String seen = null;
        if (message instanceof HttpRequest request && request.decoderResult().isSuccess()) {
            var fields = new StringBuilder();
            request.headers()
                    .forEach(field -> fields.append(field.getKey())
                            .append(": ")
                            .append(field.getValue())
                            .append('\n'));
            seen = request.method() + " " + request.uri() + " "
                    + request.protocolVersion().minorVersion() + "\n" + fields;
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
            if (whole != null && whole.contains("\n")) {
                assertThat(whole).as(head).isEqualTo(readByNetty(head));
                taken++;
            }
        }
        assertThat(taken).isGreaterThan(500);
    }

    @Test
    void whatFollowsAHead_isLeft() {
        for (String head : HEADS) {
            var in = bytes(head + "GET /next");
            var reader = reader();
            assertThat(reader.read(in)).isTrue();
            assertThat(in.toString(StandardCharsets.ISO_8859_1)).isEqualTo("GET /next");
            reader.reset(COUNT);
            assertThat(reader.read(in)).isFalse();
            assertThat(reader.begun()).isTrue();
            assertThat(in.isReadable()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET  / HTTP/1.1\r\n",
                " GET / HTTP/1.1\r\n",
                "GET / HTTP/1.1\n",
                "GET / HTTP/1.1 \r\n",
                "GET / http/1.1\r\n",
                "GET /\u0000 HTTP/1.1\r\n",
                "GET /# HTTP/1.1\r\n",
                "GET / HTTP/1.1\r\nA : b\r\n",
                "GET / HTTP/1.1\r\nA\r\n",
                "GET / HTTP/1.1\r\n: b\r\n",
                "GET / HTTP/1.1\r\nA: b\rc\r\n",
                "GET / HTTP/1.1\r\nA: b\nC: d\r\n",
                "GET / HTTP/1.1\r\nA: b\r\n c\r\n",
                "GET / HTTP/1.1\r\nA: b\r\n\tc\r\n",
                "\r\n\r\nGET / HTTP/1.1\r\n",
                "G\u00e4T / HTTP/1.1\r\n",
            })
    void malformed_isRefused_beforeItIsWhole(String head) {
        assertThat(readWhole(head)).isEqualTo("MALFORMED");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/2.0\r\n", "GET / HTTP/1.2\r\n", "GET / HTTP/0.9\r\n"})
    void otherVersions_areRefused(String head) {
        assertThat(readWhole(head)).isEqualTo("VERSION_UNKNOWN");
    }

    @Test
    void limits_areExact_wholeAndInPieces() {
        var random = new SeededRandomness(1);
        for (int more = -20; more <= 20; more++) {
            int line = LINE + more;
            String head = "GET /" + "a".repeat(line - "GET / HTTP/1.1".length()) + " HTTP/1.1\r\n\r\n";
            assertThat(fault(head, random)).as("line of %d", line).isEqualTo(more > 0 ? "LINE_TOO_LONG" : "");
            int size = FIELDS + more;
            String fields = "GET / HTTP/1.1\r\nA: b\r\nC: " + "d".repeat(size - 11) + "\r\n\r\n";
            assertThat(fault(fields, random)).as("fields of %d", size).isEqualTo(more > 0 ? "FIELDS_TOO_LARGE" : "");
        }
        for (int count = COUNT - 1; count <= COUNT + 1; count++) {
            String head = "GET / HTTP/1.1\r\n" + "A: b\r\n".repeat(count) + "\r\n";
            assertThat(fault(head, random)).isEqualTo(count > COUNT ? "FIELDS_TOO_LARGE" : "");
        }
        assertThat(fault("x".repeat(LINE + 1), random)).isEqualTo("LINE_TOO_LONG");
    }

    private static String fault(String head, SeededRandomness random) {
        String whole = String.valueOf(readWhole(head));
        assertThat(readInPieces(head, random)).isEqualTo(whole);
        return whole.contains("\n") ? "" : whole;
    }
}
