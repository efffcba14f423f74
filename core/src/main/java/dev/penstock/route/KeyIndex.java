package dev.penstock.route;

import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * Numbers found by texts, each a part of a longer text that need not be cut out. Immutable.
 *
 * <p>Open addressing with linear probing, at most three quarters full. The hash is the caller's, so that one pass over a
 * text gives the hashes of all its beginnings, or of all its ends. A slot holds the number, the place of the key and a part
 * of the hash, which keeps nearly all other keys from being compared; the keys lie one behind the other in one text. So a
 * look-up touches two places in memory: in a large table it is cache misses that cost, not steps.
 */
final class KeyIndex {
    /** What a character counts more in the hash than the one behind it. */
    static final int FACTOR = 31;

    private static final int FACTOR_2 = FACTOR * FACTOR;
    private static final int FACTOR_3 = FACTOR_2 * FACTOR;
    private static final int FACTOR_4 = FACTOR_3 * FACTOR;

    private static final int GOLDEN = 0x9E3779B9; // 2^32 / golden ratio: spreads neighbouring hashes
    private static final int MIN_TAG_BITS = 4;

    private final int shift;
    private final int mask;
    private final int numberBits;
    private final int lengthShift;
    private final int tagShift;
    private final int longest;
    private final long[] slots; // from the low bits up: number + 1, place, length, a part of the hash; 0: free
    private final String keys;

    /**
     * Stores numbers.
     *
     * @param texts no two are equal
     * @param number the number of the text at a place in the list, not negative
     * @throws IllegalArgumentException if there are more and longer texts than a slot can tell apart, beyond some gigabytes
     */
    KeyIndex(List<String> texts, IntUnaryOperator number) {
        int bits = Math.max(1, bits(texts.size() + texts.size() / 3));
        shift = 32 - bits;
        mask = (1 << bits) - 1;
        slots = new long[1 << bits];
        keys = String.join("", texts);
        longest = texts.stream().mapToInt(String::length).max().orElse(0);
        int greatest = 0;
        for (int i = 0; i < texts.size(); i++) {
            greatest = Math.max(greatest, number.applyAsInt(i));
        }
        numberBits = bits(greatest + 1);
        lengthShift = numberBits + bits(keys.length());
        tagShift = lengthShift + bits(longest);
        if (tagShift > Long.SIZE - MIN_TAG_BITS) {
            throw new IllegalArgumentException("routes: " + texts.size() + " keys of " + keys.length()
                    + " characters (expected: a smaller table)");
        }
        int place = 0;
        for (int i = 0; i < texts.size(); i++) {
            String text = texts.get(i);
            int mixed = hash(text) * GOLDEN;
            int at = mixed >>> shift;
            while (slots[at] != 0) {
                at = (at + 1) & mask;
            }
            slots[at] = ((long) mixed << tagShift)
                    | ((long) text.length() << lengthShift)
                    | ((long) place << numberBits)
                    | (number.applyAsInt(i) + 1);
            place += text.length();
        }
    }

    private static int bits(int value) {
        return 32 - Integer.numberOfLeadingZeros(value);
    }

    /** The hash of a text that is one character longer. */
    static int hash(int hash, char next) {
        return FACTOR * hash + next;
    }

    /** The hash of a whole text. */
    static int hash(String text) {
        int length = text.length();
        int hash = 0;
        int i = 0;
        for (; i + 3 < length; i += 4) { // a step need not wait for four products, one after the other
            hash = FACTOR_4 * hash
                    + FACTOR_3 * text.charAt(i)
                    + FACTOR_2 * text.charAt(i + 1)
                    + FACTOR * text.charAt(i + 2)
                    + text.charAt(i + 3);
        }
        for (; i < length; i++) {
            hash = hash(hash, text.charAt(i));
        }
        return hash;
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

    // By what the JVM compares fastest: loops over charAt take twice as long on JDK 25 as on 17.
    private boolean matches(int place, String text, int start, int end) {
        boolean whole = start == 0 && end == text.length();
        return whole ? keys.startsWith(text, place) : keys.regionMatches(place, text, start, end - start);
    }
}
