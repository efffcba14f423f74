package dev.penstock.benchmarks.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.util.AsciiString;
import io.netty.util.ByteProcessor;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Finds the end of answers that have a {@code Content-Length}, and reads nothing else of them but the status. Confined to one
 * connection.
 */
final class AnswerReader {
    /** What the bytes that came until now amount to. */
    enum State {
        /** More must come. */
        PART,
        /** One answer of status 200 is whole. */
        WHOLE,
        /** No answer of status 200. */
        BAD
    }

    private static final byte[] STATUS = bytes("HTTP/1.1 200 ");
    private static final byte[] LENGTH = bytes("content-length:");
    private static final int LONGEST_HEAD = 16_384;

    private byte[] head = new byte[1024];
    private int filled;
    private long bodyLeft = -1;

    /** Takes bytes of one answer. */
    State read(ByteBuf in) {
        while (bodyLeft < 0) {
            if (!in.isReadable()) {
                return State.PART;
            }
            takeHead(in);
            if (filled >= LONGEST_HEAD) {
                return State.BAD;
            }
            if (headEnds()) {
                bodyLeft = startsWith(0, STATUS) ? length() : -1;
                filled = 0;
                if (bodyLeft < 0) {
                    return State.BAD;
                }
            }
        }
        int taken = (int) Math.min(bodyLeft, in.readableBytes());
        in.skipBytes(taken);
        bodyLeft -= taken;
        if (bodyLeft > 0) {
            return State.PART;
        }
        bodyLeft = -1;
        return State.WHOLE;
    }

    /** Takes bytes up to the next end of a line. */
    private void takeHead(ByteBuf in) {
        int end = in.forEachByte(ByteProcessor.FIND_LF);
        int size = (end < 0 ? in.writerIndex() : end + 1) - in.readerIndex();
        if (filled + size > head.length) {
            head = Arrays.copyOf(head, Math.max(2 * head.length, filled + size));
        }
        in.readBytes(head, filled, size);
        filled += size;
    }

    private boolean headEnds() {
        return filled >= 4
                && head[filled - 1] == '\n'
                && head[filled - 2] == '\r'
                && head[filled - 3] == '\n'
                && head[filled - 4] == '\r';
    }

    /** The value of Content-Length; -1 if there is none. */
    private long length() {
        for (int i = 1; i < filled - LENGTH.length; i++) {
            if (head[i - 1] == '\n' && startsWith(i, LENGTH)) {
                int end = i + LENGTH.length;
                while (head[end] != '\r') {
                    end++;
                }
                return Long.parseLong(new AsciiString(head, i + LENGTH.length, end - i - LENGTH.length, false)
                        .trim()
                        .toString());
            }
        }
        return -1;
    }

    private boolean startsWith(int at, byte[] lowerCase) {
        if (at + lowerCase.length > filled) {
            return false;
        }
        for (int i = 0; i < lowerCase.length; i++) {
            byte is = head[at + i];
            byte folded = is >= 'A' && is <= 'Z' && lowerCase[i] >= 'a' ? (byte) (is + 32) : is;
            if (folded != lowerCase[i]) {
                return false;
            }
        }
        return true;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
