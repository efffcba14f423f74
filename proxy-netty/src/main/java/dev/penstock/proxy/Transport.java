package dev.penstock.proxy;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringDatagramChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;

/** The way the proxy talks to the operating system. */
public enum Transport {
    /** Linux, native. */
    EPOLL,
    /** The JDK's, everywhere. */
    NIO,
    /** Linux, native; newer, forbidden in many containers. */
    IO_URING;

    /**
     * How often a connection that has more is read before the others have their turn. Netty's own default for connections,
     * which an allocator that is set takes away.
     */
    private static final int MOST_READS = 16;

    /**
     * Into how much a connection reads at once: as much as came lately, within bounds. A read that fills its buffer is tried
     * again, a call of the system for nothing where no more has come; so no buffer is as short as a short message.
     */
    static final RecvByteBufAllocator READS =
            new AdaptiveRecvByteBufAllocator(512, 2_048, 65_536).maxMessagesPerRead(MOST_READS);

    boolean available() {
        return switch (this) {
            case EPOLL -> Epoll.isAvailable();
            case NIO -> true;
            case IO_URING -> IoUring.isAvailable();
        };
    }

    IoHandlerFactory ioHandlers() {
        return switch (this) {
            case EPOLL -> HalfOpenEpoll.newFactory();
            case NIO -> NioIoHandler.newFactory();
            case IO_URING -> IoUringIoHandler.newFactory();
        };
    }

    Class<? extends ServerChannel> serverChannel() {
        return switch (this) {
            case EPOLL -> EpollServerSocketChannel.class;
            case NIO -> NioServerSocketChannel.class;
            case IO_URING -> IoUringServerSocketChannel.class;
        };
    }

    Class<? extends Channel> channel() {
        return switch (this) {
            case EPOLL -> EpollSocketChannel.class;
            case NIO -> NioSocketChannel.class;
            case IO_URING -> IoUringSocketChannel.class;
        };
    }

    DatagramChannel newDatagramChannel() {
        return switch (this) {
            case EPOLL -> new EpollDatagramChannel();
            case NIO -> new NioDatagramChannel();
            case IO_URING -> new IoUringDatagramChannel();
        };
    }
}
