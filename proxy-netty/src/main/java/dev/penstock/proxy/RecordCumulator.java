package dev.penstock.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.ByteToMessageDecoder.Cumulator;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AttributeKey;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what has come of a TLS record that is not whole, and knows what that takes. Confined to its connection's event loop.
 *
 * <p>Buffers are joined without a copy where the TLS engine can read them so, but for short reads: a record that comes byte
 * by byte would otherwise keep a buffer for each.
 */
final class RecordCumulator implements Cumulator {
    private static final AttributeKey<RecordCumulator> KEY = AttributeKey.newInstance("penstock-records");
    private static final int SHORT = 4 << 10;
    private static final int HEADER = 5;
    private static final int LENGTH_AT = 3; // RFC 8446, 5.1: type, version, length

    private final boolean joins;
    private @Nullable ByteBuf kept;
    private int headerBytes;
    private int bodyLeft;

    private RecordCumulator(boolean joins) {
        this.joins = joins;
    }

    /** Has the TLS of a connection keep its records so. */
    static void install(SslHandler handler, Channel channel) {
        install(handler, channel, handler.engine() instanceof ReferenceCountedOpenSslEngine);
    }

    /** The same for whatever takes whole records; it may be able to read buffers that are made of others. */
    static void install(ByteToMessageDecoder decoder, Channel channel, boolean joins) {
        var records = new RecordCumulator(joins);
        decoder.setCumulator(records);
        channel.attr(KEY).set(records);
    }

    /** What is kept for a connection takes so many bytes; nothing where it does no TLS. */
    static long heldBytes(Channel channel) {
        RecordCumulator records = channel.attr(KEY).get();
        ByteBuf kept = records == null ? null : records.kept;
        return kept == null || !channel.isOpen() ? 0 : Pinned.bytes(kept);
    }

    @Override
    public ByteBuf cumulate(ByteBufAllocator allocator, ByteBuf cumulation, ByteBuf in) {
        Cumulator way = joins && in.readableBytes() > SHORT
                ? ByteToMessageDecoder.COMPOSITE_CUMULATOR
                : ByteToMessageDecoder.MERGE_CUMULATOR;
        boolean whole = endsRecord(in);
        ByteBuf joined = way.cumulate(allocator, cumulation, in);
        kept = whole ? null : joined; // what is whole is taken at once
        return joined;
    }

    /** Tells whether the last record is whole with these bytes. */
    private boolean endsRecord(ByteBuf in) {
        int at = in.readerIndex();
        int end = in.writerIndex();
        while (at < end) {
            if (headerBytes < HEADER) {
                int value = in.getUnsignedByte(at++);
                if (headerBytes++ >= LENGTH_AT) {
                    bodyLeft = bodyLeft << 8 | value;
                }
            } else {
                int step = Math.min(bodyLeft, end - at);
                at += step;
                bodyLeft -= step;
            }
            if (headerBytes == HEADER && bodyLeft == 0) {
                headerBytes = 0;
            }
        }
        return headerBytes == 0;
    }
}
