package dev.penstock.shadow;

import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;

/** What two rules chose, summed over the requests that both picked for. Thread-safe, without locks and allocation. */
final class Tally {
    private final LongAdder requests = new LongAdder();
    private final LongAdder agreed = new LongAdder();
    private final LongAdder known = new LongAdder();
    private final DoubleAdder liveNanos = new DoubleAdder();
    private final DoubleAdder shadowNanos = new DoubleAdder();
    private final DoubleAdder liveFailures = new DoubleAdder();
    private final DoubleAdder shadowFailures = new DoubleAdder();

    void add(ShadowCandidate live, ShadowCandidate shadow) {
        requests.increment();
        if (live == shadow) {
            agreed.increment();
        }
        if (live.responseNanos().known() && shadow.responseNanos().known()) {
            known.increment();
            liveNanos.add(live.responseNanos().mean());
            shadowNanos.add(shadow.responseNanos().mean());
            liveFailures.add(live.failures().mean());
            shadowFailures.add(shadow.failures().mean());
        }
    }

    long requests() {
        return requests.sum();
    }

    long agreed() {
        return agreed.sum();
    }

    ShadowReport.Expected expected() {
        long n = known.sum();
        double by = Math.max(1, n);
        return new ShadowReport.Expected(
                n, liveNanos.sum() / by, shadowNanos.sum() / by, liveFailures.sum() / by, shadowFailures.sum() / by);
    }
}
