package dev.penstock.benchmarks.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import java.util.List;

/**
 * A connection of a {@link ClosedLoop} for bytes: sends 64 of them, each time once those before have come back, or only counts
 * what comes, each mebibyte as one. Confined to its event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails on a channel ends it, and its end is told
final class BytesClient extends SimpleChannelInboundHandler<ByteBuf> {
    private static final byte[] PING = new byte[64];
    private static final int MEBIBYTE = 1 << 20;

    private final ClosedLoop load;
    private final boolean sends;
    private long received;

    private BytesClient(ClosedLoop load, boolean sends) {
        this.load = load;
        this.sends = sends;
    }

    static List<ChannelHandler> pingPong(ClosedLoop load) {
        return List.of(new BytesClient(load, true));
    }

    static List<ChannelHandler> download(ClosedLoop load) {
        return List.of(new BytesClient(load, false));
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (sends) {
            send(context);
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
        received += bytes.readableBytes();
        int unit = sends ? PING.length : MEBIBYTE;
        while (received >= unit) {
            received -= unit;
            load.succeeded();
            if (sends) {
                send(context);
            }
        }
    }

    private static void send(ChannelHandlerContext context) {
        context.writeAndFlush(Unpooled.wrappedBuffer(PING), context.voidPromise());
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        load.failed();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }
}
