package dev.penstock.proxy;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.epoll.EpollTcpInfo;

/** What belongs to one event loop. Confined to it, but for its constants. */
final class LoopState implements AutoCloseable {
    /** How many datagrams of clients are read at once (recvmmsg). */
    private static final int BATCH = 16;

    /** How many directions of connections may be spliced at once; each takes two descriptors and 64 KiB of the system. */
    private static final int MAX_PIPES = 64;

    private static final int TCP_ESTABLISHED = 1; // include/net/tcp_states.h

    private final EventLoop loop;
    private final BufferShare buffers;
    private final Descriptors descriptors;
    private final int index;
    private final int maxIdle;
    private final long maxBodyBytes;
    private final Flushes flushes;
    private final DatagramBuffers batches = new DatagramBuffers(BATCH);
    private final DatagramBuffers datagrams = new DatagramBuffers(1);
    private final EpollTcpInfo tcpInfo = new EpollTcpInfo();
    private int idle;
    private int pipes;
    private int maxPipes = MAX_PIPES;
    private long bodyBytes;

    LoopState(EventLoop loop, BufferShare buffers, Descriptors descriptors, int index, int maxIdle, long maxBodyBytes) {
        this.loop = loop;
        this.buffers = buffers;
        this.descriptors = descriptors;
        this.index = index;
        this.maxIdle = maxIdle;
        this.maxBodyBytes = maxBodyBytes;
        this.flushes = new Flushes(loop);
    }

    EventLoop loop() {
        return loop;
    }

    /** Who sends at the end of the turn. */
    Flushes flushes() {
        return flushes;
    }

    /** What it holds of the bytes that may wait in connections. */
    BufferShare buffers() {
        return buffers;
    }

    /** The position of the loop in its group, from 0. */
    int index() {
        return index;
    }

    /** Tells whether the system knows that the peer of a connection has ended it, though the loop has not got to it. */
    boolean hasEnded(Channel channel) {
        try {
            return channel instanceof EpollSocketChannel epoll
                    && epoll.tcpInfo(tcpInfo).state() != TCP_ESTABLISHED;
        } catch (ChannelException e) {
            return true;
        }
    }

    /** Takes one of the places for idle connections of this loop. */
    boolean takeIdlePlace() {
        assert loop.inEventLoop();
        if (idle == maxIdle) {
            return false;
        }
        idle++;
        return true;
    }

    void giveIdlePlace() {
        assert loop.inEventLoop();
        idle--;
    }

    /** Takes one of the places for pipes of this loop. */
    boolean takePipe() {
        assert loop.inEventLoop();
        if (pipes >= maxPipes || !descriptors.takePipe()) {
            return false;
        }
        pipes++;
        return true;
    }

    /** The system does not let connections be spliced. */
    void noPipes() {
        assert loop.inEventLoop();
        maxPipes = 0;
    }

    void givePipe() {
        assert loop.inEventLoop();
        pipes--;
        descriptors.givePipe();
    }

    /** Takes room for a part of a request that may have to be sent again. */
    boolean takeBodyBytes(int bytes) {
        assert loop.inEventLoop();
        if (!hasRoomForBody(bytes)) {
            return false;
        }
        bodyBytes += bytes;
        return true;
    }

    boolean hasRoomForBody(long bytes) {
        return bodyBytes + bytes <= maxBodyBytes;
    }

    void giveBodyBytes(int bytes) {
        assert loop.inEventLoop();
        bodyBytes -= bytes;
    }

    /** Where datagrams are read into, many at once. */
    DatagramBuffers batches() {
        return batches;
    }

    /** Where datagrams are read into, one by one. */
    DatagramBuffers datagrams() {
        return datagrams;
    }

    /** To be called when the loop has ended. */
    @Override
    public void close() {
        batches.close();
        datagrams.close();
    }
}
