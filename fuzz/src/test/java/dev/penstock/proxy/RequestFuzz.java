package dev.penstock.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.catalog.ListenerSpec;
import dev.penstock.fuzz.Bytes;
import dev.penstock.proxy.StrictHttp.Read;
import dev.penstock.proxy.http1.HeadFault;
import dev.penstock.proxy.http1.RequestDecoder;
import dev.penstock.proxy.http1.RequestMessage;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;

/**
 * Requests: what the decoder accepts a strict reading accepts, and Netty's, and all read alike, however the bytes are split;
 * and sent on as the proxy sends, it is the same request again.
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
        List<Decoded> accepted = accepted(bytes, 0);
        assertThat(reads(accepted(bytes, size))).as("in pieces of %d", size).isEqualTo(reads(accepted));
        List<Read> strict = new StrictHttp(bytes).requests();
        List<Read> netty = NettyHttp.requests(bytes);
        for (int i = 0; i < accepted.size(); i++) {
            Read ours = accepted.get(i).read();
            assertThat(strict.size()).as("requests").isGreaterThan(i);
            Read theirs = strict.get(i);
            if (ours.whole()) {
                assertThat(ours).as("request %d", i).isEqualTo(theirs);
                assertThat(netty.size()).as("requests by Netty").isGreaterThan(i);
                assertThat(NettyHttp.told(ours, false))
                        .as("request %d by Netty", i)
                        .isEqualTo(netty.get(i));
                sentOn(ours, accepted.get(i).written());
            } else {
                assertThat(theirs.start()).as("request %d", i).isEqualTo(ours.start());
                assertThat(theirs.fields()).isEqualTo(ours.fields());
                assertThat(theirs.body()).startsWith(ours.body());
            }
        }
    }

    /** Absolute forms are not sent on as they came, nor are requests of HTTP/1.0 without a host. */
    private static void sentOn(Read ours, byte[] written) {
        boolean named = ours.fields().stream().anyMatch(field -> field.name().equalsIgnoreCase("host"));
        if (named && !ours.start().contains("://")) {
            String start = ours.start().substring(0, ours.start().length() - 1) + "1";
            assertThat(new StrictHttp(written).requests())
                    .as("sent on")
                    .containsExactly(new Read(start, ours.fields(), ours.body(), ours.trailers(), true));
        }
    }

    private static List<Read> reads(List<Decoded> requests) {
        return requests.stream().map(Decoded::read).toList();
    }

    /** What the proxy would act upon: up to the first request that it refuses. */
    private static List<Decoded> accepted(byte[] bytes, int size) {
        var limits = LISTENER.limits();
        var channel = new EmbeddedChannel(new RequestDecoder(
                limits.requestLineBytes(),
                limits.headerBytes(),
                limits::headerCount,
                limits.chunkLineBytes(),
                limits.connectionNames()));
        try {
            Decoded.send(channel, bytes, size);
            return accepted(channel);
        } finally {
            channel.finishAndReleaseAll();
        }
    }

    private static List<Decoded> accepted(EmbeddedChannel channel) {
        List<Decoded> requests = new ArrayList<>();
        boolean refused = false;
        for (Object message = channel.readInbound(); message != null; message = channel.readInbound()) {
            if (!refused) {
                refused = take(message, requests);
            }
            ReferenceCountUtil.release(message);
        }
        return requests;
    }

    /** Whether what comes after it is of no account. */
    private static boolean take(Object message, List<Decoded> requests) {
        if (message instanceof RequestMessage request) {
            var decoded = Decoded.of(request);
            try {
                RequestHead.of(request, LISTENER.name());
            } catch (RequestHead.Refused e) {
                return true;
            }
            requests.add(decoded);
        } else if (message instanceof HttpContent content) {
            if (content.decoderResult().isFailure()) {
                return true;
            }
            requests.get(requests.size() - 1).add(content);
        }
        return message instanceof HeadFault;
    }
}
