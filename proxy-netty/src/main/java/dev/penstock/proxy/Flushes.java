package dev.penstock.proxy;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * Who has something to send at the end of a turn of an event loop, when all that had come by then is read: sent one after
 * the other, so that whoever takes it is woken up once and finds it all. Confined to its event loop.
 */
final class Flushes implements Runnable {
    /** So many wait at most; before there are more all of them send. */
    static final int MAX_WAITING = 256;

    /** Who has more than this to send does so at once: no more than four megabytes a loop wait. */
    private static final int MAX_WAITING_BYTES = 16 << 10;

    /** Somebody who has something to send. */
    interface Waiting {
        /** Sends it, if that has not been done already. */
        void turnEnds();
    }

    private final EventLoop loop;
    private final @Nullable Waiting[] waiting = new Waiting[MAX_WAITING];
    private int count;
    private int done;

    Flushes(EventLoop loop) {
        this.loop = loop;
    }

    /** Tells whether what waits to be written by a connection, and besides, is to be sent at once. */
    static boolean isMuch(Channel channel, int bytesBesides) {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        long bytes = buffer == null ? 0 : buffer.totalPendingWriteBytes();
        return bytes + bytesBesides > MAX_WAITING_BYTES;
    }

    /** Has somebody send at the end of this turn, or before. */
    void add(Waiting next) {
        if (count == MAX_WAITING) {
            run();
        }
        if (count == 0) {
            loop.execute(this); // it runs what waits to be run when it has read
        }
        waiting[count++] = next;
    }

    @Override
    public void run() {
        try {
            while (done < count) {
                Waiting next = waiting[done];
                waiting[done++] = null;
                if (next != null) {
                    next.turnEnds();
                }
            }
        } finally {
            if (done < count) {
                loop.execute(this); // one has failed: the others still send
            } else {
                count = 0;
                done = 0;
            }
        }
    }
}
