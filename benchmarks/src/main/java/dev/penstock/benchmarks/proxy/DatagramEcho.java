package dev.penstock.benchmarks.proxy;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;

/** An endpoint that sends each datagram back. Prints its port. */
@SuppressWarnings("FutureReturnValueIgnored") // what is lost the load sees
final class DatagramEcho extends ChannelInboundHandlerAdapter {
    private DatagramEcho() {}

    /** Starts it. */
    public static void main(String... words) {
        var bound = new Bootstrap()
                .group(Loop.one())
                .channel(EpollDatagramChannel.class)
                .handler(new DatagramEcho())
                .bind("127.0.0.1", 0)
                .syncUninterruptibly()
                .channel();
        Loop.report("%s", ((InetSocketAddress) bound.localAddress()).getPort());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        var packet = (DatagramPacket) message;
        context.write(new DatagramPacket(packet.content(), packet.sender()), context.voidPromise());
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.flush();
    }
}
