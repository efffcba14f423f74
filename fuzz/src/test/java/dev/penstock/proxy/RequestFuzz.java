package dev.penstock.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.catalog.ListenerSpec;
import dev.penstock.fuzz.Bytes;
import dev.penstock.proxy.StrictHttp.Field;
import dev.penstock.proxy.StrictHttp.Read;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Requests: what the decoder accepts a strict reading accepts, and reads alike, however the bytes are split; and sent on
 * as the proxy sends, it is the same request again.
 */
public final class RequestFuzz {
    private static final ListenerSpec LISTENER = ListenerSpec.of("127.0.0.1:0");
    private static final String CHUNKED = "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

    private RequestFuzz() {}

    /** The first byte says in which pieces the rest comes. */
    public static void run(byte[] input) {
        var bytes = new Bytes(input);
        int size = bytes.below(64);
        check(bytes.rest(), size);
    }

    /** The same for a body. */
    public static void runChunked(byte[] input) {
        var bytes = new Bytes(input);
        int size = bytes.below(64);
        check((CHUNKED + bytes.text()).getBytes(ISO_8859_1), size);
    }

    private static void check(byte[] bytes, int size) {
        List<Read> accepted = accepted(bytes, 0);
        assertThat(accepted(bytes, size)).as("in pieces of %d", size).isEqualTo(accepted);
        var second = new StrictHttp(bytes);
        List<Read> strict = second.requests();
        if (second.lenient()) {
            return;
        }
        for (int i = 0; i < accepted.size(); i++) {
            Read ours = accepted.get(i);
            Read theirs = i < strict.size() ? strict.get(i) : null;
            if (ours.whole()) {
                assertThat(ours).as("request %d", i).isEqualTo(theirs);
                if (!ours.start().contains("://")) { // absolute forms are not sent on as they came
                    assertThat(new StrictHttp(sentOn(ours)).requests())
                            .as("sent on")
                            .containsExactly(ours);
                }
            } else {
                assertThat(theirs).as("request %d", i).isNotNull();
                assertThat(theirs.start()).isEqualTo(ours.start());
                assertThat(theirs.fields()).isEqualTo(ours.fields());
                assertThat(theirs.body()).startsWith(ours.body());
            }
        }
    }

    /** What the proxy would act upon: up to the first request that it refuses. */
    private static List<Read> accepted(byte[] bytes, int size) {
        var channel = new EmbeddedChannel(new RequestDecoder(() -> LISTENER));
        try {
            Decoded.send(channel, bytes, size);
            return accepted(channel);
        } finally {
            channel.finishAndReleaseAll();
        }
    }

    private static List<Read> accepted(EmbeddedChannel channel) {
        List<Decoded> requests = new ArrayList<>();
        boolean refused = false;
        for (Object message = channel.readInbound(); message != null; message = channel.readInbound()) {
            if (!refused) {
                refused = take(message, requests);
            }
            ReferenceCountUtil.release(message);
        }
        return requests.stream().map(Decoded::read).toList();
    }

    /** Whether what comes after it is of no account. */
    private static boolean take(Object message, List<Decoded> requests) {
        if (message instanceof HttpRequest request) {
            if (request.decoderResult().isFailure()) {
                return true;
            }
            var decoded = new Decoded(
                    request.method() + " " + request.uri() + " " + request.protocolVersion(), request.headers());
            try {
                RequestHead.of(request, LISTENER.name());
            } catch (RequestHead.Refused e) {
                return true;
            }
            requests.add(decoded);
        }
        if (message instanceof HttpContent content) {
            if (content.decoderResult().isFailure()) {
                return true;
            }
            requests.get(requests.size() - 1).add(content);
        }
        return message instanceof ErrorAnswer;
    }

    private static byte[] sentOn(Read request) {
        String[] start = request.start().split(" ", -1);
        var head = new DefaultHttpRequest(HttpVersion.valueOf(start[2]), HttpMethod.valueOf(start[0]), start[1]);
        for (Field field : request.fields()) {
            head.headers().add(field.name(), field.value());
        }
        var end = new DefaultLastHttpContent();
        for (Field field : request.trailers()) {
            end.trailingHeaders().add(field.name(), field.value());
        }
        var channel = new EmbeddedChannel(new HttpRequestEncoder());
        try {
            channel.writeOutbound(head);
            if (!request.body().isEmpty()) {
                channel.writeOutbound(new DefaultHttpContent(Unpooled.copiedBuffer(request.body(), ISO_8859_1)));
            }
            channel.writeOutbound(end);
            return sent(channel);
        } finally {
            channel.finishAndReleaseAll();
        }
    }

    private static byte[] sent(EmbeddedChannel channel) {
        var sent = new ByteArrayOutputStream();
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            sent.writeBytes(part.toString(ISO_8859_1).getBytes(ISO_8859_1));
            part.release();
        }
        return sent.toByteArray();
    }
}
