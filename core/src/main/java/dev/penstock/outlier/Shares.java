package dev.penstock.outlier;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Compares shares of failures: who fails more than the median by more than chance and the spread of the others explain.
 *
 * <p>An outlier's share lies above the median by more than {@code max(10 points, 1 / sqrt(volume), 3 x 1.4826 x MAD)}, where
 * MAD is the median of the distances from the median: for normal distributions 1.4826 MAD is a standard deviation, and it
 * stays one with up to half of the endpoints bad, where a mean and its deviation follow them. The other two bounds are for
 * equal endpoints, whose MAD is zero: at 50 requests and 1 % failures chance goes beyond 14 points once in ten million.
 * Cost: O(n log n).
 *
 * @see <a href="https://doi.org/10.1080/01621459.1993.10476408">Rousseeuw, Croux 1993, Alternatives to the Median Absolute
 *     Deviation</a>
 */
final class Shares {
    private static final double LEAST = 0.10;
    private static final double DEVIATIONS = 3 * 1.4826;
    private static final int FEWEST = 3; // of two that differ, which one is the outlier?

    private Shares() {}

    /** Requests of one endpoint in one interval. */
    record Share(String id, long ended, long failed) {
        double value() {
            return (double) failed / (double) ended;
        }
    }

    /** One that fails more than the others. */
    record Found(String id, String evidence) {}

    /** The outliers, the worst first. */
    static List<Found> outliers(List<Share> shares) {
        if (shares.size() < FEWEST) {
            return List.of();
        }
        double[] values = shares.stream().mapToDouble(Share::value).toArray();
        double median = median(values);
        double[] distances =
                Arrays.stream(values).map(value -> Math.abs(value - median)).toArray();
        double spread = DEVIATIONS * median(distances);
        List<Share> found = new ArrayList<>();
        for (Share share : shares) {
            double chance = Math.max(LEAST, 1 / Math.sqrt((double) share.ended));
            if (share.value() - median > Math.max(chance, spread)) {
                found.add(share);
            }
        }
        found.sort(Comparator.comparingDouble(Share::value).reversed().thenComparing(Share::id));
        return found.stream()
                .map(share -> new Found(share.id, evidence(share, median)))
                .toList();
    }

    private static String evidence(Share share, double median) {
        return share.failed + " of " + share.ended + " requests failed (median "
                + String.format(Locale.ROOT, "%.1f", 100 * median) + " %)";
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
