package dev.penstock.proxy.http1;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.function.ToLongFunction;

/**
 * Decodes the answers of an endpoint, one for each request and none besides: a {@link ResponseMessage} for each interim
 * answer, then that of the final one, then the pieces of its body up to a {@link LastHttpContent}. A head that is wrong comes
 * out as its {@link HeadFault}; a body that is wrong as a last piece that says so; what nobody asked for as {@link #UNASKED}.
 * Confined to its event loop.
 */
public final class ResponseDecoder extends MessageDecoder {
    /** Comes out where an endpoint sends what nobody asked for. */
    public static final Object UNASKED = new Object();

    private final ResponseReader reader;
    private final int maxFields;
    private boolean expecting;
    private boolean toHead;
    private boolean broken;

    /**
     * Expects nothing.
     *
     * @param maxLineBytes of the first line, without its end
     * @param maxFieldBytes of all lines after it, and of all trailers
     * @param maxFields how many of them
     * @param maxChunkLineBytes of the line before a chunk and the ends of lines around it
     * @param maxNominated how many fields a Connection field may name
     */
    public ResponseDecoder(
            int maxLineBytes, int maxFieldBytes, int maxFields, int maxChunkLineBytes, int maxNominated) {
        super(maxChunkLineBytes, maxFieldBytes, maxFields);
        this.reader = new ResponseReader(maxLineBytes, maxFieldBytes, maxFields, maxNominated);
        this.maxFields = maxFields;
    }

    /**
     * Says that a request was sent.
     *
     * @param head whether its answer has no body, whatever it says
     */
    public void expect(boolean head) {
        expecting = true;
        toHead = head;
    }

    /** Says that its final answer is over. */
    public void expectNothing() {
        expecting = false;
    }

    @Override
    public long heldBytes(ToLongFunction<? super ByteBuf> size) {
        return super.heldBytes(size) + reader.heldBytes();
    }

    @Override
    void decode(ChannelHandlerContext context, ByteBuf in) {
        if (broken) {
            in.skipBytes(in.readableBytes());
        } else if (!expecting) {
            in.skipBytes(in.readableBytes());
            context.fireChannelRead(UNASKED);
        } else if (isInBody()) {
            decodeBody(context, in);
        } else if (reader.read(in)) {
            decodeHead(context);
        }
    }

    private void decodeHead(ChannelHandlerContext context) {
        HeadFault fault = reader.fault();
        Framing framing =
                fault == null ? Framing.ofResponse(reader.fields(), reader.isHttp10(), reader.status(), toHead) : null;
        if (framing == null) {
            broken = true;
            context.fireChannelRead(fault == null ? HeadFault.MALFORMED : fault);
            return;
        }
        var message =
                new ResponseMessage(reader.status(), reader.reason(), reader.isHttp10(), reader.fields(), framing);
        beginBody(framing, maxFields);
        reader.reset(maxFields);
        context.fireChannelRead(message);
        boolean interim = message.status() < 200 && message.status() != 101;
        if (framing.kind() == Framing.Kind.NONE && !interim) {
            context.fireChannelRead(LastHttpContent.EMPTY_LAST_CONTENT);
        }
    }

    @Override
    void stop() {
        broken = true;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            inputEnds(context);
        }
        context.fireUserEventTriggered(event);
    }

    /** The end of the connection may be the end of an answer. */
    @Override
    void inputEnds(ChannelHandlerContext context) {
        // What is still being decoded has not come to its end: an answer that is cut off must not look whole.
        if (letThrough(context) && endsBody()) {
            context.fireChannelRead(LastHttpContent.EMPTY_LAST_CONTENT);
        }
    }
}
