package dev.penstock.discovery;

import static java.util.Objects.requireNonNull;

import dev.penstock.observe.Event;
import dev.penstock.observe.Observer;
import dev.penstock.observe.PlugInFaults;
import dev.penstock.time.Backoff;
import dev.penstock.time.SerialExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A source of a third party behind a wall: whatever it does wrong, its watches keep the contract of {@link Watch}.
 *
 * <p>It is opened with the first watch, and all calls into it are made one at a time on one thread of the scheduler, so
 * that one which blocks holds up this source only. An open or watch that throws or returns null makes the state
 * {@link ServiceState.Failed} or {@link ServiceState.Stale} and is tried again after {@link Backoff#defaults()}; one that
 * does not return within {@link #LATE} makes a pending state failed. States may be told from any thread; null, a broken
 * state, or one told after close is dropped. Each fault is counted; one in ten seconds is logged with the name of the
 * source and told to the observer of events. Thread-safe.
 */
public final class ContainedDiscovery implements Discovery {
    /** How long a call of {@link Discovery#watch} may take until it counts as blocked. */
    public static final Duration LATE = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(ContainedDiscovery.class);

    private final String name;
    private final Supplier<? extends @Nullable Discovery> opener;
    private final DiscoveryContext context;
    private final SerialExecutor calls;
    private final PlugInFaults faults;
    private final Set<ContainedWatch> watches = ConcurrentHashMap.newKeySet();
    private final Object lock = new Object();
    private @Nullable Discovery opened;
    private boolean closed;

    // confined to calls
    private int failures;
    private long retryAtNanos;
    private String lastProblem = "";

    /**
     * Contains a source that is not open yet.
     *
     * @param name what logs and states call it
     * @param opener opens it when the first watch comes; may throw
     * @param context clock, threads and chance
     * @param events told of faults as {@link Event.PlugInFailed}; must not block
     */
    public ContainedDiscovery(
            String name, Supplier<? extends @Nullable Discovery> opener, DiscoveryContext context, Observer events) {
        this.name = requireNonNull(name, "name");
        this.opener = requireNonNull(opener, "opener");
        this.context = requireNonNull(context, "context");
        faults = new PlugInFaults(name, context.ticker(), requireNonNull(events, "events"));
        calls = new SerialExecutor(context.scheduler());
    }

    /** The source as it stands if it is one of ours and keeps the contract, else contained. */
    static Discovery contain(String name, Discovery discovery, DiscoveryContext context, Observer events) {
        boolean ours = discovery instanceof ContainedDiscovery
                || discovery instanceof SharedSource
                || discovery instanceof CompositeDiscovery
                || discovery instanceof ManualDiscovery
                || discovery instanceof StaticDiscovery;
        return ours ? discovery : new ContainedDiscovery(name, () -> discovery, context, events);
    }

    @Override
    public Watch watch(ServiceQuery query, Consumer<ServiceState> observer) {
        var watch = new ContainedWatch(this, requireNonNull(query, "query"), context);
        watches.add(watch);
        synchronized (lock) {
            if (closed) {
                watches.remove(watch);
                watch.publisher().close();
            }
        }
        Watch outer = watch.publisher().watch(observer, watch::end);
        watch.start();
        return outer;
    }

    /**
     * Counts what the source did wrong.
     *
     * @return since the start
     */
    public long faults() {
        return faults.count();
    }

    /**
     * How it does, over all watches that are open.
     *
     * @return the status now
     */
    public SourceStatus status() {
        int count = 0;
        int failing = 0;
        long since = 0;
        String problem = "";
        List<String> skipped = new ArrayList<>();
        for (ContainedWatch watch : watches) {
            count++;
            ServiceState state = watch.publisher().current();
            String said = problem(state);
            long began = since(state);
            if (!said.isEmpty()) {
                if (failing == 0 || began - since < 0) {
                    since = began;
                    problem = said;
                }
                failing++;
            }
            if (skipped.size() < Watch.MAX_SKIPPED) {
                skipped.addAll(watch.publisher().skipped());
            }
        }
        return new SourceStatus(name, count, failing, since, problem, skipped, faults());
    }

    private static String problem(ServiceState state) {
        if (state instanceof ServiceState.Stale stale) {
            return stale.problem();
        }
        return state instanceof ServiceState.Failed failed ? failed.problem() : "";
    }

    private static long since(ServiceState state) {
        if (state instanceof ServiceState.Stale stale) {
            return stale.sinceNanos();
        }
        return state instanceof ServiceState.Failed failed ? failed.sinceNanos() : 0;
    }

    /**
     * The name of the source.
     *
     * @return as given
     */
    public String name() {
        return name;
    }

    @Override
    public void close() {
        if (new Closings(context.scheduler()).finish(List.of(ending())) > 0) {
            fault("close() has not returned within a second", null);
        }
    }

    /** Ends all watches here and now; gives the call of the source's own close(), which may block. */
    Runnable ending() {
        Discovery discovery;
        synchronized (lock) {
            closed = true;
            discovery = opened;
            opened = null;
        }
        for (ContainedWatch watch : watches) {
            watch.publisher().close();
            watch.end();
        }
        return () -> closeQuietly(discovery);
    }

    SerialExecutor calls() {
        return calls;
    }

    void forget(ContainedWatch watch) {
        watches.remove(watch);
    }

    /** The source, opened if need be. Confined to calls. */
    Discovery opened() {
        synchronized (lock) {
            if (opened != null) {
                return opened;
            }
            if (closed) {
                throw new IllegalStateException("closed");
            }
        }
        if (failures > 0 && context.ticker().nanos() - retryAtNanos < 0) {
            throw new IllegalStateException(lastProblem);
        }
        Discovery discovery = open();
        synchronized (lock) {
            if (!closed) {
                opened = discovery;
                return discovery;
            }
        }
        closeQuietly(discovery);
        throw new IllegalStateException("closed");
    }

    private Discovery open() {
        try {
            Discovery discovery = opener.get();
            if (discovery == null) {
                throw new IllegalStateException("open() returned null");
            }
            failures = 0;
            return discovery;
        } catch (Throwable e) {
            failures++;
            lastProblem = Problems.of(e);
            Duration wait = Backoff.defaults().delay(failures, context.randomness());
            retryAtNanos = context.ticker().nanos() + wait.toNanos();
            throw e;
        }
    }

    private void closeQuietly(@Nullable AutoCloseable closeable) {
        try {
            if (closeable != null) {
                closeable.close();
            }
        } catch (Throwable e) {
            fault("close() threw", e);
        }
    }

    /** Counts, logs and tells a fault. */
    void fault(String problem, @Nullable Throwable cause) {
        try {
            faults.report(problem, cause);
        } catch (RuntimeException e) {
            LOG.warn("the observer of events threw", e);
        }
    }
}
