package dev.penstock.retry;

/**
 * How much retries and hedges may add to the traffic of a service. Immutable.
 *
 * @param share of the requests of the last ten seconds, {@code 0..1}
 * @param perSecond what is allowed besides, however few requests there are, {@code 0..10000}
 */
public record BudgetSpec(double share, int perSecond) {
    /** The most that may be allowed besides. */
    public static final int MAX_PER_SECOND = 10_000;

    private static final BudgetSpec DEFAULTS = new BudgetSpec(0.2, 10);

    /** Checks the ranges. */
    public BudgetSpec {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("share: " + share + " (expected: 0..1)");
        }
        if (perSecond < 0 || perSecond > MAX_PER_SECOND) {
            throw new IllegalArgumentException("perSecond: " + perSecond + " (expected: 0.." + MAX_PER_SECOND + ")");
        }
    }

    /**
     * What a service that says nothing allows.
     *
     * @return a fifth of the requests, and ten retries per second
     */
    public static BudgetSpec defaults() {
        return DEFAULTS;
    }
}
