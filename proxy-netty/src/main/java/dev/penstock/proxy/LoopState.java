package dev.penstock.proxy;

import io.netty.channel.EventLoop;

/** What belongs to one event loop. Confined to it, but for its constants. */
final class LoopState implements AutoCloseable {
    /** How many datagrams of clients are read at once (recvmmsg). */
    private static final int BATCH = 16;

    private final EventLoop loop;
    private final BufferShare buffers;
    private final int index;
    private final int maxIdle;
    private final long maxBodyBytes;
    private final DatagramBuffers batches = new DatagramBuffers(BATCH);
    private final DatagramBuffers datagrams = new DatagramBuffers(1);
    private int idle;
    private long bodyBytes;

    LoopState(EventLoop loop, BufferShare buffers, int index, int maxIdle, long maxBodyBytes) {
        this.loop = loop;
        this.buffers = buffers;
        this.index = index;
        this.maxIdle = maxIdle;
        this.maxBodyBytes = maxBodyBytes;
    }

    EventLoop loop() {
        return loop;
    }

    /** What it holds of the bytes that may wait in connections. */
    BufferShare buffers() {
        return buffers;
    }

    /** The position of the loop in its group, from 0. */
    int index() {
        return index;
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

    /** Takes room for a part of a request that may have to be sent again. */
    boolean takeBodyBytes(int bytes) {
        assert loop.inEventLoop();
        if (bodyBytes + bytes > maxBodyBytes) {
            return false;
        }
        bodyBytes += bytes;
        return true;
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
