package dev.penstock.runtime;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes that lines are collected in, used again and again. Confined to its writer. */
final class LineBuffer {
    private static final int FIRST_SIZE = 1 << 10;
    private static final int MOST_DIGITS = 19;

    private byte[] bytes = new byte[FIRST_SIZE];
    private int length;

    int length() {
        return length;
    }

    /** What is in it begins at 0 and is {@link #length()} long. */
    byte[] bytes() {
        return bytes;
    }

    /** Leaves so much of it. */
    void cut(int length) {
        this.length = length;
    }

    void append(char ascii) {
        room(1);
        bytes[length++] = (byte) ascii;
    }

    void append(byte[] text) {
        room(text.length);
        System.arraycopy(text, 0, bytes, length, text.length);
        length += text.length;
    }

    /**
     * Appends a text up to the first character that is not to stand there as it is.
     *
     * @param from where it begins
     * @param plain which characters are, by their numbers; none beyond
     * @return the place of that character, or the length of the text
     */
    int appendPlain(String text, int from, boolean[] plain) {
        int end = text.length();
        room(end - from);
        byte[] to = bytes;
        int at = length;
        int i = from;
        for (; i < end; i++) {
            char c = text.charAt(i);
            if (c >= plain.length || !plain[c]) {
                break;
            }
            to[at++] = (byte) c;
        }
        length = at;
        return i;
    }

    /** Appends a number, {@code >= 0}. */
    void append(long number) {
        int digits = 1;
        for (long bound = 10; digits < MOST_DIGITS && number >= bound; bound *= 10) {
            digits++;
        }
        append(number, digits);
    }

    /** Appends the last digits of a number, so many. */
    void append(long number, int digits) {
        room(digits);
        byte[] to = bytes;
        long rest = number;
        for (int i = length + digits - 1; i >= length; i--) {
            long tenth = rest / 10;
            to[i] = (byte) ('0' + rest - 10 * tenth);
            rest = tenth;
        }
        length += digits;
    }

    private void room(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, Math.addExact(length, more)));
        }
    }

    @Override
    public String toString() {
        return new String(bytes, 0, length, StandardCharsets.US_ASCII);
    }
}
