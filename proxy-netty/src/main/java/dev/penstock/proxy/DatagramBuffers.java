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

    /** How often a socket that had nothing more is not asked for more: each time is a call of the system for nothing. */
    private static final int UNASKED = 15;

    private final int bytes;
    private @Nullable ByteBuf shared;

    /**
     * One that is made when it is needed.
     *
     * @param datagrams how many are read into it at once where the transport can do that
     */
    DatagramBuffers(int datagrams) {
        super(MOST_READS);
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
     * Goes on while there is more, where a socket often has more: for one that had none it is not tried again for a while. What
     * is left is read in the next turn of the loop.
     */
    private final class Reading extends MaxMessageHandle {
        private boolean got;
        private boolean again;
        private int unasked;

        @Override
        public void reset(ChannelConfig config) {
            super.reset(config);
            got = false;
            again = false;
        }

        @Override
        public void lastBytesRead(int bytes) {
            super.lastBytesRead(bytes);
            got = bytes > 0;
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
            if (unasked > 0) {
                unasked--;
                return false;
            }
            return true;
        }

        @Override
        public void readComplete() {
            super.readComplete();
            if (again && !got) {
                unasked = UNASKED;
            }
        }

        @Override
        public ByteBuf allocate(ByteBufAllocator allocator) {
            again = got;
            got = false;
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
