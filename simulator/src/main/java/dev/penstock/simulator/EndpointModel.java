package dev.penstock.simulator;

import dev.penstock.endpoint.Endpoint;
import dev.penstock.load.LoadReport;
import dev.penstock.load.Outcome;
import java.util.ArrayDeque;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What stands behind an endpoint: so many workers, a queue before them, and what may be wrong with it. Confined to its
 * simulation.
 */
final class EndpointModel {
    /** How many requests it remembers of its own speed. */
    private static final int MEMORY = 16;

    private final int number;
    private final Endpoint endpoint;
    private final int workers;
    private final double meanNanos;
    private final double steadiness;
    private final VirtualTime time;
    private final SeededChance chance;
    private final ArrayDeque<Attempt> queue = new ArrayDeque<>();

    private double speed = 1;
    private double failureShare;
    private long failureNanos;
    private boolean hanging;
    private boolean reporting = true;
    private boolean down;
    private int busy;
    private long taken;
    private double workNanos;

    EndpointModel(int number, Endpoint endpoint, Scenario.Fleet fleet, VirtualTime time, SeededChance chance) {
        this.number = number;
        this.endpoint = endpoint;
        this.workers = fleet.workers();
        this.meanNanos = fleet.service().toNanos();
        this.steadiness = fleet.steadiness();
        this.time = time;
        this.chance = chance;
        this.workNanos = meanNanos;
    }

    /** Its number in the scenario. */
    int number() {
        return number;
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

    /** Tells its load with its answers. */
    void reports(boolean tells) {
        reporting = tells;
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
            time.after(failureNanos, () -> attempt.answer(Outcome.ERROR_ANSWER, report(busy)));
        } else if (busy < workers) {
            work(attempt);
        } else {
            queue.add(attempt);
        }
    }

    private void work(Attempt attempt) {
        busy++;
        double mean = meanNanos / speed;
        long nanos = (long) (steadiness * mean) + chance.exponential((1 - steadiness) * mean);
        time.after(nanos, () -> {
            workNanos += (nanos - workNanos) / MEMORY;
            if (down) {
                attempt.end(Outcome.BROKEN);
            } else {
                attempt.answer(Outcome.SUCCESS, report(busy - 1));
            }
            busy--;
            next();
        });
    }

    /** What it works on, and how long a request would take that came now. */
    private @Nullable LoadReport report(int working) {
        if (!reporting) {
            return null;
        }
        int requests = working + queue.size();
        double nanos = workNanos * (1 + Math.max(0, requests + 1 - workers) / (double) workers);
        return new LoadReport(
                (double) working / workers,
                0,
                0,
                0,
                0,
                Map.of(LoadReport.REQUESTS_IN_FLIGHT, (double) requests, LoadReport.LATENCY_MS, nanos / 1e6));
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
