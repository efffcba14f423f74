package dev.penstock.discovery.dns;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Type;

/**
 * What of an answer's bytes means something: all but its id and, unless they count, the times to live (which caches count
 * down), in whatever order the records of a section come. Immutable, but for what it finds out once. Confined to the
 * wire's thread.
 *
 * <p>Two answers of one form say the same. Two of different form may, too: names that are shortened otherwise are not
 * written out.
 */
final class Form {
    private static final int HEADER_BYTES = 12;
    private static final int QUESTIONS_AT = 4;
    private static final int SECTIONS = 3;
    private static final int RECORD_BYTES = 10;
    private static final int POINTER = 0xc0;

    private final byte[] bytes;

    /** Where each section's records begin, and where the last one ends; null if they cannot be told apart. */
    private final int @Nullable [][] records;

    private byte @Nullable [] sorted;

    /**
     * Reads what need be read.
     *
     * @param bytes of an answer; changed, and kept
     * @param timesCount whether times to live make a difference
     */
    Form(byte[] bytes, boolean timesCount) {
        this.bytes = bytes;
        bytes[0] = 0;
        bytes[1] = 0;
        records = records(bytes);
        if (records != null && !timesCount) {
            for (int[] section : records) {
                for (int i = 0; i + 1 < section.length; i++) {
                    clearTime(section[i]);
                }
            }
        }
    }

    private void clearTime(int record) {
        int fields = skipName(bytes, record);
        if (u16(bytes, fields) != Type.OPT) { // which has a code and flags there
            Arrays.fill(bytes, fields + 4, fields + 8, (byte) 0);
        }
    }

    boolean isThatOf(Form other) {
        if (Arrays.equals(bytes, other.bytes)) {
            return true;
        }
        return bytes.length == other.bytes.length
                && records != null
                && other.records != null
                && Arrays.equals(sorted(records), other.sorted(other.records));
    }

    private byte[] sorted(int[][] sections) {
        byte[] known = sorted;
        if (known != null) {
            return known;
        }
        byte[] result = bytes.clone();
        int at = sections[0][0];
        for (int[] section : sections) {
            List<byte[]> slices = new ArrayList<>();
            for (int i = 0; i + 1 < section.length; i++) {
                slices.add(Arrays.copyOfRange(bytes, section[i], section[i + 1]));
            }
            slices.sort(Arrays::compareUnsigned);
            for (byte[] slice : slices) {
                System.arraycopy(slice, 0, result, at, slice.length);
                at += slice.length;
            }
        }
        sorted = result;
        return result;
    }

    private static int @Nullable [][] records(byte[] bytes) {
        try {
            int at = HEADER_BYTES;
            for (int left = u16(bytes, QUESTIONS_AT); left > 0; left--) {
                at = skipName(bytes, at) + 4;
            }
            var records = new int[SECTIONS][];
            for (int section = 0; section < SECTIONS; section++) {
                int count = u16(bytes, QUESTIONS_AT + 2 + 2 * section);
                if (count * (RECORD_BYTES + 1) > bytes.length) {
                    return null;
                }
                var begins = new int[count + 1];
                for (int i = 0; i < count; i++) {
                    begins[i] = at;
                    int fields = skipName(bytes, at);
                    at = fields + RECORD_BYTES + u16(bytes, fields + 8);
                }
                begins[count] = at;
                records[section] = begins;
            }
            return at == bytes.length ? records : null;
        } catch (ArrayIndexOutOfBoundsException e) {
            return null; // cut off; whoever reads it in full will say so
        }
    }

    private static int skipName(byte[] bytes, int from) {
        int at = from;
        while (bytes[at] != 0) {
            int length = bytes[at] & 0xff;
            if (length >= POINTER) {
                return at + 2;
            }
            at += 1 + length;
        }
        return at + 1;
    }

    private static int u16(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 8 | (bytes[at + 1] & 0xff);
    }
}
