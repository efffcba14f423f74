package dev.penstock.proxy.http1;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.function.IntSupplier;
import java.util.function.ToLongFunction;

/**
 * Decodes requests, one at a time: a {@link RequestMessage}, then the pieces of its body up to a {@link LastHttpContent}. A
 * head that is wrong comes out as its {@link HeadFault}; a body that is wrong as a last piece that says so. After either
 * nothing is decoded any more. Confined to its event loop.
 */
public final class RequestDecoder extends MessageDecoder {
    private final RequestReader reader;
    private final IntSupplier maxFields;
    private boolean discarding;

    /**
     * Has decoded nothing.
     *
     * @param maxLineBytes of the first line, without its end
     * @param maxFieldBytes of all lines after it, and of all trailers
     * @param maxFields how many of them; asked for each request
     * @param maxChunkLineBytes of the line before a chunk and the ends of lines around it
     * @param maxNominated how many fields a Connection field may name
     */
    public RequestDecoder(
            int maxLineBytes, int maxFieldBytes, IntSupplier maxFields, int maxChunkLineBytes, int maxNominated) {
        super(maxChunkLineBytes, maxFieldBytes, maxFields.getAsInt());
        this.reader = new RequestReader(maxLineBytes, maxFieldBytes, maxFields.getAsInt(), maxNominated);
        this.maxFields = maxFields;
    }

    /** Tells whether part of a head has come. */
    public boolean headBegun() {
        return !isInBody() && reader.begun();
    }

    /** Tells whether no request is under way. */
    public boolean isBetweenRequests() {
        return !isInBody() && !reader.begun() && !discarding;
    }

    /** From now on what comes in is dropped. */
    public void discard() {
        discarding = true;
        open();
    }

    @Override
    public long heldBytes(ToLongFunction<? super ByteBuf> size) {
        return super.heldBytes(size) + reader.heldBytes();
    }

    @Override
    void decode(ChannelHandlerContext context, ByteBuf in) {
        if (discarding) {
            in.skipBytes(in.readableBytes());
        } else if (isInBody()) {
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
        beginBody(framing, maxFields.getAsInt());
        reader.reset(maxFields.getAsInt());
        context.fireChannelRead(message);
        if (framing.kind() == Framing.Kind.NONE) {
            context.fireChannelRead(LastHttpContent.EMPTY_LAST_CONTENT);
        }
    }

    @Override
    void stop() {
        discarding = true;
    }

    @Override
    void inputEnds(ChannelHandlerContext context) {
        discarding = true; // there is nobody left to answer
    }
}
