package dev.penstock.benchmarks.proxy;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.concurrent.Future;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A client of a {@link ClosedLoop} for datagrams: sends 64 bytes each time that those before have come back. Confined to its
 * event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what is lost is noticed
final class DatagramClient extends SimpleChannelInboundHandler<DatagramPacket> {
    private static final byte[] PING = new byte[64];

    /** Without an answer for so long the datagram, or its answer, is lost. */
    private static final long LOST_SECONDS = 1;

    private final ClosedLoop load;
    private @Nullable Future<?> watch;
    private long received;

    private DatagramClient(ClosedLoop load) {
        this.load = load;
    }

    static List<ChannelHandler> handlers(ClosedLoop load) {
        return List.of(new DatagramClient(load));
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        send(context);
        watch(context, received);
    }

    private void watch(ChannelHandlerContext context, long before) {
        watch = context.executor()
                .schedule(
                        () -> {
                            if (received == before) {
                                load.failed();
                            }
                            watch(context, received);
                        },
                        LOST_SECONDS,
                        TimeUnit.SECONDS);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
        received++;
        load.succeeded();
        send(context);
    }

    private static void send(ChannelHandlerContext context) {
        context.writeAndFlush(Unpooled.wrappedBuffer(PING), context.voidPromise());
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (watch != null) {
            watch.cancel(false);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        load.failed();
    }
}
