package dev.penstock.balancer;

import java.util.Arrays;

/**
 * Draws indices in proportion to weights, each in constant time. Immutable.
 *
 * <p>Every index owns one slot of n; the upper part of a slot of an index below average is lent to one above it. A draw
 * takes a slot, and the place within it decides between owner and borrower. Cost: O(1) per draw, O(n) to build, 12 bytes
 * per index.
 *
 * @see <a href="https://doi.org/10.1145/355744.355749">Walker 1977, An efficient method for generating discrete random
 *     variables with general distributions</a>
 * @see <a href="https://doi.org/10.1109/32.92917">Vose 1991, A linear algorithm for generating random numbers with a given
 *     distribution</a>
 */
final class AliasTable {
    private static final double SLOT = 0x1p63;

    /** Below this place of 0..2^63 a slot is its owner's. */
    private final long[] own;

    private final int[] borrower;

    private AliasTable(long[] own, int[] borrower) {
        this.own = own;
        this.borrower = borrower;
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
        var own = new long[n];
        var borrower = new int[n];
        int next = 0;
        while (next < below && above < n) {
            int small = order[next++];
            int large = order[above];
            own[small] = (long) (left[small] / (double) total * SLOT);
            borrower[small] = large;
            left[large] -= total - left[small];
            if (left[large] < total) {
                above++;
                order[below++] = large; // above > below - 1 here: the place is free
            }
        }
        for (; above < n; above++) {
            fill(order[above], own, borrower);
        }
        return new AliasTable(own, borrower);
    }

    private static void fill(int index, long[] own, int[] borrower) {
        own[index] = Long.MAX_VALUE;
        borrower[index] = index;
    }

    /**
     * Draws an index.
     *
     * @param bits 64 random ones: the upper part of their 128-bit product with n is the slot, the lower the place within
     */
    int draw(long bits) {
        long n = own.length;
        int slot = (int) (Math.multiplyHigh(bits, n) + ((bits >> 63) & n)); // unsigned
        long place = (bits * n) >>> 1;
        int other = borrower[slot];
        // place < own[slot] ? slot : other, without a jump: it could not be foreseen. Both are >= 0: no overflow.
        int owned = (int) ((place - own[slot]) >> 63);
        return other ^ ((slot ^ other) & owned);
    }

    /** The share of each index as the table stands, in 0..1. */
    double[] shares() {
        int n = own.length;
        var shares = new double[n];
        for (int i = 0; i < n; i++) {
            double kept = own[i] / SLOT;
            shares[i] += kept / n;
            shares[borrower[i]] += (1 - kept) / n;
        }
        return shares;
    }
}
