package dev.penstock.metrics;

/** Takes the values of one reading. */
public interface Sheet {
    /**
     * Notes a value. Of several of one metric with the same labels counters add up, and the greatest gauge counts.
     *
     * @param metric which
     * @param value what it is now
     * @param labels one value for each of {@link Metric#labels()}
     */
    void set(Metric metric, double value, String... labels);

    /**
     * Notes a histogram. Of several of one metric with the same labels the counts add up.
     *
     * @param metric which, a {@link Metric.Kind#HISTOGRAM}
     * @param histogram what it is now
     * @param labels as above
     */
    void set(Metric metric, Histogram histogram, String... labels);

    /**
     * Notes a count.
     *
     * @param metric which
     * @param count what it is now; exact up to 2<sup>53</sup>
     * @param labels as above
     */
    default void set(Metric metric, long count, String... labels) {
        set(metric, (double) count, labels);
    }
}
