package dev.penstock.benchmarks.proxy;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketChannel;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** What the loads of the benchmark share: one event loop, connections to the proxy, and one line of JSON at the end. */
final class Loop {
    private Loop() {}

    /** One thread, on epoll, which wakes up to the microsecond. */
    static EventLoopGroup one() {
        return new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    }

    /** Connections to a port of this machine. */
    static Bootstrap connections(EventLoopGroup group, int port, Supplier<List<ChannelHandler>> handlers) {
        return new Bootstrap()
                .group(group)
                .channel(EpollSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .remoteAddress("127.0.0.1", port)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        handlers.get().forEach(channel.pipeline()::addLast);
                    }
                });
    }

    /** Clients of a port of this machine for datagrams. */
    static Bootstrap datagrams(EventLoopGroup group, int port, Supplier<List<ChannelHandler>> handlers) {
        return new Bootstrap()
                .group(group)
                .channel(EpollDatagramChannel.class)
                .remoteAddress("127.0.0.1", port)
                .handler(new ChannelInitializer<DatagramChannel>() {
                    @Override
                    protected void initChannel(DatagramChannel channel) {
                        handlers.get().forEach(channel.pipeline()::addLast);
                    }
                });
    }

    /** Says how a load went. */
    static void report(String format, Object... values) {
        try (var out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8)) {
            out.println(String.format(Locale.ROOT, format, values));
        }
    }
}
