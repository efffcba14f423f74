package dev.penstock.balancer;

/** The hashes and weights of candidates, in the order of their ids. The arrays are not changed by anybody. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record HashedCandidates(long[] hashes, int[] weights) {
    int size() {
        return hashes.length;
    }
}
