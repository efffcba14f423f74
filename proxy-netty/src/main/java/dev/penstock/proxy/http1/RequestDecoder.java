package dev.penstock.proxy.http1;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.function.IntSupplier;
import java.util.function.ToLongFunction;

/**
 * Decodes requests, one at a time: a {@link RequestMessage}, then the pieces of its body up to a {@link LastHttpContent}. A
 * head that is wrong comes out as its {@link HeadFault}; a body that is wrong as a last piece that says so. After either
 * nothing is decoded any more. Confined to its event loop.
 */
public final class RequestDecoder extends MessageDecoder {
    private static final int MAX_PIECE_BYTES = 64 << 10;

    private final RequestReader reader;
    private final BodyReader body;
    private final IntSupplier maxFields;
    private boolean inBody;
    private boolean discarding;

    /**
     * Has decoded nothing.
     *
     * @param maxLineBytes of the first line, without its end
     * @param maxFieldBytes of all lines after it, and of all trailers
     * @param maxFields how many of them; asked for each request
     */
    public RequestDecoder(int maxLineBytes, int maxFieldBytes, IntSupplier maxFields) {
        this.reader = new RequestReader(maxLineBytes, maxFieldBytes, maxFields.getAsInt());
        this.body = new BodyReader(MAX_PIECE_BYTES, maxFieldBytes, maxFields.getAsInt());
        this.maxFields = maxFields;
    }

    /** Tells whether part of a head has come. */
    public boolean headBegun() {
        return !inBody && reader.begun();
    }

    /** Tells whether no request is under way. */
    public boolean isBetweenRequests() {
        return !inBody && !reader.begun() && !discarding;
    }

    /** From now on what comes in is dropped. */
    public void discard() {
        discarding = true;
        open();
    }

    @Override
    public long heldBytes(ToLongFunction<? super ByteBuf> size) {
        return super.heldBytes(size) + reader.heldBytes() + body.heldBytes();
    }

    @Override
    void decode(ChannelHandlerContext context, ByteBuf in) {
        if (discarding) {
            in.skipBytes(in.readableBytes());
        } else if (inBody) {
            decodeBody(context, in);
        } else if (reader.read(in)) {
            decodeHead(context);
        }
    }

    private void decodeHead(ChannelHandlerContext context) {
        HeadFault fault = reader.fault();
        Framing framing = fault == null ? Framing.ofRequest(reader.fields(), reader.isHttp10()) : null;
        if (framing == null) {
            discarding = true;
            context.fireChannelRead(fault == null ? HeadFault.MALFORMED : fault);
            return;
        }
        var message = new RequestMessage(reader.method(), reader.target(), reader.isHttp10(), reader.fields(), framing);
        body.begin(framing, maxFields.getAsInt());
        inBody = !body.isOver();
        reader.reset(maxFields.getAsInt());
        context.fireChannelRead(message);
        if (framing.kind() == Framing.Kind.NONE) {
            context.fireChannelRead(LastHttpContent.EMPTY_LAST_CONTENT);
        }
    }

    private void decodeBody(ChannelHandlerContext context, ByteBuf in) {
        HttpContent piece = body.next(in);
        inBody = !body.isOver();
        if (piece != null) {
            context.fireChannelRead(piece);
        } else if (body.isWrong()) {
            discarding = true;
            context.fireChannelRead(malformed());
        }
    }

    static LastHttpContent malformed() {
        var end = new DefaultLastHttpContent();
        end.setDecoderResult(DecoderResult.failure(new IllegalArgumentException("body: malformed")));
        return end;
    }

    @Override
    void inputEnds(ChannelHandlerContext context) {
        discarding = true; // there is nobody left to answer
    }
}
