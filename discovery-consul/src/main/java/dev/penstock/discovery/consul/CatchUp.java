package dev.penstock.discovery.consul;

import java.io.IOException;
import java.time.Duration;

/**
 * Refuses answers of a server that is back and does not know yet what it knew. Thread-safe.
 *
 * <p>A server that was just elected may answer, as a leader, from a state that it has not read in yet: status 200, index 1
 * and an empty list, for some milliseconds. So after a failure an answer older than the last good one is not believed,
 * unless that goes on: then the server has lost what it knew.
 */
final class CatchUp {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private long known;
    private boolean failed;
    private boolean behind;
    private long behindSince;

    /** A question was not answered. */
    synchronized void failed() {
        failed = true;
    }

    /**
     * Takes an answer.
     *
     * @param index that came with it
     * @param nowNanos of the ticker
     * @throws IOException if it is not to be believed
     */
    synchronized void answered(long index, long nowNanos) throws IOException {
        if (failed && index < known) {
            behindSince = behind ? behindSince : nowNanos;
            behind = true;
            if (nowNanos - behindSince <= LIMIT.toNanos()) {
                throw new IOException("the answer's index is " + index + " (expected: " + known
                        + " or more; the server does not know yet what it knew)");
            }
        }
        known = index;
        failed = false;
        behind = false;
    }
}
