package dev.penstock.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;

/** Tells a client that there is no place for it, and closes: nothing of it is read or waited for. Confined to its event loop. */
@SuppressWarnings("FutureReturnValueIgnored") // what fails on a channel ends it, and its end is told
final class Rejection extends ChannelInboundHandlerAdapter {
    private final boolean withReason;

    Rejection(boolean withReason) {
        this.withReason = withReason;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        context.channel().config().setAutoRead(false);
        ByteBuf answer = ErrorAnswer.OVERLOADED.bytes(false, withReason, true);
        context.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ReferenceCountUtil.release(message);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }
}
