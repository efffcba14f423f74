package dev.penstock.service;

import dev.penstock.load.Decay;
import dev.penstock.load.Load;
import dev.penstock.load.Outcome;
import dev.penstock.load.Reported;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What the requests of an endpoint tell of it: latency, failures, who waits, what it reports. Thread-safe, lock-free, no
 * allocation.
 *
 * <p>A superclass of the one class, not a part of {@link LiveCandidate}: so its words lie beside the candidate's own, and a pick reads one
 * cache line for each candidate that it looks at.
 */
abstract sealed class LiveLoad implements Load permits LiveCandidate {
    /** Of a request that is not counted, since too many wait already. */
    static final int UNCOUNTED = 2;

    /** Of a request that does not wait any more. */
    static final int ANSWERED = 3;

    /** Four times what is usual: below that endpoints just differ. */
    private static final int SLOW = 2 * TypicalLatency.OCTAVE;

    /** As much as failures count at most. */
    private static final int MOST_SLOWNESS = FailureMemory.WEIGHT;

    private static final float NOT_TOLD = -1;

    /** A report comes a little after the moment that picks go by; one that is further ahead is so old that ticks ran over. */
    private static final int MOST_AHEAD = 1_000;

    private static final VarHandle LATENCY = handle("latency");
    private static final VarHandle TYPICAL = handle("typical");
    private static final VarHandle FAILURES = handle("failures");
    private static final VarHandle FIRST = handle("first");
    private static final VarHandle SECOND = handle("second");

    /** Of the last report: requests as a {@code float} (upper half), when it came, in ticks (lower half). */
    private volatile long told = word(NOT_TOLD, 0);

    /** Of the last report: latency as a {@code float} (upper half), requests that were in flight then (lower half). */
    private volatile long toldBeside = word(NOT_TOLD, 0);

    private volatile long latency;
    private volatile long typical;
    private volatile long failures;
    private volatile long first = Unanswered.EMPTY;
    private volatile long second = Unanswered.EMPTY;
    private final Pace pace;

    LiveLoad(Pace pace) {
        this.pace = pace;
        // Until it has answered, it is taken for one like the others.
        latency = PeakLatency.of(pace.meanNanos(), pace.lastTick());
        typical = pace.typical();
    }

