package dev.penstock.balancer;

/** The weights of candidates as pickers use them. */
final class Weights {
    private Weights() {}

    static int[] of(Candidate[] candidates) {
        var weights = new int[candidates.length];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = candidates[i].weight();
        }
        return weights;
    }

    /** What counts of each where weights do not: its growth. */
    static int[] ofGrowth(Candidate[] candidates) {
        var weights = new int[candidates.length];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = candidates[i].growth();
        }
        return weights;
    }

    static boolean allEqual(int[] weights) {
        for (int weight : weights) {
            if (weight != weights[0]) {
                return false;
            }
        }
        return true;
    }

    static long total(int[] weights) {
        long total = 0;
        for (int weight : weights) {
            total += weight;
        }
        return total;
    }

    /** The same proportions in the smallest whole numbers. */
    static int[] reduced(int[] weights) {
        long divisor = 0;
        for (int weight : weights) {
            divisor = commonDivisor(weight, divisor);
        }
        var reduced = new int[weights.length];
        for (int i = 0; i < weights.length; i++) {
            reduced[i] = (int) (weights[i] / divisor);
        }
        return reduced;
    }

    static long commonDivisor(long a, long b) {
        return b == 0 ? a : commonDivisor(b, a % b);
    }
}
