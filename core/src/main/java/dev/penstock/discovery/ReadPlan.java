package dev.penstock.discovery;

import java.time.Duration;

/** When to read next: the debounce of hints and the pauses between reads. Confined to its loop. */
final class ReadPlan {
    /** Longer waits are cut to this: a source or rule may well say "for ever". */
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private final long quietNanos;
    private final long latestNanos;
    private long lastReadNanos;
    private long dueNanos;
    private boolean hinted;
    private long firstHintNanos;
    private long withoutHintsNanos;

    ReadPlan(SourceRules rules) {
        quietNanos = nanos(rules.quiet());
        latestNanos = nanos(rules.latest());
    }

    /** A read begins; hints that came before are served by it. */
    void read(long now) {
        lastReadNanos = now;
        dueNanos = now;
        hinted = false;
    }

    /** The read found something. */
    void answered(long now, Duration next) {
        dueNanos = now + nanos(next);
    }

    /** The read failed. */
    void retry(long now, Duration wait) {
        dueNanos = now + nanos(wait);
    }

    /** Reads no later than that, whatever was planned. */
    void atLatest(long now, Duration wait) {
        dueNanos = earlier(dueNanos, now + nanos(wait));
    }

    /** Something may have changed: waits for quiet, but not for ever, and never past what is due anyway. */
    void hint(long now) {
        if (!hinted) {
            hinted = true;
            firstHintNanos = now;
            withoutHintsNanos = dueNanos;
        }
        dueNanos = earlier(withoutHintsNanos, earlier(now + quietNanos, firstHintNanos + latestNanos));
    }

    /** The wait from now on, at least the pause between two reads. */
    Duration untilRead(long now) {
        long wait = Math.max(dueNanos - now, lastReadNanos + quietNanos - now);
        return Duration.ofNanos(Math.max(0, wait));
    }

    /** A wait that can be added to a reading of the clock. */
    static long nanos(Duration wait) {
        return wait.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : wait.toNanos();
    }

    private static long earlier(long a, long b) {
        return a - b <= 0 ? a : b;
    }
}
