package dev.penstock.simulator;

import dev.penstock.load.Outcome;
import java.util.ArrayDeque;

/**
 * Ends attempts that take too long. All have the same limit, so that they are due in the order in which they began: a queue
 * does, most of which has ended when its turn comes. Confined to its simulation.
 */
final class TimeLimit {
    private final VirtualTime time;
    private final long limitNanos;
    private final ArrayDeque<Timed> queue = new ArrayDeque<>();

    TimeLimit(VirtualTime time, long limitNanos) {
        this.time = time;
        this.limitNanos = limitNanos;
    }

    void add(Attempt attempt) {
        queue.add(new Timed(time.nanos() + limitNanos, attempt));
        if (queue.size() == 1) {
            time.after(limitNanos, this::due);
        }
    }

    // The one that is due stays in the queue until all that follows from its end is done: what that adds needs no
    // event.
    private void due() {
        for (Timed first = queue.peek(); first != null; first = queue.peek()) {
            if (!first.attempt.ended()) {
                if (first.atNanos > time.nanos()) {
                    time.after(first.atNanos - time.nanos(), this::due);
                    return;
                }
                first.attempt.end(Outcome.TIMED_OUT);
            }
            queue.remove();
        }
    }

    private record Timed(long atNanos, Attempt attempt) {}
}
