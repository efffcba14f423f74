package dev.penstock.proxy.http1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ByteProcessor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the bodies of messages as their bytes come in, piece by piece, without copying them. Of chunks (RFC 9112, 7.1) are
 * taken: a size of 1 to 15 hexadecimal digits below 2 GiB, well-formed extensions, CRLF and nothing else as the end of a line. Not thread-safe.
 */
final class BodyReader {
    private static final int MAX_DIGITS = 15;

    private enum State {
        OVER,
        LENGTH,
        CLOSE,
        SIZE,
        EXTENSION,
        SIZE_END,
        DATA,
        DATA_RETURN,
        DATA_END,
        TRAILERS,
        WRONG
    }

    private final int maxPieceBytes;
    private final int maxChunkLineBytes;
    private final int maxTrailerBytes;
    private final FieldScanner scanner;
    private final ByteProcessor line = this::takes;
    private final ChunkExtensions extensions = new ChunkExtensions();
    private State state = State.OVER;
    private long left; // of the body, or of the chunk
    private int digits;
    private byte last;
    private int lineBytes;
    private byte[] block = {};
    private int used;
    private Fields trailers = new Fields();

    BodyReader(int maxPieceBytes, int maxChunkLineBytes, int maxTrailerBytes, int maxTrailers) {
        this.maxPieceBytes = maxPieceBytes;
        this.maxChunkLineBytes = maxChunkLineBytes;
        this.maxTrailerBytes = maxTrailerBytes;
        this.scanner = new FieldScanner(maxTrailerBytes, maxTrailers);
    }

    /** Makes ready for a body. */
    void begin(Framing framing, int maxTrailers) {
        left = framing.length();
        state = switch (framing.kind()) {
            case NONE -> State.OVER;
            case LENGTH -> State.LENGTH;
            case CHUNKED -> State.SIZE;
            case CLOSE -> State.CLOSE;
        };
        digits = 0;
        lineBytes = 0;
        if (state == State.SIZE) {
            left = 0;
            scanner.reset(maxTrailers);
        }
    }

    boolean isOver() {
        return state == State.OVER;
    }

    /** Tells whether the end of the connection is the end of the body. */
    boolean endsWithConnection() {
        return state == State.CLOSE;
    }

    /** What trailers take that are not whole. */
    int heldBytes() {
        return block.length;
    }

    /** Tells whether what came is no body. */
    boolean isWrong() {
        return state == State.WRONG;
    }

    /** The next piece, or the last; null where more has to come, or it is wrong. */
    @Nullable
    HttpContent next(ByteBuf in) {
        while (in.isReadable()) {
            switch (state) {
                case LENGTH -> {
                    ByteBuf piece = piece(in);
                    if (left > 0) {
                        return new DefaultHttpContent(piece);
                    }
                    state = State.OVER;
                    return new LastContent(piece);
                }
                case CLOSE -> {
                    return new DefaultHttpContent(in.readRetainedSlice(Math.min(maxPieceBytes, in.readableBytes())));
                }
                case DATA -> {
                    ByteBuf piece = piece(in);
                    if (left == 0) {
                        state = State.DATA_RETURN;
                    }
                    return new DefaultHttpContent(piece);
                }
                case TRAILERS -> {
                    HttpContent last = trailers(in);
                    if (last != null) {
                        return last;
                    }
                }
                case OVER, WRONG -> {
                    return null;
                }
                default -> {
                    int stop = in.forEachByte(line);
                    in.readerIndex(stop < 0 ? in.writerIndex() : stop + 1);
                }
            }
        }
        return null;
    }

    private ByteBuf piece(ByteBuf in) {
        int length = (int) Math.min(left, Math.min(maxPieceBytes, in.readableBytes()));
        left -= length;
        return in.readRetainedSlice(length);
    }

    /** One more byte of what is around chunks; false after the last one before something else. */
    private boolean takes(byte b) {
        state = line(b);
        return switch (state) {
            case SIZE, EXTENSION, SIZE_END, DATA_RETURN, DATA_END -> true;
            case OVER, LENGTH, CLOSE, DATA, TRAILERS, WRONG -> false;
        };
    }

    private State line(byte b) {
        if (++lineBytes > maxChunkLineBytes) {
            return State.WRONG;
        }
        return switch (state) {
            case SIZE -> size(b);
            case EXTENSION -> extension(b);
            case SIZE_END -> b == '\n' ? chunk() : State.WRONG;
            case DATA_RETURN -> b == '\r' ? State.DATA_END : State.WRONG;
            case DATA_END -> b == '\n' ? nextSize() : State.WRONG;
            default -> State.WRONG;
        };
    }

    private State size(byte b) {
        int digit = digit(b);
        if (digit >= 0) {
            left = left << 4 | digit;
            return ++digits <= MAX_DIGITS && left <= Integer.MAX_VALUE ? State.SIZE : State.WRONG;
        }
        if (digits == 0) {
            return State.WRONG;
        }
        extensions.reset();
        return b == '\r' ? State.SIZE_END : extension(b);
    }

    private State extension(byte b) {
        byte before = last;
        last = b;
        if (b == '\r') {
            return extensions.mayEnd(before) ? State.SIZE_END : State.WRONG;
        }
        return extensions.takes(b) ? State.EXTENSION : State.WRONG;
    }

    private static int digit(byte b) {
        if (b >= '0' && b <= '9') {
            return b - '0';
        }
        int folded = Octets.folded(b);
        return folded >= 'a' && folded <= 'f' && b > 0 ? folded - 'a' + 10 : -1;
    }

    private State chunk() {
        return left > 0 ? State.DATA : State.TRAILERS;
    }

    private State nextSize() {
        left = 0;
        digits = 0;
        lineBytes = 0;
        return State.SIZE;
    }

    private @Nullable HttpContent trailers(ByteBuf in) {
        int taken = Math.min(in.readableBytes(), maxTrailerBytes + 4 - used);
        if (block.length - used < taken) {
            block = Arrays.copyOf(block, Math.min(maxTrailerBytes + 4, used + Math.max(taken, used)));
        }
        trailers.moveTo(block, used);
        in.getBytes(in.readerIndex(), block, used, taken);
        int end = scanner.scan(block, used, used + taken, trailers);
        if (end == FieldScanner.MORE) {
            in.skipBytes(taken);
            used += taken;
            state = scanner.fault() == null ? State.TRAILERS : State.WRONG;
            return null;
        }
        in.skipBytes(end - used);
        trailers.moveTo(block, end);
        state = State.OVER;
        HttpContent last = trailers.isEmpty()
                ? LastHttpContent.EMPTY_LAST_CONTENT
                : new TrailedContent(Unpooled.EMPTY_BUFFER, trailers);
        block = new byte[0];
        used = 0;
        trailers = new Fields();
        return last;
    }
}
