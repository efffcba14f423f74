package dev.penstock.simulator;

import dev.penstock.endpoint.Endpoint;
import dev.penstock.load.Outcome;
import java.util.ArrayDeque;

/**
 * What stands behind an endpoint: so many workers, a queue before them, and what may be wrong with it. Confined to its
 * simulation.
 */
final class EndpointModel {
    private final Endpoint endpoint;
    private final int workers;
    private final double meanNanos;
    private final VirtualTime time;
    private final SeededChance chance;
    private final ArrayDeque<Attempt> queue = new ArrayDeque<>();

    private double speed = 1;
    private double failureShare;
    private long failureNanos;
    private boolean hanging;
    private boolean down;
    private int busy;
    private long taken;

    EndpointModel(Endpoint endpoint, int workers, double meanNanos, VirtualTime time, SeededChance chance) {
        this.endpoint = endpoint;
        this.workers = workers;
        this.meanNanos = meanNanos;
        this.time = time;
        this.chance = chance;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    /** Attempts that reached it. */
    long taken() {
        return taken;
    }

    /** What a worker gets done, in multiples of the normal. */
    void speed(double factor) {
        speed = factor;
    }

    /** This share of the attempts fails, after so long, without taking a worker. */
    void fail(double share, long afterNanos) {
        failureShare = share;
        failureNanos = afterNanos;
    }

    /** Takes connections and never answers. */
    void hang(boolean hangs) {
        hanging = hangs;
    }

    /** Refuses connections, and breaks those it has. */
    void down(boolean isDown) {
        down = isDown;
        if (isDown) {
            queue.forEach(attempt -> attempt.end(Outcome.BROKEN));
            queue.clear();
        }
    }

    boolean isDown() {
        return down;
    }

    void take(Attempt attempt) {
        if (down) {
            attempt.end(Outcome.CONNECT_FAILED);
            return;
        }
        taken++;
        if (hanging) {
            return; // its time limit ends it
        }
        if (failureShare > 0 && chance.nextDouble() < failureShare) {
            time.after(failureNanos, () -> attempt.end(Outcome.ERROR_ANSWER));
        } else if (busy < workers) {
            work(attempt);
        } else {
            queue.add(attempt);
        }
    }

    private void work(Attempt attempt) {
        busy++;
        time.after(chance.exponential(meanNanos / speed), () -> {
            attempt.end(down ? Outcome.BROKEN : Outcome.SUCCESS);
            busy--;
            next();
        });
    }

    private void next() {
        for (Attempt waiting = queue.poll(); waiting != null; waiting = queue.poll()) {
            if (!waiting.ended()) { // nobody waits for those that took too long
                work(waiting);
                return;
            }
        }
    }
}
