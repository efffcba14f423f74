package dev.penstock.discovery.consul;

import java.time.Duration;

/**
 * How soon to ask again: at once after news, slower and slower where a server answers at once that there is none.
 * Confined to its reader.
 */
final class Pace {
    /** An answer that took longer than this was waited for. */
    private static final Duration QUICK = Duration.ofMillis(500);

    private static final int BURST = 2;
    private static final Duration LONGEST = Duration.ofSeconds(15);

    private int quick;

    /**
     * The wait before the next read.
     *
     * @param took how long the answer took
     * @param news whether it told something new, or was asked for without an index
     * @param moved whether the index changed: then something did happen, though not here
     */
    Duration after(Duration took, boolean news, boolean moved) {
        if (news || took.compareTo(QUICK) >= 0) {
            quick = 0;
            return Duration.ZERO;
        }
        quick++;
        if (quick <= BURST) {
            return Duration.ZERO;
        }
        if (moved) {
            return QUICK;
        }
        double wait = QUICK.toNanos() * Math.pow(1.5, Math.min(quick - BURST, 20));
        return Duration.ofNanos((long) Math.min(wait, (double) LONGEST.toNanos()));
    }
}
