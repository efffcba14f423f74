package dev.penstock;

import dev.penstock.catalog.RouteSpec;
import dev.penstock.middleware.Middleware;
import dev.penstock.middleware.RouteGate;
import dev.penstock.time.NarrowExecutor;
import dev.penstock.time.Scheduler;
import dev.penstock.time.Ticker;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Puts the middleware of routes to work, and has its files looked at. Confined to the control path, but for its timer. */
final class Gates implements AutoCloseable {
    private static final Duration LOOK_INTERVAL = Duration.ofSeconds(2);

    /** So many files may hang (NFS), each with a thread, until no other is looked at. */
    private static final int LOOKS_AT_ONCE = 4;

    private final Ticker ticker;
    private final byte[] secret = new byte[32];
    private final Scheduler scheduler;
    private final Executor looks;
    private volatile Map<String, RouteGate> known = Map.of();
    private Scheduler.@Nullable Timer timer;
    private boolean closed;

    Gates(Ticker ticker, Scheduler scheduler) {
        this.ticker = ticker;
        this.scheduler = scheduler;
        this.looks = new NarrowExecutor(scheduler, LOOKS_AT_ONCE);
        new SecureRandom().nextBytes(secret); // not the injected chance: nobody may foresee it
    }

    /** The gates of some routes, by the names of those that have one; what stays as it was goes on counting. */
    Map<String, RouteGate> of(List<RouteSpec> routes) {
        Map<String, RouteGate> next = new HashMap<>();
        for (RouteSpec spec : routes) {
            List<Middleware> middleware = spec.middleware();
            if (!middleware.isEmpty()) {
                RouteGate before = known.get(spec.route().name());
                boolean same = before != null && before.middleware().equals(middleware);
                next.put(spec.route().name(), same ? before : new RouteGate(middleware, ticker, secret));
            }
        }
        Map<String, RouteGate> all = Map.copyOf(next);
        known = all;
        lookLater();
        return all;
    }

    private synchronized void lookLater() {
        if (timer == null && !closed && known.values().stream().anyMatch(RouteGate::readsFiles)) {
            timer = scheduler.schedule(LOOK_INTERVAL, this::look);
        }
    }

    private void look() {
        try {
            known.values().forEach(gate -> gate.look(looks));
        } finally {
            lookedLast();
            lookLater();
        }
    }

    private synchronized void lookedLast() {
        timer = null;
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (timer != null) {
            timer.cancel();
        }
    }
}
