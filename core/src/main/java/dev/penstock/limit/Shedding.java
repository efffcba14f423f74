package dev.penstock.limit;

import java.util.concurrent.TimeUnit;

/**
 * Whether one that has waited is still worth serving: after a queue has not been empty for 100 ms it does not merely take
 * up a burst, and only those are served that have waited less than a target. The others are refused, so that what is served
 * is served soon. Immutable.
 *
 * @see <a href="https://doi.org/10.1145/2208917.2209336">Nichols, Jacobson 2012, Controlling Queue Delay</a>
 * @see <a href="https://doi.org/10.1145/2838344.2839461">Maurer 2015, Fail at Scale (its form for servers)</a>
 */
final class Shedding {
    static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private Shedding() {}

    /**
     * Tells whether to refuse one whose turn it is.
     *
     * @param targetNanos {@code 0}: never
     * @param waitedNanos how long it has waited
     * @param standingNanos how long the queue has not been empty
     */
    static boolean sheds(long targetNanos, long waitedNanos, long standingNanos) {
        return targetNanos > 0 && standingNanos > INTERVAL_NANOS && waitedNanos > targetNanos;
    }
}
