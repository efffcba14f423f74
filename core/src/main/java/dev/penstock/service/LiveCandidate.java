package dev.penstock.service;

import dev.penstock.balancer.Candidate;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.limit.BreakerSettings;
import dev.penstock.limit.CircuitBreaker;
import dev.penstock.load.Load;
import dev.penstock.load.LoadBoard;
import dev.penstock.load.LoadReport;
import dev.penstock.load.Outcome;
import dev.penstock.load.Reported;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint of one service with its counters and what transports attach to it; lives from the snapshot that brings the
 * endpoint to the end of its last lease. Thread-safe; what it describes is written by the control path alone.
 *
 * <p>What a pick reads stands in one word beside the object's header: requests in flight (bits 0 to 31), weight (32 to
 * 51), eligible (61), left (62). The padding behind it keeps readers of the other fields, and of the object that follows,
 * apart from its writers.
 */
@SuppressWarnings({"unused", "UnusedVariable"}) // padding is there to take up room
final class LiveCandidate extends LiveLoad implements Candidate {
    private static final VarHandle WORD;
    private static final VarHandle BREAKER;
    private static final VarHandle STREAK;

    static {
        try {
            var lookup = MethodHandles.lookup();
            WORD = lookup.findVarHandle(LiveCandidate.class, "word", long.class);
            BREAKER = lookup.findVarHandle(LiveCandidate.class, "breaker", CircuitBreaker.class);
            STREAK = lookup.findVarHandle(LiveCandidate.class, "streak", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final long IN_FLIGHT = 0xffff_ffffL;
    private static final int WEIGHT_SHIFT = 32;
    private static final long WEIGHT = 0xf_ffffL << WEIGHT_SHIFT;
    private static final long ELIGIBLE = 1L << 61;
    private static final long LEFT = 1L << 62;

    /** No word: its highest bit is never set. */
    private static final long FULL = -1;

    private volatile long word = 1L << WEIGHT_SHIFT;
    private long after1, after2, after3, after4, after5, after6, after7, after8;
    private long after9, after10, after11, after12, after13, after14, after15;

    private final Object owner;
    private final FailureMark mark;
    private final Answers answers;
    private final long sinceNanos;
    private final LongAdder started = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder answered = new LongAdder();
    private final LongAdder waitedNanos = new LongAdder();
    private final Attached attached = new Attached();
    private volatile Endpoint endpoint;
    private volatile int streak;
    private volatile int growth = Vitals.FULL;
    private volatile @Nullable Reported reported;
    private volatile @Nullable Shown shown;
    private boolean shownAnew;
    private List<InetAddress> hosts = List.of();
    private volatile Addresses addresses = Addresses.NONE;
    private volatile @Nullable CircuitBreaker breaker;

    LiveCandidate(Object owner, FailureMark mark, Endpoint endpoint, Pace pace, Answers answers) {
        super(pace);
        this.owner = owner;
        this.mark = mark;
        this.answers = answers;
        this.sinceNanos = pace.ticker().nanos();
        this.endpoint = endpoint;
    }

    /** When the endpoint was first seen. */
    long sinceNanos() {
        return sinceNanos;
    }

    boolean belongsTo(Object service) {
        return owner == service;
    }

    @Override
    public Endpoint endpoint() {
        return endpoint;
    }

    @Override
    public int weight() {
        return (int) ((word & WEIGHT) >>> WEIGHT_SHIFT);
    }

    @Override
    public int growth() {
        return growth;
    }

    @Override
    public Load load() {
        return this;
    }

    @Override
    public int inFlight() {
        return (int) (word & IN_FLIGHT);
    }

    @Override
    public long started() {
        return started.sum();
    }

    @Override
    public long failed() {
        return failed.sum();
    }

    @Override
    public long answered() {
        return answered.sum();
    }

    @Override
    public long waitedNanos() {
        return waitedNanos.sum();
    }

    @Override
    public @Nullable Reported reported() {
        return reported;
    }

    /** What the endpoint says of itself. */
    void reports(LoadReport report) {
        long now = pace().ticker().nanos();
        int inFlight = inFlight();
        Reported next = Reported.after(reported, report, now, inFlight);
        reported = next;
        told(next, now, inFlight);
    }

    @Override
    public boolean showOn(LoadBoard board, int place) {
        Shown before = shown;
        if (before != null && before.board != board) {
            before.board.retire();
        }
        shown = new Shown(board, place);
        shownAnew = true;
        show();
        return true;
    }

    /** A rule has been applied: if it shows the candidate nowhere, the board of the rule before is of no use any more. */
    void ruled() {
        Shown before = shown;
        if (!shownAnew && before != null) {
            before.board.retire();
            shown = null;
        }
        shownAnew = false;
    }

    /** Whether its requests in flight are written down where a rule looks. */
    boolean isShown() {
        return shown != null;
    }

    // Shows what it reads, until that is what it reads still: whoever changes it last shows it last.
    private void show() {
        Shown at = shown;
        if (at != null) {
            int requests;
            do {
                requests = inFlight();
                at.board.show(at.place, requests);
            } while (inFlight() != requests);
        }
    }

    /** Where its requests in flight are shown. */
    private record Shown(LoadBoard board, int place) {}

    /**
     * Takes a request in; null, and nothing counted, if the candidate is no longer to be picked, or full.
     *
     * @param most in flight; {@code 0}: no limit
     */
    @Nullable
    LiveLease lease(int most) {
        long before = most == 0 ? (long) WORD.getAndAdd(this, 1L) : enter(most);
        if (before == FULL) {
            return null;
        }
        show();
        InetSocketAddress address = addresses.current();
        // Both: while a snapshot is made, its service may be closed, and what is admitted has left already.
        if ((before & (ELIGIBLE | LEFT)) != ELIGIBLE || address == null) {
            leaveOne();
            return null;
        }
        started.increment();
        long now = pace().ticker().nanos();
        return new LiveLease(this, address, now, began(now));
    }

    private long enter(int most) {
        while (true) {
            long before = word;
            if ((before & IN_FLIGHT) >= most) {
                return FULL;
            }
            if (WORD.compareAndSet(this, before, before + 1)) {
                return before;
            }
        }
    }

    /** Whether it takes one more request, if it is to be picked at all. */
    boolean hasRoom(int most) {
        return most == 0 || inFlight() < most;
    }

    /** Its own circuit breaker, made when it is first asked for, and anew for other settings. */
    CircuitBreaker breaker(BreakerSettings settings) {
        CircuitBreaker known = breaker;
        if (known != null && known.settings().equals(settings)) {
            return known;
        }
        var made = new CircuitBreaker(settings);
        return BREAKER.compareAndSet(this, known, made) ? made : breaker(settings);
    }

    /** What its own circuit breaker does; null where it has none. */
    CircuitBreaker.@Nullable Phase circuit() {
        CircuitBreaker known = breaker;
        return known == null ? null : known.phase();
    }

    /** Returns how long it has taken. */
    long firstByte(int place, long startNanos) {
        long now = pace().ticker().nanos();
        answered.increment();
        waitedNanos.add(now - startNanos);
        answers.firstByte(now - startNanos);
        answered(place, now - startNanos, now);
        return now - startNanos;
    }

    void end(Outcome outcome, InetSocketAddress address, int place, long startNanos) {
        ended(outcome, place, startNanos);
        answers.ended(outcome);
        if (outcome.failed()) {
            failed.increment();
            STREAK.getAndAdd(this, 1);
            mark.set();
            if (outcome == Outcome.CONNECT_FAILED) {
                addresses.avoid(address);
            }
        } else if (streak != 0 && outcome == Outcome.SUCCESS) {
            streak = 0;
        }
        leaveOne();
    }

    private void leaveOne() {
        long after = (long) WORD.getAndAdd(this, -1L) - 1;
        show();
        if ((after & (LEFT | IN_FLIGHT)) == LEFT) {
            attached.close();
        }
    }

    <T extends AutoCloseable> T attachment(Attachment<T> key) {
        return attached.of(key, endpoint);
    }

    /** Whether this is still the same place to connect to. */
    boolean reaches(Endpoint described, List<InetAddress> resolved) {
        if (!standsAt(described)) {
            return false;
        }
        return resolved == hosts
                || hosts.isEmpty()
                || resolved.isEmpty()
                || hosts.stream().anyMatch(resolved::contains);
    }

    /** Whether host and port are still the same. */
    boolean standsAt(Endpoint described) {
        Endpoint known = endpoint;
        return known.port() == described.port() && known.host().equals(described.host());
    }

    void describe(Endpoint described, List<InetAddress> resolved) {
        if (resolved != hosts && !resolved.isEmpty()) {
            addresses = addresses.next(resolved, described.port());
            hosts = resolved;
        }
        endpoint = described;
    }

    /** Whether an address to connect to is known. */
    boolean resolved() {
        return addresses.current() != null;
    }

    /** Where to connect to; null if that is not known. */
    @Nullable
    InetSocketAddress address() {
        return addresses.current();
    }

    /** Turns from the address in use to the next one, if there is another. */
    void avoidCurrent() {
        InetSocketAddress current = addresses.current();
        if (current != null) {
            addresses.avoid(current);
        }
    }

    /** Failures since the last success. */
    int streak() {
        return streak;
    }

    /** Failures of the past count no longer towards the next in a row. */
    void forgive() {
        streak = 0;
    }

    boolean eligible() {
        return (word & ELIGIBLE) != 0;
    }

    /** May be picked, with a weight that counts and the tenths of its whole weight that this is. */
    void admit(int weight, int tenths) {
        growth = tenths;
        set(WEIGHT | ELIGIBLE, ((long) weight << WEIGHT_SHIFT) | ELIGIBLE);
    }

    /** No further request; the weight stays, since a picker of an older snapshot may still divide by it. */
    void exclude() {
        set(ELIGIBLE, 0);
        shown = null; // kept, it would keep the board of an old snapshot
    }

    /** No further request, for good: the attachments are closed with the last lease. */
    void leave() {
        long after = set(ELIGIBLE | LEFT, LEFT);
        shown = null;
        if ((after & IN_FLIGHT) == 0) {
            attached.close();
        }
    }

    private long set(long mask, long bits) {
        while (true) {
            long before = word;
            long after = (before & ~mask) | bits;
            if (before == after || WORD.compareAndSet(this, before, after)) {
                return after;
            }
        }
    }

    @Override
    public String toString() {
        return endpoint.id() + " x" + weight() + ", " + inFlight() + " in flight";
    }
}
