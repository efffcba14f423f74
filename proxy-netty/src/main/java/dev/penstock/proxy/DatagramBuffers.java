package dev.penstock.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where datagrams of an event loop are read into: one buffer, again and again, that is long enough for the longest. What is
 * read from it is copied before it goes on. Confined to its event loop.
 */
final class DatagramBuffers extends DefaultMaxMessagesRecvByteBufAllocator implements AutoCloseable {
    /** No datagram is longer (RFC 768). */
    static final int LONGEST = 65_535;

    /** How often a socket is read before the others have their turn. */
    private static final int MOST_READS = 16;

    /** How often a socket that had no second datagram is not asked for one: each time is a call of the system for nothing. */
    private static final int UNASKED = 15;

    private final int datagrams;
    private final int bytes;
    private @Nullable ByteBuf shared;

    /**
     * One that is made when it is needed.
     *
     * @param datagrams how many are read into it at once where the transport can do that
     */
    DatagramBuffers(int datagrams) {
        super(MOST_READS);
        this.datagrams = datagrams;
        this.bytes = datagrams * LONGEST;
    }

    @Override
    public MaxMessageHandle newHandle() {
        return new Reading();
    }

    /** Gives it back; to be called when nothing is read any more. */
    @Override
    public void close() {
        if (shared != null) {
            shared.release();
            shared = null;
        }
    }

    /**
     * Goes on while there may be more: not after a read that could have given more than it did, and after one that could not
     * only where a socket often has more. What is left is read in the next turn of the loop.
     */
    private final class Reading extends MaxMessageHandle {
        private int got;
        private boolean again;
        private int unasked;

        @Override
        public void reset(ChannelConfig config) {
            super.reset(config);
            got = 0;
            again = false;
        }

        @Override
        public void lastBytesRead(int bytes) { // of each datagram
            super.lastBytesRead(bytes);
            if (bytes > 0) {
                got++;
            }
        }

        @Override
        public boolean continueReading() {
            return mayHaveMore() && super.continueReading();
        }

        @Override
        public boolean continueReading(UncheckedBooleanSupplier more) {
            return mayHaveMore() && super.continueReading(more);
        }

        private boolean mayHaveMore() {
            if (got < datagrams) {
                return false;
            }
            if (unasked > 0) {
                unasked--;
                return false;
            }
            return true;
        }

        @Override
        public void readComplete() {
            super.readComplete();
            if (again && got == 0) {
                unasked = UNASKED;
            }
        }

        @Override
        public ByteBuf allocate(ByteBufAllocator allocator) {
            again = got > 0;
            got = 0;
            ByteBuf buffer = shared;
            if (buffer == null) {
                buffer = allocator.directBuffer(bytes);
                shared = buffer;
            }
            // It is in use where a transport reads several times before it hands on what it has.
            return buffer.refCnt() == 1 ? buffer.clear().retain() : allocator.directBuffer(bytes);
        }

        @Override
        public int guess() {
            return bytes;
        }
    }
}
