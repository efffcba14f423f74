package dev.penstock.metrics;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A text that is written as bytes, in pieces: however long it is, it is in one place only, no array is large, and none is copied
 * when there is no more room. Not thread-safe.
 */
final class Pieces {
    /** Of each piece but the last. */
    static final int BYTES = 64 * 1024;

    private static final int MOST_DIGITS = 19;

    private final List<byte[]> full = new ArrayList<>();
    private final byte[] digits = new byte[MOST_DIGITS];
    private byte[] piece = new byte[BYTES];
    private int end;

    Pieces append(byte[] bytes) {
        return append(bytes, bytes.length);
    }

    /** Appends the first bytes of some. */
    Pieces append(byte[] bytes, int count) {
        int from = 0;
        for (int left = count; left > 0; ) {
            makeRoom();
            int some = Math.min(left, BYTES - end);
            System.arraycopy(bytes, from, piece, end, some);
            end += some;
            from += some;
            left -= some;
        }
        return this;
    }

    Pieces append(String text) {
        return append(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Appends a character of ASCII. */
    Pieces append(char ascii) {
        makeRoom();
        piece[end++] = (byte) ascii;
        return this;
    }

    /** Appends a whole number; {@code > Long.MIN_VALUE}. */
    Pieces append(long number) {
        if (number < 0) {
            append('-');
        }
        int count = 0;
        long left = Math.abs(number);
        do {
            digits[count++] = (byte) ('0' + left % 10);
            left /= 10;
        } while (left > 0);
        while (count > 0) {
            makeRoom();
            piece[end++] = digits[--count];
        }
        return this;
    }

    private void makeRoom() {
        if (end == BYTES) {
            full.add(piece);
            piece = new byte[BYTES];
            end = 0;
        }
    }

    /** All of it; nothing is appended any more. */
    List<byte[]> all() {
        full.add(Arrays.copyOf(piece, end));
        return List.copyOf(full);
    }
}
