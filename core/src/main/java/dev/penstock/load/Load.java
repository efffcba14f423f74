package dev.penstock.load;

/** What one endpoint carries, as this process sees it. Thread-safe; values of different methods need not fit together. */
public interface Load {
    /**
     * Requests sent and not yet ended.
     *
     * @return {@code >= 0}
     */
    int inFlight();

    /**
     * Requests given to the endpoint since it was first seen.
     *
     * @return {@code >= 0}
     */
    long started();

    /**
     * Requests that ended in a failure, see {@link Outcome#failed()}.
     *
     * @return {@code >= 0}
     */
    long failed();

    /**
     * Requests of which the first byte of an answer has come.
     *
     * @return {@code >= 0}
     */
    default long answered() {
        return 0;
    }

    /**
     * The time from pick to first byte, summed over {@link #answered()}: divided by it, the mean latency.
     *
     * @return nanoseconds, {@code >= 0}
     */
    default long waitedNanos() {
        return 0;
    }
}
