package dev.penstock.discovery;

import java.time.Duration;

/** When to read next: the debounce of hints and the pauses between reads. Confined to its loop. */
final class ReadPlan {
    private final long quietNanos;
    private final long latestNanos;
    private long lastReadNanos;
    private long dueNanos;
    private boolean hinted;
    private long firstHintNanos;
    private long withoutHintsNanos;

    ReadPlan(SourceRules rules) {
        quietNanos = rules.quiet().toNanos();
        latestNanos = rules.latest().toNanos();
    }

    /** A read begins; hints that came before are served by it. */
    void read(long now) {
        lastReadNanos = now;
        dueNanos = now;
        hinted = false;
    }

    /** The read found something. */
    void answered(long now, Duration next) {
        dueNanos = now + next.toNanos();
    }

    /** The read failed. */
    void retry(long now, Duration wait) {
        dueNanos = now + wait.toNanos();
    }

    /** Reads no later than that, whatever was planned. */
    void atLatest(long now, Duration wait) {
        dueNanos = earlier(dueNanos, now + wait.toNanos());
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

    private static long earlier(long a, long b) {
        return a - b <= 0 ? a : b;
    }
}
