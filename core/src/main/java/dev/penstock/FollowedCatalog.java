package dev.penstock;

import dev.penstock.catalog.Catalog;
import dev.penstock.catalog.CatalogAdmission.Admitted;
import dev.penstock.catalog.CatalogLimits;
import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.Problem;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.Problems;
import dev.penstock.observe.Observer;
import dev.penstock.time.Backoff;
import dev.penstock.time.Scheduler;
import dev.penstock.time.SerialExecutor;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A catalog of a third party behind a wall. Thread-safe.
 *
 * <p>It is opened, subscribed to and closed on a thread of its own turn, so that one which blocks holds up itself only.
 * One that throws or returns null is tried again after {@link Backoff#defaults()}; what it told stays in effect. States may
 * be told from any thread; null, and what is told after close, is dropped.
 */
final class FollowedCatalog {
    private static final Duration LATE = Duration.ofSeconds(10);
    private static final Scheduler.Timer NONE = () -> {};

    private final String name;
    private final Supplier<Catalog> opener;
    private final Set<Integer> ports;
    private final BiFunction<CatalogState, CatalogLimits, Admitted> admission;
    private final DiscoveryContext context;
    private final CatalogCondition condition;
    private final Runnable changed;
    private final SerialExecutor calls;
    private final SerialExecutor admitting;
    private final AtomicBoolean due = new AtomicBoolean();
    private final AtomicLong revision = new AtomicLong();
    private final Object lock = new Object();
    private @Nullable Catalog catalog;
    private Catalog.@Nullable Subscription subscription;
    private Scheduler.Timer timer = NONE;
    private int attempt; // states told to an earlier attempt are dropped
    private int failures;
    private boolean ended;

    private volatile CatalogLimits limits;
    private volatile @Nullable CatalogState told;
    private volatile @Nullable Admitted admitted;
    private volatile long inEffect; // of the revisions; written by one merge after the other

    /** What a catalog is made of: its name, how it is opened, its own ports, and how what it tells is sorted. */
    record Plan(
            String name,
            Supplier<Catalog> opener,
            Set<Integer> ports,
            BiFunction<CatalogState, CatalogLimits, Admitted> admission) {}

    FollowedCatalog(Plan plan, CatalogLimits limits, DiscoveryContext context, Observer events, Runnable changed) {
        this.name = plan.name();
        this.opener = plan.opener();
        this.ports = plan.ports();
        this.admission = plan.admission();
        this.limits = limits;
        this.context = context;
        this.changed = changed;
        condition = new CatalogCondition(name, context.ticker(), events);
        calls = new SerialExecutor(context.scheduler());
        admitting = new SerialExecutor(context.scheduler());
    }

    void start() {
        int mine;
        synchronized (lock) {
            if (ended) {
                return;
            }
            mine = ++attempt;
            timer = context.scheduler().schedule(LATE, () -> late(mine));
        }
        calls.execute(() -> open(mine));
    }

    /** Confined to calls. */
    private void open(int mine) {
        if (!isCurrent(mine)) {
            return;
        }
        Catalog opened = null;
        try {
            opened = opener.get();
            Catalog.Subscription subscribed = opened.watch(state -> accept(mine, state));
            if (subscribed == null) {
                throw new IllegalStateException("watch() returned null");
            }
            if (!adopt(mine, opened, subscribed)) {
                closeAll(subscribed, opened);
            }
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            closeAll(null, opened);
            retry(mine, e);
        }
    }

    private boolean adopt(int mine, Catalog opened, Catalog.Subscription subscribed) {
        synchronized (lock) {
            if (ended || attempt != mine) {
                return false;
            }
            catalog = opened;
            subscription = subscribed;
            failures = 0;
            timer.cancel();
            timer = NONE;
        }
        condition.well();
        return true;
    }

    private void retry(int mine, Throwable cause) {
        synchronized (lock) {
            if (ended || attempt != mine) {
                return;
            }
            attempt++;
            failures++;
            timer.cancel();
            timer = context.scheduler().schedule(Backoff.defaults().delay(failures, context.randomness()), this::start);
        }
        condition.troubled("cannot be opened: " + Problems.of(cause), cause);
    }

    private void late(int mine) {
        boolean waiting;
        synchronized (lock) {
            waiting = !ended && attempt == mine && catalog == null;
        }
        if (waiting) {
            condition.troubled("has not been opened within " + LATE.toSeconds() + " s", null);
        }
    }

    private boolean isCurrent(int mine) {
        synchronized (lock) {
            return !ended && attempt == mine;
        }
    }

    /** What the catalog calls, from wherever it likes. */
    private void accept(int mine, @Nullable CatalogState state) {
        if (!isCurrent(mine)) {
            return;
        }
        if (state == null) {
            condition.troubled("told definitions of null", null);
            return;
        }
        told = state;
        admitSoon();
    }

    private void admitSoon() {
        if (due.compareAndSet(false, true)) {
            admitting.execute(this::admit);
        }
    }

    private void admit() {
        due.set(false); // before reading: what is told now makes another task
        CatalogState state = told;
        if (state == null) {
            return;
        }
        Admitted next = admission.apply(state, limits);
        Admitted before = admitted;
        condition.told(before == null);
        if (before == null || !next.equals(before)) {
            admitted = next; // first, so that whoever reads a revision finds what it stands for, or newer
            revision.incrementAndGet();
            changed.run();
        }
    }

    String name() {
        return name;
    }

    /** The ports of this machine that it listens on itself. */
    Set<Integer> ports() {
        return ports;
    }

    /** Other limits hold from now on for what it told already. */
    void limit(CatalogLimits next) {
        if (!next.equals(limits)) {
            limits = next;
            admitSoon();
        }
    }

    /** What may take effect; null before it told anything. */
    @Nullable
    CatalogState admitted() {
        Admitted now = admitted;
        return now == null ? null : now.state();
    }

    /** Counts what it told that may take effect; to be read before {@link #admitted()}. */
    long revision() {
        return revision.get();
    }

    /** What it had told up to a revision is in effect, so that whoever asks may rely on it. */
    void merged(long upTo) {
        inEffect = upTo;
    }

    /** What may not take effect, by itself. */
    List<Problem> rejected() {
        Admitted now = admitted;
        return now == null ? List.of() : now.rejected();
    }

    CatalogStatus status(List<Problem> lost) {
        Catalog open;
        synchronized (lock) {
            open = catalog;
        }
        List<String> rejected = Stream.concat(rejected().stream(), lost.stream())
                .map(Problem::toString)
                .toList();
        long effective = inEffect;
        return condition.status(effective > 0, open, effective, rejected);
    }

    /** Ends it here and now; gives the calls that close it, which may block. */
    Runnable ending() {
        Catalog last;
        Catalog.Subscription lastSubscription;
        synchronized (lock) {
            ended = true;
            timer.cancel();
            last = catalog;
            lastSubscription = subscription;
            catalog = null;
            subscription = null;
        }
        return () -> closeAll(lastSubscription, last);
    }

    private void closeAll(Catalog.@Nullable Subscription subscribed, @Nullable Catalog opened) {
        condition.close(subscribed);
        condition.close(opened);
    }
}
