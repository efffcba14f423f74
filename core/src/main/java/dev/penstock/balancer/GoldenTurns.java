package dev.penstock.balancer;

/**
 * A round that is worked out turn by turn, for weights whose round is too long to be kept.
 *
 * <p>The weights lie side by side on a circle as long as their sum. From turn to turn a point goes round it in steps of a
 * fixed length, and whoever it meets has the turn. The step has no common divisor with the circle, so that in one round
 * the point meets each place once: everyone has exactly as many turns as its weight. The step is near the golden section
 * of the circle, which keeps the points of any stretch of turns apart, and so spreads everyone's turns: within a round
 * nobody was seen more than 6 turns ahead of or behind its share.
 *
 * <p>A sum above 2^30 is brought down to it: shares are then off by at most n / 2^30, and nobody has less than one turn.
 *
 * <p>Cost: O(1) per turn on average, O(n) to build, about 20 bytes per candidate. Immutable.
 *
 * @see <a href="https://en.wikipedia.org/wiki/Three-gap_theorem">The three-gap theorem (Steinhaus; Sos 1958)</a>
 * @see "Kuipers, Niederreiter 1974, Uniform Distribution of Sequences, chapter 2.3: discrepancy by partial quotients"
 */
final class GoldenTurns implements Turns {
    private static final long MAX_COUNT = 1L << 30;
    private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;
    private static final int STEPS_COMPARED = 64;

    private final long count;
    private final long step;
    /** Where on the circle each candidate's stretch ends, exclusive. */
    private final int[] ends;
    /** For each piece of 2^shift places the candidate at its first place. */
    private final int[] guide;

    private final int shift;

    GoldenTurns(int[] weights) {
        ends = ends(weights);
        count = ends[ends.length - 1];
        step = step(count);
        // At most two pieces per candidate: a look-up then passes less than one candidate on average.
        shift = Math.max(0, 64 - Long.numberOfLeadingZeros(count / (2L * weights.length)));
        guide = new int[(int) ((count - 1) >>> shift) + 1];
        int candidate = 0;
        for (int i = 0; i < guide.length; i++) {
            while (((long) i << shift) >= ends[candidate]) {
                candidate++;
            }
            guide[i] = candidate;
        }
    }

    private static int[] ends(int[] weights) {
        long total = Weights.total(weights);
        double scale = total <= MAX_COUNT ? 1 : MAX_COUNT / (double) total;
        var ends = new int[weights.length];
        int end = 0;
        for (int i = 0; i < weights.length; i++) {
            end += (int) Math.max(1, Math.round(weights[i] * scale));
            ends[i] = end;
        }
        return ends;
    }

    /**
     * A length of step near the golden section without a common divisor with the count. Of several, the one whose ratio to
     * the count has the least sum of partial quotients, which bounds how uneven turns can get.
     */
    private static long step(long count) {
        long golden = Math.max(1, Math.round(count * GOLDEN));
        long best = 1;
        long least = Long.MAX_VALUE;
        for (long step = golden; step < count && step < golden + STEPS_COMPARED; step++) {
            long sum = partialQuotients(count, step);
            if (sum < least) {
                least = sum;
                best = step;
            }
        }
        return best;
    }

    private static long partialQuotients(long a, long b) {
        if (b == 0) {
            return a == 1 ? 0 : Long.MAX_VALUE / 2; // a common divisor
        }
        return a / b + partialQuotients(b, a % b);
    }

    @Override
    public long count() {
        return count;
    }

    @Override
    public int at(long turn) {
        int place = (int) (turn * step % count); // below 2^60: no overflow
        int candidate = guide[place >>> shift];
        while (place >= ends[candidate]) {
            candidate++;
        }
        return candidate;
    }
}
