package dev.penstock.proxy;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.HttpMessage;
import org.jspecify.annotations.Nullable;

/**
 * Refuses folded lines in the trailers of one connection. The decoder asks for a place for trailers once it has read the
 * first line of them, which is how their beginning is known. Confined to its event loop.
 */
final class Trailers implements HttpHeadersFactory {
    private final HttpHeadersFactory factory = DefaultHttpHeadersFactory.trailersFactory();
    private final FieldLines lines = new FieldLines();
    private @Nullable ByteBuf in;
    private boolean chunked;
    private boolean begun;

    /** A message begins; only a chunked one has trailers. */
    void expect(HttpMessage message) {
        chunked = message.headers().contains(HttpHeaderNames.TRANSFER_ENCODING);
    }

    /** What comes next is to be decoded; false where it is no way to go on. */
    boolean allow(ByteBuf in) {
        this.in = in;
        return !begun || scan(in) != FieldLines.Seen.FOLDED;
    }

    /** What comes out in place of trailers that are no way to go on. */
    static HttpContent broken() {
        var end = new DefaultLastHttpContent(Unpooled.EMPTY_BUFFER);
        end.setDecoderResult(DecoderResult.failure(folded()));
        return end;
    }

    private static IllegalArgumentException folded() {
        return new IllegalArgumentException("trailer: a folded line (expected: a name and a colon)");
    }

    /** The message is over. */
    void end() {
        chunked = false;
        begun = false;
        in = null;
    }

    @Override
    public HttpHeaders newHeaders() {
        begun = chunked;
        if (begun && scan(requireNonNull(in, "in")) == FieldLines.Seen.FOLDED) {
            throw folded();
        }
        return factory.newHeaders();
    }

    @Override
    public HttpHeaders newEmptyHeaders() {
        return factory.newEmptyHeaders();
    }

    private FieldLines.Seen scan(ByteBuf in) {
        lines.reset(); // the decoder has taken whole lines: what is left begins with one
        return lines.scan(in);
    }
}
