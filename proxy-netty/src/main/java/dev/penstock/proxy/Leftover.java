package dev.penstock.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Drops what still comes from a client after the answer that ends its connection, and counts it. It stands below TLS: that has
 * said its end already, and some of its providers take what comes then for a fault, which would cost the client the answer.
 * Confined to its event loop.
 */
final class Leftover extends ChannelInboundHandlerAdapter {
    private final Runnable onTooMuch;
    private long bytesLeft;

    Leftover(long most, Runnable onTooMuch) {
        this.bytesLeft = most;
        this.onTooMuch = onTooMuch;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        boolean within = bytesLeft >= 0;
        if (message instanceof ByteBuf bytes) {
            bytesLeft -= bytes.readableBytes();
            bytes.release();
        } else {
            context.fireChannelRead(message);
        }
        if (within && bytesLeft < 0) {
            onTooMuch.run();
        }
    }
}
