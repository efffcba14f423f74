package dev.penstock.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The memory that buffers take, which is more than the bytes in them: one byte of a read keeps the whole buffer that was
 * read into. Confined to one count.
 */
final class Pinned implements ChannelOutboundBuffer.MessageProcessor {
    private @Nullable ByteBuf last;
    private long pinned;
    private long readable;

    private Pinned() {}

    /** What a buffer takes, with whatever it is a part of. */
    static long bytes(ByteBuf buffer) {
        if (buffer.refCnt() == 0) {
            return 0;
        }
        var sum = new Pinned();
        sum.add(buffer);
        return sum.pinned;
    }

    /** What waits to be written by a connection, each buffer as a whole where pieces of it wait in a row. */
    static long pending(Channel channel) {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        long pending = buffer == null ? 0 : buffer.totalPendingWriteBytes();
        if (buffer == null || pending == 0) {
            return 0;
        }
        var sum = new Pinned();
        try {
            buffer.forEachFlushedMessage(sum);
        } catch (Exception e) {
            throw new IllegalStateException(e); // it is none of the processor's, which throws none
        }
        return pending + Math.max(0, sum.pinned - sum.readable);
    }

    @Override
    public boolean processMessage(Object message) {
        if (message instanceof ByteBuf buffer) {
            readable += buffer.readableBytes();
            add(buffer);
        }
        return true;
    }

    @SuppressWarnings("ReferenceEquality") // buffers that say the same are equal
    private void add(ByteBuf buffer) {
        ByteBuf root = buffer;
        for (ByteBuf whole = root; whole != null; whole = whole.unwrap()) {
            root = whole;
            if (root instanceof CompositeByteBuf composite) {
                for (int i = 0; i < composite.numComponents(); i++) {
                    add(composite.internalComponent(i));
                }
                return;
            }
        }
        if (root != last) {
            last = root;
            pinned += root.writerIndex() + root.maxFastWritableBytes();
        }
    }
}
