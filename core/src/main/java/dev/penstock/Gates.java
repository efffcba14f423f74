package dev.penstock;

import dev.penstock.catalog.RouteSpec;
import dev.penstock.middleware.Middleware;
import dev.penstock.middleware.RouteGate;
import dev.penstock.time.NarrowExecutor;
import dev.penstock.time.Scheduler;
import dev.penstock.time.Ticker;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts the middleware of routes to work, and has its files looked at. Confined to the control path, but for its timer. */
final class Gates implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Gates.class);
    private static final Duration LOOK_INTERVAL = Duration.ofSeconds(2);

    /** So many files may hang (NFS), each with a thread, until no other is looked at. */
    private static final int LOOKS_AT_ONCE = 4;

    /** Of passwords: whoever sends wrong ones is not to take all processors, or all threads. */
    private static final int CHECKS_AT_ONCE = 2;

    /** So long new routes wait for their files at most, all together; a file system that hangs must not hold them up. */
    private static final Duration FIRST_LOOK = Duration.ofSeconds(1);

    private final Ticker ticker;
    private final byte[] secret = new byte[32];
    private final Scheduler scheduler;
    private final Executor looks;
    private final Executor checks;
    private final Duration firstLook;
    private volatile Map<String, RouteGate> known = Map.of();
    private Scheduler.@Nullable Timer timer;
    private boolean closed;

    Gates(Ticker ticker, Scheduler scheduler) {
        this(ticker, scheduler, FIRST_LOOK);
    }

    Gates(Ticker ticker, Scheduler scheduler, Duration firstLook) {
        this.firstLook = firstLook;
        this.checks = new NarrowExecutor(scheduler, CHECKS_AT_ONCE);
        this.ticker = ticker;
        this.scheduler = scheduler;
        this.looks = new NarrowExecutor(scheduler, LOOKS_AT_ONCE);
        new SecureRandom().nextBytes(secret); // not the injected chance: nobody may foresee it
    }

    /** The gates of some routes, by the names of those that have one; what stays as it was goes on counting. */
    Map<String, RouteGate> of(List<RouteSpec> routes) {
        Map<String, RouteGate> next = new HashMap<>();
        List<RouteGate> fresh = new ArrayList<>();
        for (RouteSpec spec : routes) {
            List<Middleware> middleware = spec.middleware();
            if (!middleware.isEmpty()) {
                RouteGate before = known.get(spec.route().name());
                if (before != null && before.middleware().equals(middleware)) {
                    next.put(spec.route().name(), before);
                    continue;
                }
                var gate = new RouteGate(middleware, ticker, secret, checks, before);
                next.put(spec.route().name(), gate);
                if (gate.readsFiles()) {
                    fresh.add(gate);
                }
            }
        }
        readFiles(fresh);
        Map<String, RouteGate> all = Map.copyOf(next);
        known = all;
        lookLater();
        return all;
    }

    /** Has the files of new gates read, so that nobody is turned away whom they know. */
    private void readFiles(List<RouteGate> fresh) {
        fresh.forEach(gate -> gate.look(looks));
        try {
            CompletableFuture.allOf(fresh.stream().map(RouteGate::firstLook).toArray(CompletableFuture<?>[]::new))
                    .get(firstLook.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            LOG.warn(
                    "users files: not read within {} ms; their routes answer 503 until they are", firstLook.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a first look fails with nothing", e);
        }
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
