package dev.penstock.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.proxy.http1.HeadFault;
import dev.penstock.proxy.http1.RequestDecoder;
import dev.penstock.proxy.http1.RequestMessage;
import dev.penstock.testkit.SeededRandomness;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RequestDecoderTest {
    private static final String TWO = "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n";

    private static final String CHUNKED = "POST /4 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

    private static RequestDecoder decoder() {
        return new RequestDecoder(
                Proxied.listener().limits().requestLineBytes(),
                Proxied.listener().limits().headerBytes(),
                () -> Proxied.listener().limits().headerCount(),
                Proxied.listener().limits().chunkLineBytes(),
                Proxied.listener().limits().connectionNames());
    }

    private static List<String> told(EmbeddedChannel channel) {
        List<String> told = new ArrayList<>();
        for (Object message = channel.readInbound(); message != null; message = channel.readInbound()) {
            if (message instanceof RequestMessage request) {
                told.add(request.method() + " " + request.target());
            } else if (message instanceof HttpContent content) {
                String text = content.content().toString(ISO_8859_1);
                String end = content instanceof LastHttpContent ? "." : "";
                boolean goesOn = !told.isEmpty() && told.get(told.size() - 1).startsWith("body ");
                String before = goesOn ? told.remove(told.size() - 1) : "body ";
                told.add(before + (content.decoderResult().isFailure() ? "!" : text + end));
            } else if (message instanceof HeadFault fault) {
                told.add(String.valueOf(ErrorAnswer.of(fault).status()));
            }
            ReferenceCountUtil.release(message);
        }
        return told;
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.0", "HTTP/1.1"})
    void secondLength_isRefused(String version) {
        String head = "POST /1 " + version + "\r\nHost: a\r\nContent-Length: 5\r\ncontent-length: ";
        for (String second : List.of("5", "0", "")) {
            var channel = new EmbeddedChannel(decoder());
            channel.writeInbound(Unpooled.copiedBuffer(head + second + "\r\n\r\nhello", ISO_8859_1));
            assertThat(told(channel)).first().isEqualTo("400");
            channel.finishAndReleaseAll();
        }
    }

    @Test
    void decoder_thatIsShut_holdsTheNextRequest_andStopsReading() {
        var decoder = decoder();
        var channel = new EmbeddedChannel(decoder);
        decoder.shut();

        channel.writeInbound(Unpooled.copiedBuffer(TWO, ISO_8859_1));

        assertThat(told(channel)).isEmpty();
        assertThat(channel.config().isAutoRead()).isFalse();
        assertThat(decoder.holdsBytes()).isTrue();
        decoder.open();
        assertThat(told(channel)).containsExactly("GET /1", "body .", "GET /2", "body .");
        assertThat(channel.config().isAutoRead()).isTrue();
        channel.finishAndReleaseAll();
    }

    @Test
    void decoder_thatIsShutOverNothing_keepsReading() {
        var decoder = decoder();
        var channel = new EmbeddedChannel(decoder);

        decoder.shut();

        assertThat(channel.config().isAutoRead()).isTrue();
        channel.finishAndReleaseAll();
    }

    @Test
    void decoder_thatIsOpened_tellsTheEndOfARead_thoughItHoldsNothing() {
        var ends = new AtomicInteger();
        var decoder = decoder();
        var channel = new EmbeddedChannel(decoder, new ChannelInboundHandlerAdapter() {
            @Override
            public void channelReadComplete(ChannelHandlerContext context) {
                ends.incrementAndGet();
            }
        });
        decoder.shut();

        decoder.open();

        assertThat(ends).hasValue(1); // the end of the client's input, which came meanwhile, is looked at then
        channel.finishAndReleaseAll();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3}) // seeds
    void requests_inAnyPieces_comeOutTheSame(long seed) {
        var random = new SeededRandomness(seed);
        String text = String.join(
                "",
                TWO,
                "POST /3 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
                CHUNKED,
                "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: v\r\n\r\n",
                "\r\nGET /5 HTTP/1.1\r\nHost: a\r\n\r\nBAD\r\n\r\nGET /6 HTTP/1.1\r\n\r\n");
        for (int round = 0; round < 200; round++) {
            var channel = new EmbeddedChannel(decoder());
            for (int from = 0; from < text.length(); ) {
                int to = Math.min(text.length(), from + 1 + random.nextInt(40));
                channel.writeInbound(Unpooled.copiedBuffer(text.substring(from, to), ISO_8859_1));
                from = to;
            }
            assertThat(told(channel))
                    .as("round %d", round)
                    .containsExactly(
                            "GET /1",
                            "body .",
                            "GET /2",
                            "body .",
                            "POST /3",
                            "body hello.",
                            "POST /4",
                            "body abcde.",
                            "GET /5",
                            "body .",
                            "400");
            channel.finishAndReleaseAll();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x\r\n", "-1\r\n", "100000004\r\n", "1;\n", "5\u0000\r\n", "1\r\nabc", " 1\r\n", "\r\n"})
    void chunk_thatIsMalformed_isTold(String chunk) {
        var channel = new EmbeddedChannel(decoder());

        channel.writeInbound(Unpooled.copiedBuffer(CHUNKED + chunk, ISO_8859_1));

        assertThat(told(channel)).last().asString().endsWith("!");
        channel.finishAndReleaseAll();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 50, 99})
    void fields_ofAnySizeAroundTheLimit_areTakenOrRefusedWith431(int fields) {
        int limit = Proxied.listener().limits().headerBytes();
        String lines = "A: b\r\n".repeat(fields - 1);
        List<String> answers = new ArrayList<>();
        for (int size = limit - 8; size <= limit + 8; size++) {
            String last = "Host: " + "a".repeat(size - lines.length() - 8) + "\r\n";
            var channel = new EmbeddedChannel(decoder());
            channel.writeInbound(Unpooled.copiedBuffer("GET / HTTP/1.1\r\n" + lines + last + "\r\n", ISO_8859_1));
            answers.add(told(channel).get(0));
            channel.finishAndReleaseAll();
        }

        assertThat(answers.subList(0, 9)).containsOnly("GET /"); // the ends of lines count
        assertThat(answers.subList(9, 17)).containsOnly("431");
    }
}
