package dev.penstock.balancer;

/** A bijection of 64 bits in which each bit of the result depends on each bit given. */
final class Mix {
    private Mix() {}

    // The finalizer of SplittableRandom: Stafford's variant 13 of MurmurHash3's.
    static long of(long bits) {
        long z = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
