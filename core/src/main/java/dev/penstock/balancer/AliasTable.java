package dev.penstock.balancer;

import java.util.Arrays;

/**
 * Draws indices in proportion to weights, each in constant time. Immutable.
 *
 * <p>Every index owns one slot of n; the upper part of a slot of an index below average is lent to one above it. A draw
 * takes a slot, and the place within it decides between owner and borrower. Cost: O(1) per draw, O(n) to build, 8 bytes
 * per index.
 *
 * @see <a href="https://doi.org/10.1145/355744.355749">Walker 1977, An efficient method for generating discrete random
 *     variables with general distributions</a>
 * @see <a href="https://doi.org/10.1109/32.92917">Vose 1991, A linear algorithm for generating random numbers with a given
 *     distribution</a>
 */
final class AliasTable {
    private static final int BORROWER_BITS = 24;
    private static final int BORROWER = (1 << BORROWER_BITS) - 1;

    /** Places of a slot: with so many a share is right to 12 digits. */
    private static final double SLOT = 0x1p40;

    /** Of each slot the place of 0..2^40 below which it is its owner's, and who borrows the rest: one look for both. */
    private final long[] slots;

    private AliasTable(long[] slots) {
        this.slots = slots;
    }

    /** A table of weights, each 1 or more. */
    static AliasTable of(int[] weights) {
        int n = weights.length;
        long total = Arrays.stream(weights).asLongStream().sum();
        // Scaled so that a slot holds the total: n x weight <= 2^31 x 2^20 fits, and all arithmetic is exact.
        var left = new long[n];
        var order = new int[n]; // those below average from the front, the others from the back
        int below = 0;
        int above = n;
        for (int i = 0; i < n; i++) {
            left[i] = (long) weights[i] * n;
            order[left[i] < total ? below++ : --above] = i;
        }
        var slots = new long[n];
        int next = 0;
        while (next < below && above < n) {
            int small = order[next++];
            int large = order[above];
            slots[small] = Math.round(left[small] / (double) total * SLOT) << BORROWER_BITS | large;
            left[large] -= total - left[small];
            if (left[large] < total) {
                above++;
                order[below++] = large; // above > below - 1 here: the place is free
            }
        }
        for (; above < n; above++) {
            slots[order[above]] = order[above]; // lent to nobody but itself
        }
        return new AliasTable(slots);
    }

    /**
     * Draws an index.
     *
     * @param bits 64 random ones: the upper part of their 128-bit product with n is the slot, the lower the place within
     */
    int draw(long bits) {
        long n = slots.length;
        int slot = (int) (Math.multiplyHigh(bits, n) + ((bits >> 63) & n)); // unsigned
        long place = (bits * n) >>> BORROWER_BITS;
        long lent = slots[slot];
        int other = (int) lent & BORROWER;
        // place < own ? slot : other, without a jump: it could not be foreseen. Both are below 2^40: no overflow.
        int owned = (int) ((place - (lent >>> BORROWER_BITS)) >> 63);
        return other ^ ((slot ^ other) & owned);
    }

    /** The share of each index as the table stands, in 0..1. */
    double[] shares() {
        int n = slots.length;
        var shares = new double[n];
        for (int i = 0; i < n; i++) {
            double kept = (slots[i] >>> BORROWER_BITS) / SLOT;
            shares[i] += kept / n;
            shares[(int) slots[i] & BORROWER] += (1 - kept) / n;
        }
        return shares;
    }
}
