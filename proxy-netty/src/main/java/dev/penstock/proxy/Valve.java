package dev.penstock.proxy;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandler;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a decoder goes on. While it is shut, what was read stays undecoded in the decoder, and the first bytes
 * that come in stop the reading: at most one read's worth is held. Confined to its event loop.
 *
 * <p>Reading goes on until then, so that a peer that leaves is noticed, and because a connection whose peer says nothing
 * out of turn never needs a change of its interest at the selector.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails on a channel ends it, and its end is told
final class Valve {
    /** The {@code channelRead} that a decoder inherits. */
    interface Read {
        void call(ChannelHandlerContext context, Object input) throws Exception;
    }

    /** The {@code channelReadComplete} that a decoder inherits. */
    interface ReadComplete {
        void call(ChannelHandlerContext context) throws Exception;
    }

    private final ChannelInboundHandler decoder;
    private @Nullable ChannelHandlerContext context;
    private boolean shut;
    private boolean inputOver;
    private int depth;

    Valve(ChannelInboundHandler decoder) {
        this.decoder = decoder;
    }

    void attach(ChannelHandlerContext context) {
        this.context = context;
    }

    /** Asked by the decoder before each message. */
    boolean holds() {
        if (!shut || inputOver) {
            return false;
        }
        context().channel().config().setAutoRead(false);
        return true;
    }

    boolean isShut() {
        return shut;
    }

    /** Nothing more comes in: what is left is let through, its size is bounded by the socket's buffer. */
    void inputOver() {
        inputOver = true;
    }

    /** What the decoder does with what comes in: its {@code channelRead}. */
    void read(ChannelHandlerContext context, Object input, Read decode) throws Exception {
        depth++;
        try {
            decode.call(context, input);
        } finally {
            depth--;
        }
    }

    /** What the decoder does at the end of a read: its {@code channelReadComplete}. */
    void readComplete(ChannelHandlerContext context, ReadComplete decode) throws Exception {
        if (shut) {
            context.fireChannelReadComplete(); // the decoder would ask for more to read
        } else {
            decode.call(context);
        }
    }

    void shut() {
        shut = true;
    }

    /** Lets the decoder go on, first with what it holds; a decoder that is just at it goes on by itself. */
    void open() {
        if (!shut) {
            return;
        }
        shut = false;
        if (depth == 0 && !inputOver) {
            decodeHeld();
        }
        if (!shut) {
            context().channel().config().setAutoRead(true);
        }
    }

    private void decodeHeld() {
        ChannelHandlerContext context = context();
        try {
            decoder.channelRead(context, Unpooled.EMPTY_BUFFER);
        } catch (Exception e) {
            context.fireExceptionCaught(e);
        }
        context.fireChannelReadComplete();
    }

    private ChannelHandlerContext context() {
        return requireNonNull(context, "context");
    }
}
