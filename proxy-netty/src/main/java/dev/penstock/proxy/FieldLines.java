package dev.penstock.proxy;

import io.netty.buffer.ByteBuf;

/**
 * Goes over the lines of a head or of trailers as they come, to its end, and finds the ones that are folded: the decoder would
 * join them, where RFC 9112 (5.2) lets a proxy refuse them. Confined to its event loop.
 */
final class FieldLines {
    /** What a look at the lines comes to. */
    enum Seen {
        /** The empty line at the end has not come yet. */
        UNFINISHED,
        /** All lines are there, up to the empty one. */
        WHOLE,
        /** One begins with a blank. */
        FOLDED
    }

    private int lineStart;

    /** Makes ready for other lines. */
    void reset() {
        lineStart = 0;
    }

    /** Goes on where it left off; the first line begins at the reader index. */
    Seen scan(ByteBuf in) {
        int start = in.readerIndex();
        int end = in.writerIndex();
        int line = start + lineStart;
        while (line < end) {
            byte first = in.getByte(line);
            if (first == ' ' || first == '\t') {
                return Seen.FOLDED;
            }
            int lf = in.indexOf(line, end, (byte) '\n');
            if (lf < 0) {
                break;
            }
            if (lf == line || (lf == line + 1 && first == '\r')) {
                return Seen.WHOLE; // one without a CR is for the decoder to refuse
            }
            line = lf + 1;
        }
        lineStart = line - start;
        return Seen.UNFINISHED;
    }
}