    private static VarHandle handle(String name) {
        try {
            return MethodHandles.lookup().findVarHandle(LiveLoad.class, name, long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final Pace pace() {
        return pace;
    }

    @Override
    public final int handicap() {
        long moment = pace.lastMoment();
        long age = moment - Unanswered.since(first, second);
        int overdue = age > pace.overdueMoments() ? overdue(age) : 0;
        return overdue + FailureMemory.handicap(failures, pace.lastTick());
    }

    @Override
    public final int slowness() {
        long word = typical;
        int usual = pace.usual();
        if ((int) word - usual < SLOW) {
            return 0; // it only fades
        }
        int above = TypicalLatency.above(word, pace.lastTick(), usual);
        return above < SLOW ? 0 : Math.min(MOST_SLOWNESS, TypicalLatency.times(above));
    }

    /** One for each doubling of the time after which a request is overdue. */
    private int overdue(long ageMoments) {
        long times = ageMoments / Math.max(1, pace.overdueMoments());
        return Long.SIZE - Long.numberOfLeadingZeros(times);
    }

    @Override
    public final double costNanos(long nowNanos) {
        long age = (pace.moment(nowNanos) - Unanswered.since(first, second) + 1) << Pace.MOMENT_SHIFT;
        return Math.max((double) age, PeakLatency.nanos(latency, pace.tick(nowNanos)));
    }

    @Override
    public final double costNanos() {
        long moment = pace.lastMoment();
        long age = (moment - Unanswered.since(first, second) + 1) << Pace.MOMENT_SHIFT;
        float peak = PeakLatency.faded(latency, pace.tickOf(moment));
        return peak > age ? peak : (double) age; // Math.max of doubles takes longer
    }

    @Override
    public final long askedNanos() {
        return pace.lastNanos();
    }

    @Override
    public final double failureShare(long nowNanos) {
        return FailureMemory.share(failures, pace.tick(nowNanos));
    }

    @Override
    public final double reportedRequests(long nowNanos, long maxAgeNanos) {
        long word = told;
        double requests = upper(word);
        int age = pace.tick(nowNanos) - (int) word; // runs over after 26 days
        if (requests < 0 || age > maxAgeNanos >> Decay.TICK_SHIFT || age < -MOST_AHEAD) {
            return -1;
        }
        return requests + Math.max(0, inFlight() - (int) toldBeside);
    }

    @Override
    public final double reportedLatencyNanos() {
        return upper(toldBeside);
    }

    private static long word(double upper, int lower) {
        return ((long) Float.floatToRawIntBits((float) upper) << Integer.SIZE) | (lower & 0xffff_ffffL);
    }

    private static double upper(long word) {
        return Float.intBitsToFloat((int) (word >>> Integer.SIZE));
    }

    /** A request begins; returns where it waits, to be given back. */
    final int began(long nowNanos) {
        long moment = pace.moment(nowNanos);
        pace.began(moment);
        while (true) {
            long one = first;
            long two = second;
            boolean joinsSecond = Unanswered.joinsSecond(one, two);
            if (Unanswered.isFull(joinsSecond ? two : one)) {
                return UNCOUNTED;
            }
            // Each by its own handle: one chosen at run time is slow, and breaks the compiler of JDK 17.
            boolean joined = joinsSecond
                    ? SECOND.compareAndSet(this, two, Unanswered.joined(two, moment))
                    : FIRST.compareAndSet(this, one, Unanswered.joined(one, moment));
            if (joined) {
                return joinsSecond ? 1 : 0;
            }
        }
    }

    private void leaves(int place) {
        boolean left = place >= UNCOUNTED;
        while (!left) {
            if (place == 0) {
                long before = first;
                left = FIRST.compareAndSet(this, before, Unanswered.left(before));
            } else {
                long before = second;
                left = SECOND.compareAndSet(this, before, Unanswered.left(before));
            }
        }
    }

    /** The first byte of an answer has come. */
    final void answered(int place, long waitedNanos, long nowNanos) {
        leaves(place);
        int tick = pace.tick(nowNanos);
        long before = latency;
        while (!LATENCY.compareAndSet(this, before, PeakLatency.sampled(before, tick, (double) waitedNanos))) {
            before = latency;
        }
        long last = typical;
        while (!TYPICAL.compareAndSet(this, last, TypicalLatency.sampled(last, tick, (double) waitedNanos))) {
            last = typical;
        }
        if (PeakLatency.tick(before) != tick || pace.meanNanos() == 0) {
            pace.answered(tick, (double) waitedNanos);
        }
    }

    /** A request has ended that began then, and waited there or did not wait any more. */
    final void ended(Outcome outcome, int place, long startNanos) {
        leaves(place);
        if (outcome == Outcome.CANCELLED) {
            if (place != ANSWERED) {
                long now = pace.ticker().nanos();
                costs(
                        now,
                        (double) (now - startNanos),
                        false); // how long it would have taken nobody knows, but not less
            }
        } else if (outcome.failed()) {
            long now = pace.ticker().nanos();
            remember(pace.tick(now), true);
            costs(now, Math.max((double) (now - startNanos), pace.failureNanos()), true);
        } else {
            remember(pace.lastTick(), false);
        }
    }

    private void remember(int tick, boolean failed) {
        while (true) {
            long before = failures;
            long after = FailureMemory.added(before, tick, failed);
            if (before == after || FAILURES.compareAndSet(this, before, after)) {
                return;
            }
        }
    }

    private void costs(long nowNanos, double nanos, boolean whole) {
        int tick = pace.tick(nowNanos);
        while (true) {
            long before = latency;
            long after = whole ? PeakLatency.failed(before, tick, nanos) : PeakLatency.atLeast(before, tick, nanos);
            if (before == after || LATENCY.compareAndSet(this, before, after)) {
                return;
            }
        }
    }

    /**
     * What the endpoint says of itself, put where a pick need not follow a pointer to it. In two words, one after the other: a
     * pick in between, or beside another report, takes latency and requests of two reports that follow each other, which
     * both were true a moment ago. Not worth a loop.
     */
    final void told(Reported report, long nowNanos, int inFlight) {
        toldBeside = word(report.latencyNanos(), inFlight);
        told = word(report.requests(inFlight), pace.tick(nowNanos));
    }
}
