package dev.penstock.route;

import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.function.ToIntFunction;

/**
 * Numbers found by texts, each a part of a longer text that need not be cut out. Immutable.
 *
 * <p>Open addressing with linear probing, at most three quarters full. The hash is the caller's, so that one pass over a
 * text gives the hashes of all its beginnings, or of all its ends. A slot holds the number, the place of the key and a part
 * of the hash, which keeps nearly all other keys from being compared; the keys lie one behind the other in one array. So a
 * look-up touches two places in memory: in a large table it is cache misses that cost, not steps.
 */
final class KeyIndex {
    private static final int GOLDEN = 0x9E3779B9; // 2^32 / golden ratio: spreads neighbouring hashes
    private static final int MIN_TAG_BITS = 4;

    private final int shift;
    private final int mask;
    private final int numberBits;
    private final int lengthShift;
    private final int tagShift;
    private final int longest;
    private final long[] slots; // from the low bits up: number + 1, place, length, a part of the hash; 0: free
    private final byte[] keys;
    private final boolean wide; // two bytes for each character

    /**
     * Stores numbers.
     *
     * @param texts no two are equal
     * @param hash made with {@link #hash(int, char)} from 0, in the order in which look-ups make it
     * @param number the number of the text at a place in the list, not negative
     * @throws IllegalArgumentException if there are more and longer texts than a slot can tell apart, beyond some gigabytes
     */
    KeyIndex(List<String> texts, ToIntFunction<String> hash, IntUnaryOperator number) {
        int bits = Math.max(1, bits(texts.size() + texts.size() / 3));
        shift = 32 - bits;
        mask = (1 << bits) - 1;
        slots = new long[1 << bits];
        wide = texts.stream().anyMatch(text -> text.chars().anyMatch(c -> c > 0xff));
        int width = wide ? 2 : 1;
        keys = new byte[texts.stream().mapToInt(text -> width * text.length()).sum()];
        longest = texts.stream().mapToInt(String::length).max().orElse(0);
        int greatest = 0;
        for (int i = 0; i < texts.size(); i++) {
            greatest = Math.max(greatest, number.applyAsInt(i));
        }
        numberBits = bits(greatest + 1);
        lengthShift = numberBits + bits(keys.length);
        tagShift = lengthShift + bits(longest);
        if (tagShift > Long.SIZE - MIN_TAG_BITS) {
            throw new IllegalArgumentException(
                    "routes: " + texts.size() + " keys of " + keys.length + " bytes (expected: a smaller table)");
        }
        int place = 0;
        for (int i = 0; i < texts.size(); i++) {
            String text = texts.get(i);
            int mixed = hash.applyAsInt(text) * GOLDEN;
            int at = mixed >>> shift;
            while (slots[at] != 0) {
                at = (at + 1) & mask;
            }
            slots[at] = ((long) mixed << tagShift)
                    | ((long) text.length() << lengthShift)
                    | ((long) place << numberBits)
                    | (number.applyAsInt(i) + 1);
            place = write(text, place);
        }
    }

    private static int bits(int value) {
        return 32 - Integer.numberOfLeadingZeros(value);
    }

    private int write(String text, int place) {
        int at = place;
        for (int i = 0; i < text.length(); i++) {
            if (wide) {
                keys[at++] = (byte) (text.charAt(i) >>> 8);
            }
            keys[at++] = (byte) text.charAt(i);
        }
        return at;
    }

    /** The hash of a text that is one character longer. */
    static int hash(int hash, char next) {
        return 31 * hash + next;
    }

    /** The number for {@code text[start, end)}, or -1. */
    int find(String text, int start, int end, int hash) {
        if (end - start > longest) {
            return -1;
        }
        int mixed = hash * GOLDEN;
        long expected = ((long) mixed << tagShift) | ((long) (end - start) << lengthShift);
        int at = mixed >>> shift;
        for (long slot = slots[at]; slot != 0; slot = slots[at]) {
            long low = slot & ((1L << lengthShift) - 1);
            if (slot - low == expected && matches((int) (low >>> numberBits), text, start, end)) {
                return (int) (low & ((1L << numberBits) - 1)) - 1;
            }
            at = (at + 1) & mask;
        }
        return -1;
    }

    private boolean matches(int place, String text, int start, int end) {
        if (wide) {
            return matchesWide(place, text, start, end);
        }
        int offset = place - start;
        for (int i = start; i < end; i++) {
            if ((keys[offset + i] & 0xff) != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private boolean matchesWide(int first, String text, int start, int end) {
        int at = first;
        for (int i = start; i < end; i++, at += 2) {
            if (((keys[at] & 0xff) << 8 | (keys[at + 1] & 0xff)) != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
