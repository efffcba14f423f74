package dev.penstock.proxy.http1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Writes messages: heads in one buffer, bodies as they are or in chunks (RFC 9112). Not thread-safe. */
public final class MessageWriter {
    private static final int LINE_END = '\r' << 8 | '\n';
    private static final byte[] VERSION = " HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] STATUS_LINE = "HTTP/1.1 ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final int LONGEST_SIZE_LINE = 10;

    /** A chunk up to this length is copied, so that it goes out in one piece with its frame. */
    private static final int SHORT_CHUNK = 512;

    /** Behind a head there is room for a body up to this length: to copy it takes less than to write another buffer. */
    private static final int SHORT_BODY = 8 << 10;

    private boolean chunked;

    /** Has written nothing. */
    public MessageWriter() {}

    /**
     * The head of a request.
     *
     * @param request as it is to be sent
     * @param allocator of the connection
     * @return its bytes, for the caller to release; there is room for a short body behind them
     */
    public ByteBuf head(RequestMessage request, ByteBufAllocator allocator) {
        Fields fields = request.fields();
        if (fields.firstLineLength() > 0) {
            return asItCame(fields, request.framing(), allocator);
        }
        int length = request.method().length() + 1 + request.target().length() + VERSION.length + fields.length() + 2;
        ByteBuf out = allocator.ioBuffer(length + room(request.framing()));
        ByteBufUtil.writeAscii(out, request.method());
        out.writeByte(' ');
        ByteBufUtil.writeAscii(out, request.target());
        out.writeBytes(VERSION);
        return ended(out, fields);
    }

    /**
     * The head of an answer.
     *
     * @param response as it is to be sent
     * @param allocator of the connection
     * @return its bytes, for the caller to release; there is room for a short body behind them
     */
    public ByteBuf head(ResponseMessage response, ByteBufAllocator allocator) {
        Fields fields = response.fields();
        if (fields.firstLineLength() > 0) {
            return asItCame(fields, response.framing(), allocator);
        }
        int length = STATUS_LINE.length + 4 + response.reason().length() + 2 + fields.length() + 2;
        ByteBuf out = allocator.ioBuffer(length + room(response.framing()));
        int status = response.status();
        out.writeBytes(STATUS_LINE);
        out.writeByte('0' + status / 100);
        out.writeByte('0' + status / 10 % 10);
        out.writeByte('0' + status % 10);
        out.writeByte(' ');
        out.writeCharSequence(response.reason(), StandardCharsets.ISO_8859_1);
        out.writeShort(LINE_END);
        return ended(out, fields);
    }

    /** A head with the first line that it came with. */
    private static ByteBuf asItCame(Fields fields, Framing body, ByteBufAllocator allocator) {
        ByteBuf out = allocator.ioBuffer(fields.firstLineLength() + fields.length() + 2 + room(body));
        fields.writeAfterFirstLine(out);
        out.writeShort(LINE_END);
        return out;
    }

    private static int room(Framing body) {
        return switch (body.kind()) {
            case NONE, CLOSE -> 0;
            case LENGTH -> body.length() <= SHORT_BODY ? (int) body.length() : 0;
            case CHUNKED -> LONGEST_SIZE_LINE + SHORT_CHUNK + 2 + LAST_CHUNK.length;
        };
    }

    private static ByteBuf ended(ByteBuf out, Fields fields) {
        fields.write(out);
        out.writeShort(LINE_END);
        return out;
    }

    /** Says how the body that follows a head is framed. */
    public void chunked(boolean chunked) {
        this.chunked = chunked;
    }

    /**
     * A piece of a body.
     *
     * @param content what is written, and released with that
     * @param allocator of the connection
     * @param out told the bytes, one buffer after the other, each to be released by it, also where it throws
     */
    public void content(HttpContent content, ByteBufAllocator allocator, Consumer<? super ByteBuf> out) {
        ByteBuf bytes = content.content();
        boolean last = content instanceof LastHttpContent;
        if (!chunked) {
            if (bytes.isReadable()) {
                out.accept(bytes);
            } else {
                bytes.release();
            }
            return;
        }
        if (bytes.readableBytes() > SHORT_CHUNK) {
            longChunk(content, last, allocator, out);
        } else if (bytes.isReadable() || last) {
            out.accept(shortChunk(content, last, allocator));
        } else {
            bytes.release(); // an empty chunk would be the last
        }
    }

    /** Its bytes go out as they are, between two short buffers. */
    private static void longChunk(
            HttpContent content, boolean last, ByteBufAllocator allocator, Consumer<? super ByteBuf> out) {
        ByteBuf line = null;
        ByteBuf bytes = content.content();
        ByteBuf end = null;
        try {
            line = allocator.ioBuffer(LONGEST_SIZE_LINE);
            end = allocator.ioBuffer(last ? trailerBytes(content) : 2);
            size(line, bytes.readableBytes());
            end.writeShort(LINE_END);
            if (last) {
                last(end, content);
            }
            ByteBuf next = line;
            line = null;
            out.accept(next);
            next = bytes;
            bytes = null;
            out.accept(next);
            next = end;
            end = null;
            out.accept(next);
        } catch (OutOfMemoryError | RuntimeException e) {
            ReferenceCountUtil.safeRelease(line); // what was not handed on
            ReferenceCountUtil.safeRelease(bytes);
            ReferenceCountUtil.safeRelease(end);
            throw e;
        }
    }

    private static ByteBuf shortChunk(HttpContent content, boolean last, ByteBufAllocator allocator) {
        ByteBuf bytes = content.content();
        try {
            int length = bytes.readableBytes();
            ByteBuf chunk = allocator.ioBuffer(LONGEST_SIZE_LINE + length + 2 + (last ? trailerBytes(content) : 0));
            if (length > 0) {
                size(chunk, length);
                chunk.writeBytes(bytes);
                chunk.writeShort(LINE_END);
            }
            if (last) {
                last(chunk, content);
            }
            return chunk;
        } finally {
            bytes.release();
        }
    }

    private static void size(ByteBuf out, int length) {
        int digits = Math.max(1, (35 - Integer.numberOfLeadingZeros(length)) / 4);
        for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
            out.writeByte(HEX[length >>> shift & 15]);
        }
        out.writeShort(LINE_END);
    }

    private static int trailerBytes(HttpContent content) {
        return 2
                + LAST_CHUNK.length
                + (content instanceof TrailedContent trailed
                        ? trailed.trailers().length()
                        : 0);
    }

    private static void last(ByteBuf out, HttpContent content) {
        if (content instanceof TrailedContent trailed) {
            out.writeBytes(LAST_CHUNK, 0, 3);
            ended(out, trailed.trailers());
        } else {
            out.writeBytes(LAST_CHUNK);
        }
    }
}
