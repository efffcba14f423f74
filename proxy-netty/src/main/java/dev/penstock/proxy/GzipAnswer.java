package dev.penstock.proxy;

import dev.penstock.middleware.Compression;
import dev.penstock.proxy.http1.FieldName;
import dev.penstock.proxy.http1.Fields;
import dev.penstock.proxy.http1.ResponseMessage;
import dev.penstock.proxy.http1.TrailedContent;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer, compressed on its way (RFC 1952). What has come goes out at once, piece by piece. Confined to its
 * event loop; to be closed.
 */
final class GzipAnswer implements AutoCloseable {
    /** What the compressor takes, zlib's window and tables; nearly all of it outside the heap. */
    static final int STATE_BYTES = 272 << 10;

    private static final int LEVEL = 4;
    private static final FieldName CACHE_CONTROL = FieldName.of("Cache-Control");
    private static final FieldName CONTENT_MD5 = FieldName.of("Content-MD5");
    private static final FieldName DIGEST = FieldName.of("digest");
    private static final FieldName CONTENT_DIGEST = FieldName.of("content-digest");
    private static final FieldName REPR_DIGEST = FieldName.of("repr-digest");
    private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

    private final Deflater deflater = new Deflater(LEVEL, true);
    private final CRC32 crc = new CRC32();
    private final byte[] room = new byte[8 << 10];
    private final BufferShare share;
    private boolean begun;
    private boolean closed;

    /** Its state counts among what waits, but for nobody: who takes his answers is not to be cut off for it. */
    private GzipAnswer(BufferShare share) {
        this.share = share;
        share.add(STATE_BYTES);
    }

    // ---- whether

    /**
     * Changes the head of an answer, ready to be sent, that is to be compressed, and of one whose body would be.
     *
     * @param share counts what it takes; where that is tight, there is no memory for it
     * @return null where there is nothing to be compressed
     */
    static @Nullable GzipAnswer begin(
            Compression spec, RequestHead request, ResponseMessage response, boolean bodiless, BufferShare share) {
        Fields headers = response.fields();
        boolean unchanged = response.status() == 304;
        if (request.isHttp10() || !(unchanged || isEligible(spec, response))) {
            return null;
        }
        if (!headers.containsToken(FieldName.VARY, "accept-encoding") && !headers.containsToken(FieldName.VARY, "*")) {
            headers.add(FieldName.VARY, "Accept-Encoding");
        }
        if (!accepts(request) || isFixed(request.message().fields())) {
            return null;
        }
        String tag = headers.get(FieldName.ETAG);
        if (tag != null && !tag.startsWith("W/")) {
            headers.set(FieldName.ETAG, "W/" + tag); // RFC 9110, 8.8.1: not the same bytes any more
        }
        if (unchanged || share.isTight()) {
            return null;
        }
        headers.set(FieldName.CONTENT_ENCODING, "gzip");
        headers.remove(FieldName.CONTENT_LENGTH);
        headers.remove(FieldName.ACCEPT_RANGES);
        if (bodiless) {
            return null;
        }
        headers.set(FieldName.TRANSFER_ENCODING, "chunked");
        return new GzipAnswer(share);
    }

    private static boolean isEligible(Compression spec, ResponseMessage response) {
        Fields headers = response.fields();
        int status = response.status();
        String type = headers.get(FieldName.CONTENT_TYPE);
        String length = headers.get(FieldName.CONTENT_LENGTH);
        return status >= 200
                && status != 204
                && status != 206
                && type != null
                && spec.covers(type)
                && (length == null || Long.parseLong(length) >= Math.max(1, spec.leastBytes()))
                && !headers.contains(FieldName.CONTENT_ENCODING)
                && !headers.contains(FieldName.CONTENT_RANGE)
                && !headers.contains(CONTENT_MD5)
                && !headers.contains(DIGEST)
                && !headers.contains(CONTENT_DIGEST)
                && !headers.contains(REPR_DIGEST)
                && !isFixed(headers);
    }

    /** RFC 9111, 5.2.1.6 and 5.2.2.6. */
    private static boolean isFixed(Fields headers) {
        return headers.containsToken(CACHE_CONTROL, "no-transform");
    }

    private static boolean accepts(RequestHead request) {
        List<String> values = request.message().fields().all(FieldName.ACCEPT_ENCODING);
        boolean any = false;
        for (String value : values) {
            for (String coding : value.toLowerCase(Locale.ROOT).split(",", -1)) {
                int semicolon = coding.indexOf(';');
                String name = (semicolon < 0 ? coding : coding.substring(0, semicolon)).trim();
                boolean wanted = semicolon < 0 || isAboveZero(coding.substring(semicolon + 1));
                if (name.equals("gzip") || name.equals("x-gzip")) {
                    return wanted;
                }
                any |= name.equals("*") && wanted;
            }
        }
        return any;
    }

    private static boolean isAboveZero(String parameter) {
        String text = parameter.replace(" ", "");
        return !text.startsWith("q=") || !text.substring(2).matches("0?(\\.0*)?");
    }

    // ---- the body

    /** The next piece, compressed; takes the given one over. */
    HttpContent next(HttpContent content, ByteBufAllocator allocator) {
        ByteBuf out = allocator.buffer();
        try {
            if (!begun) {
                begun = true;
                out.writeBytes(HEADER);
            }
            boolean last = content instanceof LastHttpContent;
            for (ByteBuffer piece : content.content().nioBuffers()) {
                crc.update(piece.duplicate());
                deflater.setInput(piece);
                deflate(out, Deflater.NO_FLUSH);
            }
            if (last) {
                deflater.finish();
                deflate(out, Deflater.NO_FLUSH);
                out.writeIntLE((int) crc.getValue()).writeIntLE((int) deflater.getBytesRead());
                close();
            } else {
                deflate(out, Deflater.SYNC_FLUSH);
            }
            return last ? last(out, content) : new DefaultHttpContent(out);
        } catch (RuntimeException e) {
            out.release();
            throw e;
        } finally {
            content.release();
        }
    }

    private static HttpContent last(ByteBuf out, HttpContent end) {
        return end instanceof TrailedContent trailed
                ? new TrailedContent(out, trailed.trailers())
                : new DefaultLastHttpContent(out);
    }

    private void deflate(ByteBuf out, int flush) {
        int length;
        do {
            length = deflater.deflate(room, 0, room.length, flush);
            out.writeBytes(room, 0, length);
        } while (length == room.length);
    }

    /** Gives back what the compressor holds; twice does no harm. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            deflater.end();
            share.add(-STATE_BYTES);
        }
    }
}
