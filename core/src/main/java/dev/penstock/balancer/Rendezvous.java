package dev.penstock.balancer;

/**
 * Rendezvous hashing, highest random weight: each candidate draws a number by the key, the least one has it.
 *
 * <p>When a candidate goes, only its keys move, when one comes, only those that it gets; the same with weights, where
 * candidate i draws {@code -ln(1 - u) / weight}. Shares are exact up to chance. Cost: O(n) per pick, two multiplications per
 * candidate; nothing to build. For some dozens of candidates; for more, {@link Maglev}. Immutable.
 *
 * @see <a href="https://doi.org/10.1109/90.663936">Thaler, Ravishankar 1998, Using Name-Based Mappings to Increase Hit
 *     Rates</a>
 * @see <a href="https://datatracker.ietf.org/doc/html/draft-ietf-bess-weighted-hrw-00">Weighted HRW, section on
 *     -w / ln(u)</a>
 */
final class Rendezvous implements Placement {
    private final long[] hashes;

    private Rendezvous(long[] hashes) {
        this.hashes = hashes;
    }

    static Placement of(HashedCandidates candidates) {
        return Weights.allEqual(candidates.weights())
                ? new Rendezvous(candidates.hashes())
                : new Weighted(candidates.hashes(), candidates.weights());
    }

    @Override
    public int at(long hash) {
        int least = 0;
        long leastDrawn = Long.MAX_VALUE;
        for (int i = 0; i < hashes.length; i++) {
            long drawn = Mix.of(hash ^ hashes[i]) >>> 1;
            if (drawn < leastDrawn) {
                least = i;
                leastDrawn = drawn;
            }
        }
        return least;
    }

    private static final class Weighted implements Placement {
        private final long[] hashes;
        private final double[] perWeight;

        Weighted(long[] hashes, int[] weights) {
            this.hashes = hashes;
            this.perWeight = new double[weights.length];
            for (int i = 0; i < weights.length; i++) {
                perWeight[i] = 1.0 / weights[i];
            }
        }

        @Override
        public int at(long hash) {
            int least = 0;
            double leastDrawn = Double.POSITIVE_INFINITY;
            for (int i = 0; i < hashes.length; i++) {
                double u = (Mix.of(hash ^ hashes[i]) >>> 11) * 0x1.0p-53;
                // -ln(1 - u) >= u, so that hardly any candidate after the first few needs the logarithm
                if (u * perWeight[i] < leastDrawn) {
                    double drawn = -StrictMath.log1p(-u) * perWeight[i];
                    if (drawn < leastDrawn) {
                        least = i;
                        leastDrawn = drawn;
                    }
                }
            }
            return least;
        }
    }
}
