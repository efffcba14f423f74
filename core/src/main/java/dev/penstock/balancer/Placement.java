package dev.penstock.balancer;

/** Where hashes belong among the candidates of one snapshot. Immutable. */
interface Placement {
    /**
     * The index of the candidate that a hash belongs to.
     *
     * @param hash any; all bits count
     */
    int at(long hash);
}
