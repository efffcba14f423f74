package dev.penstock.balancer;

import java.util.Arrays;

/**
 * Consistent hashing on a ring: each candidate has points on it, a key belongs to the next point.
 *
 * <p>When a candidate goes, only its keys move. Shares vary by about 1 / sqrt(points of a candidate): 4 % with 512. A
 * candidate of mean weight has {@value #POINTS}; where that would be more than {@value #MOST_POINTS} in all, half as many, a
 * quarter and so on, and numbers of points go by the power of two next below the mean weight, so that they change for all
 * together rarely. Cost: O(1) expected per pick by an index over the upper bits, no allocation; O(p log p) to build and 12 bytes for
 * each of p points. Here for those who are used to it: {@link Maglev} picks faster and spreads better, {@link Rendezvous}
 * spreads better still. Immutable.
 *
 * @see <a href="https://doi.org/10.1145/258533.258660">Karger et al. 1997, Consistent Hashing and Random Trees</a>
 */
final class HashRing implements Placement {
    static final int POINTS = 512;
    private static final int MOST_POINTS = 1 << 20;
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    /** The upper bits of each are a point, in order as numbers without sign; the lower ones say whose. */
    private final long[] points;

    /** For each value of the upper bits the index of the first point not below it. */
    private final int[] starts;

    private final int shift;
    private final long whose;

    private HashRing(long[] points, long whose) {
        this.points = points;
        this.whose = whose;
        int bits = Math.max(1, 32 - Integer.numberOfLeadingZeros(points.length - 1));
        this.shift = 64 - bits;
        this.starts = new int[1 << bits];
        int next = 0;
        for (int i = 0; i < starts.length; i++) {
            while (next < points.length && (points[next] >>> shift) < i) {
                next++;
            }
            starts[i] = next;
        }
    }

    static HashRing of(HashedCandidates candidates) {
        int n = candidates.size();
        long total = Weights.total(candidates.weights());
        double unit = Long.highestOneBit(Math.max(1, total / n)); // of weight
        double perWeight = POINTS / unit;
        while (perWeight * total > MOST_POINTS && perWeight * total > n) {
            perWeight /= 2;
        }
        long whose = Long.highestOneBit(Math.max(1, n - 1)) * 2 - 1;
        var counts = new int[n];
        for (int i = 0; i < n; i++) {
            counts[i] = (int) Math.max(1, Math.rint(candidates.weights()[i] * perWeight));
        }
        var points = new long[Arrays.stream(counts).sum()];
        int next = 0;
        for (int i = 0; i < n; i++) {
            for (int point = 0; point < counts[i]; point++) {
                // Sorted as signed numbers with the sign turned, which is their order without sign.
                long at = (Mix.of(candidates.hashes()[i] + point * GOLDEN) & ~whose) | i;
                points[next++] = at ^ Long.MIN_VALUE;
            }
        }
        Arrays.sort(points);
        for (int i = 0; i < points.length; i++) {
            points[i] ^= Long.MIN_VALUE;
        }
        return new HashRing(points, whose);
    }

    /** How many there are. */
    int points() {
        return points.length;
    }

    @Override
    public int at(long hash) {
        int i = starts[(int) (hash >>> shift)];
        while (i < points.length && Long.compareUnsigned(points[i], hash) < 0) {
            i++;
        }
        return (int) (points[i < points.length ? i : 0] & whose); // round the end
    }
}
