package dev.penstock.shadow;

import static java.util.Objects.requireNonNull;

import dev.penstock.balancer.Balancer;
import dev.penstock.balancer.Candidate;
import dev.penstock.balancer.Candidates;
import dev.penstock.balancer.Picker;
import dev.penstock.balancer.PickerContext;
import dev.penstock.balancer.Rehearsal;
import dev.penstock.time.Randomness;
import dev.penstock.time.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A rule that is asked beside the live one of a service, on real requests, and sends nothing. Thread-safe, but for {@link
 * #over}, which belongs to the control path.
 *
 * <p>It sees the same candidates with an in-flight book of its own: what would be in flight if its picks were sent. That is an
 * estimate: each request is taken to last as long, and to end as well, as it did where it was really sent; latency, failures
 * and reports of an endpoint are those that the live requests met. So it tells how a rule spreads requests and whom it
 * prefers, not how endpoints would bear another load.
 *
 * <p>A rule that throws, returns no candidate, or is slow time and again is not asked any more, and that is reported once.
 */
public final class Shadow {
    /** A pick that takes longer is slow: a thousand times what one takes. */
    private static final long SLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    /** Slow picks in a row after which it is not asked any more; those of one pause of the machine count once. */
    private static final int MOST_SLOW = 3;

    private static final long ONE_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final String text;
    private final int samplePercent;
    private final Balancer balancer;
    private final Ticker ticker;
    private final PickerContext context;
    private final Faults faults;
    private final long sinceNanos;
    private final Tally tally = new Tally();
    private final AtomicBoolean failed = new AtomicBoolean();
    private volatile String fault = "";
    private volatile Map<String, ShadowCandidate> known = Map.of();
    private volatile int slow;
    private volatile long slowNanos;

    /** Is told once when a shadow fails. */
    @FunctionalInterface
    public interface Faults {
        /**
         * Is told.
         *
         * @param problem one sentence
         * @param cause what the rule threw, if it did
         */
        void failed(String problem, @Nullable Throwable cause);
    }

    /**
     * A shadow that has seen nothing yet.
     *
     * @param text of the rule
     * @param samplePercent how many of a hundred requests it is asked for, {@code 1..100}
     * @param balancer the rule, applied to all tiers at once
     * @param randomness where chance comes from; a copy is used
     * @param ticker where time comes from
     * @param faults told once if it fails
     */
    public Shadow(
            String text, int samplePercent, Balancer balancer, Randomness randomness, Ticker ticker, Faults faults) {
        this.text = requireNonNull(text, "text");
        this.samplePercent = samplePercent;
        this.balancer = requireNonNull(balancer, "balancer");
        this.ticker = requireNonNull(ticker, "ticker");
        this.context = PickerContext.begin(new Apart(randomness.fork()), ticker);
        this.faults = requireNonNull(faults, "faults");
        this.sinceNanos = ticker.nanos();
    }

    /**
     * The rule.
     *
     * @return what was given
     */
    public Balancer balancer() {
        return balancer;
    }

    /**
     * Applies the rule to the candidates of a snapshot. What it counted of those that stay is kept.
     *
     * @param live whom the live rule picks from
     * @param members ids of all endpoints of the service, whether they may be picked or not
     * @return null if the shadow has failed
     */
    public @Nullable ShadowPicker over(Candidates live, Set<String> members) {
        if (!runs()) {
            return null;
        }
        Map<String, ShadowCandidate> next = new HashMap<>(known);
        next.keySet().retainAll(members);
        List<Candidate> own = new ArrayList<>(live.eligible().size());
        var byReal = new IdentityHashMap<Candidate, ShadowCandidate>();
        for (Candidate real : live.eligible()) {
            String id = real.endpoint().id();
            ShadowCandidate before = next.get(id);
            ShadowCandidate candidate = before != null && before.real() == real ? before : new ShadowCandidate(real);
            next.put(id, candidate);
            byReal.put(real, candidate);
            own.add(candidate);
        }
        known = next;
        try {
            var candidates = new Candidates(own, live.byPriority(), live.byZone());
            var rehearsal = new Rehearsal(balancer, candidates, context);
            Picker picker = requireNonNull(balancer.over(candidates, context), "over returned null");
            return new ShadowPicker(this, picker, rehearsal, byReal);
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            fail("threw", e);
            return null;
        }
    }

    /**
     * Ends it for good; the first call counts.
     *
     * @param problem why, one sentence
     * @param cause what the rule threw, if it did
     */
    public void fail(String problem, @Nullable Throwable cause) {
        if (failed.compareAndSet(false, true)) {
            fault = cause == null ? problem : problem + ": " + cause;
            faults.failed(problem, cause);
        }
    }

    /**
     * Tells whether it is asked.
     *
     * @return false once it has failed
     */
    public boolean runs() {
        return fault.isEmpty();
    }

    /** Whether it is asked for this request. */
    boolean asks() {
        return runs() && (samplePercent == 100 || context.randomness().nextInt(100) < samplePercent);
    }

    /** Notes how long a pick took; true if that was too long too often. */
    boolean tooSlow(long nowNanos, long tookNanos) {
        if (tookNanos < SLOW_NANOS) {
            if (slow != 0) {
                slow = 0;
            }
            return false;
        }
        int before = slow;
        if (before == 0 || nowNanos - slowNanos >= ONE_PAUSE_NANOS) {
            slowNanos = nowNanos;
            slow = before + 1;
            if (before + 1 >= MOST_SLOW) {
                fail("pick took " + TimeUnit.NANOSECONDS.toMillis(tookNanos) + " ms, the third one in a row", null);
                return true;
            }
        }
        return false;
    }

    long nanos() {
        return ticker.nanos();
    }

    Ticker ticker() {
        return ticker;
    }

    Tally tally() {
        return tally;
    }

    /**
     * What it did so far.
     *
     * @return counts need not fit together while requests come
     */
    public ShadowReport report() {
        long watched = ticker.nanos() - sinceNanos;
        List<ShadowReport.Share> shares = new ArrayList<>();
        new TreeMap<>(known)
                .forEach((id, candidate) -> shares.add(new ShadowReport.Share(
                        id, candidate.live().side(watched), candidate.shadow().side(watched))));
        return new ShadowReport(
                text,
                samplePercent,
                fault,
                Duration.ofNanos(Math.max(0, watched)),
                tally.requests(),
                tally.agreed(),
                tally.expected(),
                shares);
    }
}
