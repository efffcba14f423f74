package dev.penstock.metrics;

import java.util.ArrayList;
import java.util.List;

/**
 * How often what was measured was in each of some ranges. Immutable.
 *
 * @param bounds up to which a value counts for a range and not for an earlier one, rising
 * @param counts of each range, {@code >= 0}; one more than bounds, since the last has none
 * @param sum of all values
 */
public record Histogram(List<Double> bounds, List<Long> counts, double sum) {
    /** Copies the lists. */
    public Histogram {
        bounds = List.copyOf(bounds);
        counts = List.copyOf(counts);
        if (counts.size() != bounds.size() + 1) {
            throw new IllegalArgumentException(
                    "counts: " + counts.size() + " (expected: one more than bounds, which are " + bounds.size() + ")");
        }
    }

    /**
     * All values.
     *
     * @return {@code >= 0}
     */
    public long count() {
        return counts.stream().mapToLong(Long::longValue).sum();
    }

    /** Both together; of other bounds than this the other alone. */
    Histogram plus(Histogram other) {
        if (!bounds.equals(other.bounds)) {
            return other;
        }
        List<Long> sums = new ArrayList<>();
        for (int i = 0; i < counts.size(); i++) {
            sums.add(counts.get(i) + other.counts.get(i));
        }
        return new Histogram(bounds, sums, sum + other.sum);
    }

    /** How many lines it is in the text format of Prometheus. */
    int series() {
        return counts.size() + 2;
    }
}
