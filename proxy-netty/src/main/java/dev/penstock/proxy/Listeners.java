package dev.penstock.proxy;

import dev.penstock.Table;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.Protocol;
import dev.penstock.observe.Event;
import dev.penstock.time.Scheduler;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The listeners of a gateway; follows their definitions. Thread-safe. */
@SuppressWarnings("FutureReturnValueIgnored") // of what is only to be logged
final class Listeners {
    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);
    private static final Duration CUT_LIMIT = Duration.ofSeconds(2);

    private final GatewayCore core;
    // Written under the lock of this object, replaced whole.
    private volatile Map<String, BoundListener> byName = Map.of();
    private final UnboundListeners unbound;
    private final Set<BoundListener> retired = ConcurrentHashMap.newKeySet();
    private List<ListenerSpec> wanted = List.of();
    private @Nullable List<ListenerSpec> followed; // null: a change failed half-way
    private Scheduler.@Nullable Timer retry;
    private boolean closed;

    Listeners(GatewayCore core) {
        this.core = core;
        this.unbound = new UnboundListeners(core.ticker());
    }

    /**
     * Binds all; none stays open if one of files or code cannot be bound. One that was discovered is tried again, as it is
     * later.
     */
    synchronized void start(Table table) {
        Map<String, BoundListener> bound = new LinkedHashMap<>();
        List<String> problems = new ArrayList<>();
        for (ListenerSpec spec : table.listeners()) {
            if (!table.isDiscovered(spec)) {
                try {
                    bound.put(spec.name(), bind(spec));
                } catch (Exception e) { // Netty throws what binding failed with, checked or not
                    problems.add(problem(spec, e));
                }
            }
        }
        if (!problems.isEmpty()) {
            bound.values().forEach(BoundListener::drain);
            throw new GatewayException(problems);
        }
        byName = bound;
        bound.values().forEach(listener -> tell(listener, true));
        follow(table.listeners());
    }

    private BoundListener bind(ListenerSpec spec) {
        BoundListener listener =
                spec.protocol() instanceof Protocol.Udp ? new UdpListener(spec, core) : new Listener(spec, core);
        try {
            listener.bind();
        } catch (Exception e) { // as above
            listener.release();
            throw e;
        }
        return listener;
    }

    private static String problem(ListenerSpec spec, Exception cause) {
        if (cause instanceof IllegalArgumentException) {
            return "listener \"" + spec.name() + "\": " + cause.getMessage();
        }
        return "listener \"" + spec.name() + "\": " + spec.address() + ": " + cause.getMessage()
                + " (expected: an address of this machine and a free port)";
    }

    /** Binds what is new, drains what is gone, changes what is different; tries again what cannot be bound. */
    synchronized void follow(List<ListenerSpec> specs) {
        if (!specs.equals(followed)) { // most changes are of services alone
            wanted = specs;
            followed = null;
            change();
            followed = specs;
        }
    }

    private synchronized void change() {
        if (closed) {
            return;
        }
        stopRetry();
        Map<String, BoundListener> before = byName;
        Map<String, BoundListener> after = new LinkedHashMap<>();
        // What one listener gives up may be another's address now: first close what is gone.
        Set<Integer> freed = retireGone(before);
        UnboundListeners.Round round = unbound.round();
        for (ListenerSpec spec : wanted) {
            BoundListener listener = before.get(spec.name());
            if (listener != null && BoundListener.isAt(listener.spec(), spec)) {
                if (!listener.spec().equals(spec)) {
                    listener.change(spec);
                }
                after.put(spec.name(), listener);
            } else if (round.isDue(spec, freed.contains(spec.port()))) {
                try {
                    BoundListener bound = bind(spec);
                    after.put(spec.name(), bound);
                    LOG.info("listener {} serves {}", spec.name(), bound.address());
                    tell(bound, true);
                } catch (Exception e) { // as above
                    String problem = problem(spec, e);
                    if (round.failed(spec, problem)) {
                        tell(spec, false, problem);
                    }
                }
            }
        }
        byName = after;
        Duration untilRetry = round.end();
        if (untilRetry != null) {
            retry = core.executor().schedule(untilRetry, this::change);
        }
    }

    /** Gives the ports that are free now. */
    private Set<Integer> retireGone(Map<String, BoundListener> before) {
        Map<String, ListenerSpec> specs = new HashMap<>();
        wanted.forEach(spec -> specs.put(spec.name(), spec));
        Set<Integer> freed = new HashSet<>();
        for (BoundListener listener : before.values()) {
            ListenerSpec spec = specs.get(listener.spec().name());
            if (spec == null || !BoundListener.isAt(listener.spec(), spec)) {
                freed.add(listener.address().getPort());
                retire(listener);
            }
        }
        retired.stream().filter(this::isInTheWay).forEach(BoundListener::cut);
        return freed;
    }

    /** What is left of the flows of one goes with its address: no other socket can have that meanwhile. */
    private boolean isInTheWay(BoundListener listener) {
        if (listener.spec().protocol().isOverTcp()) {
            return false;
        }
        ListenerSpec old = listener.spec().withPort(listener.address().getPort());
        return wanted.stream().anyMatch(old::mayOverlap);
    }

    private void stopRetry() {
        if (retry != null) {
            retry.cancel();
            retry = null;
        }
    }

    private void retire(BoundListener listener) {
        retired.add(listener);
        tell(listener, false);
        drain(listener, listener.spec().timeouts().drain()).thenRun(() -> {
            retired.remove(listener);
            LOG.info("listener {} is closed", listener.spec().name());
        });
    }

    private void tell(BoundListener listener, boolean open) {
        tell(listener.spec().withPort(listener.address().getPort()), open, "");
    }

    private void tell(ListenerSpec spec, boolean open, String problem) {
        core.penstock().tell(new Event.ListenerChanged(spec.name(), spec.address(), open, problem));
    }

    private CompletableFuture<Void> drain(BoundListener listener, Duration limit) {
        CompletableFuture<Void> drained = listener.drain().toCompletableFuture();
        Scheduler.Timer cut = core.executor().schedule(limit, listener::cut);
        return drained.whenComplete((done, problem) -> cut.cancel());
    }

    InetSocketAddress address(String name) {
        return listener(name).address();
    }

    ListenerStatus status(String name) {
        ListenerStatus problem = unbound.status(name);
        return problem == null ? listener(name).status() : problem;
    }

    private BoundListener listener(String name) {
        BoundListener listener = byName.get(name);
        if (listener == null) {
            throw new IllegalArgumentException("listener: \"" + name + "\" (expected: one of " + byName.keySet() + ")");
        }
        return listener;
    }

    /** The TLS of a listener; null where it does none, or is not bound. */
    @Nullable
    ListenerTls tls(String name) {
        BoundListener listener = byName.get(name);
        return listener == null ? null : listener.tls();
    }

    InetSocketAddress first() {
        return byName.values().stream()
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("listeners: none (expected: at least one)"))
                .address();
    }

    /** Drains all, each for as long as given at most. */
    CompletionStage<Void> drain(Duration limit) {
        return drainAll(listener -> limit);
    }

    private synchronized CompletableFuture<Void> drainAll(Function<BoundListener, Duration> limit) {
        if (!closed) {
            byName.values().forEach(listener -> tell(listener, false));
        }
        closed = true;
        stopRetry();
        return CompletableFuture.allOf(byName.values().stream()
                .map(listener -> drain(listener, limit.apply(listener)))
                .toArray(CompletableFuture[]::new));
    }

    /** Drains all for as long as their settings say; returns when they are closed. */
    void close() {
        Duration longest = byName.values().stream()
                .map(listener -> listener.spec().timeouts().drain())
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
        CompletableFuture<Void> drained =
                drainAll(listener -> listener.spec().timeouts().drain());
        try {
            drained.get(longest.plus(CUT_LIMIT).toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            LOG.warn("connections of clients are still open {} after the limit to drain", CUT_LIMIT);
        } catch (ExecutionException e) {
            LOG.warn("listeners did not drain", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // in a hurry: what is open is cut off below
        }
        byName.values().forEach(BoundListener::cut);
    }
}
