package dev.penstock.discovery;

import static java.util.Objects.requireNonNull;

import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.EndpointSet;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.time.Ticker;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The newest state of one service at one source, and the watches that are told of it. Thread-safe.
 *
 * <p>Made for authors of sources: say what the source answered ({@link #answer}) or that it failed ({@link #fail}),
 * from any thread, and give {@link #watch} to whoever subscribes. This class does the rest of the contract:
 * <ul>
 *   <li>equal data is no news; each difference, and each recovery, gets a larger version;
 *   <li>an error keeps the last good endpoints ({@link ServiceState.Stale});
 *   <li>each watch is told on a thread of the executor, one call at a time, the newest state only, never under a lock;
 *       a slow or throwing observer is without effect on the others;
 *   <li>a later watch is told the current state; after {@link Watch#close()} no call starts.
 * </ul>
 */
public final class StatePublisher implements AutoCloseable {
    private final ServiceName service;
    private final String source;
    private final Ticker ticker;
    private final Executor executor;
    private final Object lock = new Object();
    private final List<StateDelivery> watches = new CopyOnWriteArrayList<>();
    private volatile ServiceState current = new ServiceState.Pending();
    private volatile Supplier<List<String>> skipped = List::of;
    private volatile boolean closed;
    private long version;

    /**
     * Starts with {@link ServiceState.Pending}.
     *
     * @param service whose state it is
     * @param source the name of the source, as in {@code consul http://10.0.0.9:8500}
     * @param ticker the clock
     * @param executor where observers are called
     */
    public StatePublisher(ServiceName service, String source, Ticker ticker, Executor executor) {
        this.service = requireNonNull(service, "service");
        this.source = requireNonNull(source, "source");
        this.ticker = requireNonNull(ticker, "ticker");
        this.executor = requireNonNull(executor, "executor");
    }

    /**
     * The newest state.
     *
     * @return pending until the first answer or failure
     */
    public ServiceState current() {
        return current;
    }

    /**
     * The source said, with authority, which endpoints there are.
     *
     * @param endpoints all of them, distinct by id; empty if there are none
     * @throws IllegalArgumentException if two have one id
     */
    public void answer(List<Endpoint> endpoints) {
        answer(endpoints, source);
    }

    /** Like {@link #answer(List)}, for those who pass on what another source said. */
    void answer(List<Endpoint> endpoints, String from) {
        List<Endpoint> copy = List.copyOf(endpoints);
        long now = ticker.nanos();
        change(() -> {
            if (copy.isEmpty()) {
                return current instanceof ServiceState.Absent ? current : new ServiceState.Absent(now);
            }
            EndpointSet set = next(copy, from);
            return current instanceof ServiceState.Ready ready && same(ready.set(), set)
                    ? current
                    : new ServiceState.Ready(set);
        });
    }

    /**
     * The source failed, or what it says is not believed yet: the endpoints of the last answer stay in use.
     *
     * @param problem one sentence for a person
     */
    public void fail(String problem) {
        fail(problem, ticker.nanos());
    }

    /** Like {@link #fail(String)}, for a failure that began earlier. */
    void fail(String problem, long sinceNanos) {
        requireNonNull(problem, "problem");
        change(() -> {
            EndpointSet kept = lastGood();
            long since = sinceFirst(sinceNanos);
            return kept == null
                    ? new ServiceState.Failed(problem, since)
                    : new ServiceState.Stale(kept, problem, since);
        });
    }

    /**
     * The source answered in part, or passes on an answer that is no longer fresh.
     *
     * @param endpoints what to use; replaces the last answer
     * @param problem one sentence for a person
     * @throws IllegalArgumentException if two endpoints have one id
     */
    public void degrade(List<Endpoint> endpoints, String problem) {
        degrade(endpoints, source, problem, ticker.nanos());
    }

    /** Like {@link #degrade(List, String)}, for those who pass on what another source said earlier. */
    void degrade(List<Endpoint> endpoints, String from, String problem, long sinceNanos) {
        requireNonNull(problem, "problem");
        List<Endpoint> copy = List.copyOf(endpoints);
        change(() -> {
            EndpointSet set = next(copy, from);
            EndpointSet kept = lastGood();
            return new ServiceState.Stale(
                    kept != null && same(kept, set) ? kept : set, problem, sinceFirst(sinceNanos));
        });
    }

    /**
     * Says which entries of the newest answer could not be used.
     *
     * @param entries one sentence each; the first {@value Watch#MAX_SKIPPED} are kept
     */
    public void skipped(List<String> entries) {
        List<String> first =
                entries.stream().limit(Watch.MAX_SKIPPED).map(Problems::line).toList();
        skipped = () -> first;
    }

    /** Like {@link #skipped(List)}, asked for when somebody wants to know. */
    void skippedFrom(Supplier<List<String>> entries) {
        skipped = entries;
    }

    /**
     * Subscribes to the states; the current one is told at once, unless it is pending.
     *
     * @param observer told on the executor
     * @return the subscription
     */
    public Watch watch(Consumer<ServiceState> observer) {
        return watch(observer, () -> {});
    }

    /**
     * Subscribes to the states; the current one is told at once, unless it is pending.
     *
     * @param observer told on the executor
     * @param closing run once when the watch is closed, in the thread that closes it
     * @return the subscription; closed already if this publisher is
     */
    public Watch watch(Consumer<ServiceState> observer, Runnable closing) {
        var delivery = new StateDelivery(this, executor, requireNonNull(observer, "observer"), closing);
        watches.add(delivery);
        if (closed) {
            delivery.close();
        } else {
            delivery.offer();
        }
        return delivery;
    }

    /** Ends every watch; what is said afterwards is ignored. Does not wait for observers. */
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
        }
        for (StateDelivery watch : watches) {
            watch.end();
        }
    }

    String source() {
        return source;
    }

    List<String> skipped() {
        return skipped.get();
    }

    void forget(StateDelivery watch) {
        watches.remove(watch);
    }

    private void change(Supplier<ServiceState> next) {
        synchronized (lock) {
            ServiceState state = next.get();
            if (closed || state.equals(current)) {
                return;
            }
            if (state instanceof ServiceState.Ready ready) {
                version = ready.set().version();
            } else if (state instanceof ServiceState.Stale stale) {
                version = stale.lastGood().version();
            }
            current = state;
        }
        for (StateDelivery watch : watches) {
            watch.offer();
        }
    }

    private EndpointSet next(List<Endpoint> endpoints, String from) {
        return new EndpointSet(service, endpoints, from, version + 1);
    }

    private @Nullable EndpointSet lastGood() {
        if (current instanceof ServiceState.Ready ready) {
            return ready.set();
        }
        if (current instanceof ServiceState.Stale stale) {
            return stale.lastGood();
        }
        return current instanceof ServiceState.Absent ? new EndpointSet(service, List.of(), source, version) : null;
    }

    private long sinceFirst(long nanos) {
        if (current instanceof ServiceState.Stale stale) {
            return stale.sinceNanos();
        }
        return current instanceof ServiceState.Failed failed ? failed.sinceNanos() : nanos;
    }

    private static boolean same(EndpointSet a, EndpointSet b) {
        return a.source().equals(b.source()) && a.endpoints().equals(b.endpoints());
    }
}
