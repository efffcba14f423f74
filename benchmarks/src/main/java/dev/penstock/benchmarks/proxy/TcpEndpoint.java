package dev.penstock.benchmarks.proxy;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import java.net.InetSocketAddress;
import java.util.function.Supplier;

/**
 * An endpoint for bytes: at its first port it sends back what comes, at its second it sends as much as is taken. Prints both
 * ports.
 */
final class TcpEndpoint {
    private TcpEndpoint() {}

    /** Starts it. */
    public static void main(String... words) {
        var group = Loop.one();
        Loop.report("%s%n%s", listen(group, Echo::new), listen(group, Source::new));
    }

    private static int listen(EventLoopGroup group, Supplier<ChannelInboundHandlerAdapter> handlers) {
        var bound = new ServerBootstrap()
                .group(group)
                .channel(EpollServerSocketChannel.class)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(handlers.get());
                    }
                })
                .bind("127.0.0.1", 0)
                .syncUninterruptibly()
                .channel();
        return ((InetSocketAddress) bound.localAddress()).getPort();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what fails on a channel ends it, and the client sees that
    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            context.write(message, context.voidPromise());
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // as above
    private static final class Source extends ChannelInboundHandlerAdapter {
        private static final ByteBuf BYTES = Unpooled.unreleasableBuffer(
                Unpooled.directBuffer(256 << 10).writeZero(256 << 10).asReadOnly());

        @Override
        public void channelActive(ChannelHandlerContext context) {
            fill(context);
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            fill(context);
        }

        private static void fill(ChannelHandlerContext context) {
            while (context.channel().isActive() && context.channel().isWritable()) {
                context.writeAndFlush(BYTES.duplicate(), context.voidPromise());
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ((ByteBuf) message).release();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }
}
