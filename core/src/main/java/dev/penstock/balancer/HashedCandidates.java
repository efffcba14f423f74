package dev.penstock.balancer;

import java.util.Arrays;

/** The hashes and weights of candidates, in the order of their ids. The arrays are not changed by anybody. */
@SuppressWarnings("ArrayRecordComponent") // compared by isAs
record HashedCandidates(long[] hashes, int[] weights) {
    int size() {
        return hashes.length;
    }

    boolean isAs(HashedCandidates other) {
        return Arrays.equals(hashes, other.hashes) && Arrays.equals(weights, other.weights);
    }
}
