package dev.penstock.proxy;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One end of a connection that is to be joined to another: keeps what comes before, which is one read, and then makes way.
 * Confined to its event loop.
 */
class Hold extends ChannelInboundHandlerAdapter {
    private @Nullable ChannelHandlerContext context;
    private List<ByteBuf> held = new ArrayList<>();
    private boolean inputOver;

    Channel channel() {
        return requireNonNull(context, "context").channel();
    }

    /** How many bytes it keeps. */
    long heldBytes() {
        return held.stream().mapToLong(Pinned::bytes).sum();
    }

    /** Makes way for a side of a tunnel, which is told what has come meanwhile. */
    void giveTo(Tunnel.Side side) {
        List<ByteBuf> came = held;
        held = new ArrayList<>();
        ChannelPipeline pipeline = channel().pipeline();
        pipeline.replace(this, null, side);
        ChannelHandlerContext next = requireNonNull(pipeline.context(side), "next");
        came.forEach(bytes -> side.channelRead(next, bytes));
        side.channelReadComplete(next);
        if (inputOver) {
            side.userEventTriggered(next, ChannelInputShutdownEvent.INSTANCE);
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        this.context = context;
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        held.forEach(ByteBuf::release);
        held.clear();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof ByteBuf bytes) {
            held.add(bytes);
            context.channel().config().setAutoRead(false);
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        boolean saidEnd = event instanceof SslCloseCompletionEvent end && end.isSuccess();
        inputOver = inputOver || saidEnd || event == ChannelInputShutdownEvent.INSTANCE;
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // its end is told
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }
}
