package dev.penstock.proxy.http1;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Decodes what comes in, unless it is shut: then what was read stays undecoded, and the first bytes that come in stop the
 * reading, so that at most one read's worth is held. Confined to its event loop.
 *
 * <p>Reading goes on until then, so that a peer that leaves is noticed, and because a connection whose peer says nothing
 * out of turn never needs a change of its interest at the selector.
 */
public abstract class MessageDecoder extends ChannelInboundHandlerAdapter {
    private static final int MAX_PIECE_BYTES = 64 << 10;

    private final BodyReader body;
    private @Nullable ChannelHandlerContext context;
    private @Nullable ByteBuf held;
    private boolean inBody;
    private boolean shut;
    private boolean inputOver;
    private boolean decoding;
    private boolean removed;

    /**
     * Has decoded nothing.
     *
     * @param maxChunkLineBytes of the line before a chunk and the ends of lines around it
     * @param maxTrailerBytes of all trailers of a body
     * @param maxTrailers how many of them
     */
    MessageDecoder(int maxChunkLineBytes, int maxTrailerBytes, int maxTrailers) {
        this.body = new BodyReader(MAX_PIECE_BYTES, maxChunkLineBytes, maxTrailerBytes, maxTrailers);
    }

    /** Decodes something, if only in part; not called without bytes. */
    abstract void decode(ChannelHandlerContext context, ByteBuf in);

    // ---- bodies

    /** The body of a message begins, if it has one. */
    final void beginBody(Framing framing, int maxTrailers) {
        body.begin(framing, maxTrailers);
        inBody = !body.isOver();
    }

    /** Tells whether a body has begun and is not over. */
    final boolean isInBody() {
        return inBody;
    }

    /** Passes on the next piece of the body, as far as it has come. */
    final void decodeBody(ChannelHandlerContext context, ByteBuf in) {
        HttpContent piece = body.next(in);
        inBody = !body.isOver();
        if (piece != null) {
            context.fireChannelRead(piece);
        } else if (body.isWrong()) {
            stop();
            var end = new DefaultLastHttpContent();
            end.setDecoderResult(DecoderResult.failure(new IllegalArgumentException("body: malformed")));
            context.fireChannelRead(end);
        }
    }

    /** From now on nothing is decoded. */
    abstract void stop();

    /** The connection has ended: whether that is the end of the body. */
    final boolean endsBody() {
        boolean ends = inBody && body.endsWithConnection();
        if (ends) {
            beginBody(Framing.NONE, 0);
        }
        return ends;
    }

    // ---- whether it goes on

    /** Decodes no further message. */
    public final void shut() {
        shut = true;
    }

    /** Tells whether it is shut. */
    public final boolean isShut() {
        return shut;
    }

    /** Goes on, first with what is held; one that is just at it goes on by itself. */
    public final void open() {
        if (!shut) {
            return;
        }
        shut = false;
        ChannelHandlerContext open = requireNonNull(context, "context");
        if (!decoding) {
            try {
                decodeHeld(open);
            } catch (RuntimeException | Error e) {
                drop(); // whoever has opened it is in the middle of something else
                open.fireExceptionCaught(e);
            }
            open.fireChannelReadComplete(); // also where nothing is held: the end may have come meanwhile
        }
        if (!shut && !open.channel().config().isAutoRead()) {
            open.channel().config().setAutoRead(true); // which is an atomic change, even where nothing changes
        }
    }

    /** Tells whether bytes were read that are not decoded yet. */
    public final boolean holdsBytes() {
        return held != null && held.isReadable();
    }

    /**
     * What the bytes take that were read and are not decoded yet.
     *
     * @param size what a buffer takes
     * @return how many bytes
     */
    public long heldBytes(ToLongFunction<? super ByteBuf> size) {
        return body.heldBytes() + (held == null ? 0 : size.applyAsLong(held));
    }

    // ---- from the network

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        this.context = context;
    }

    @Override
    public final void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof ByteBuf bytes)) {
            context.fireChannelRead(message);
        } else if (held == null) {
            held = bytes;
            decodeHeld(context);
        } else {
            held = joined(context, requireNonNull(held, "held"), bytes);
            decodeHeld(context);
        }
    }

    private static ByteBuf joined(ChannelHandlerContext context, ByteBuf first, ByteBuf second) {
        try {
            ByteBuf joined = context.alloc().buffer(first.readableBytes() + second.readableBytes());
            joined.writeBytes(first).writeBytes(second);
            first.release();
            return joined;
        } finally {
            second.release(); // also where there is no memory for both
        }
    }

    private void decodeHeld(ChannelHandlerContext context) {
        if (decoding) {
            return; // it goes on further up the stack
        }
        decoding = true;
        try {
            ByteBuf in = held;
            while (in != null && in.isReadable() && !removed) {
                if (shut && !inputOver) {
                    context.channel().config().setAutoRead(false);
                    return;
                }
                decode(context, in);
                in = held; // more may have come meanwhile
            }
            if (in != null && !in.isReadable()) {
                held = null;
                in.release();
            }
        } finally {
            decoding = false;
        }
    }

    /** What is left goes to whoever comes next. */
    @Override
    public final void handlerRemoved(ChannelHandlerContext context) {
        removed = true;
        ByteBuf left = held;
        held = null;
        if (left != null && left.isReadable()) {
            context.fireChannelRead(left);
            context.fireChannelReadComplete();
        } else {
            ReferenceCountUtil.release(left);
        }
    }

    @Override
    public final void channelInactive(ChannelHandlerContext context) {
        inputEnds(context);
        drop();
        context.fireChannelInactive();
    }

    /** The connection has ended; what is held was not decoded yet. */
    abstract void inputEnds(ChannelHandlerContext context);

    /** Lets through what is held, though it be shut; its size is bounded by the socket's buffer. False if it is just at it. */
    final boolean letThrough(ChannelHandlerContext context) {
        inputOver = true;
        boolean nested = decoding;
        decodeHeld(context);
        return !nested;
    }

    private void drop() {
        ByteBuf left = held;
        held = null;
        ReferenceCountUtil.release(left);
    }
}
