package dev.penstock.service;

import dev.penstock.balancer.Balancer;
import dev.penstock.balancer.Tiers;
import dev.penstock.catalog.HealthSpec;
import dev.penstock.discovery.ServiceState;
import dev.penstock.endpoint.EndpointSet;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.time.Scheduler;
import dev.penstock.time.SerialExecutor;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The control path of one service: has a new snapshot made when something changed, at most one per 100 ms (a thousand
 * endpoints may turn unhealthy together), but at once where the source or a person takes endpoints away. Fields without a word of their own are confined to the serial executor.
 */
final class ServiceControl {
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final ServiceName name;
    private final ServiceContext context;
    private final SerialExecutor serial;
    private final PlugInCalls calls;
    private final SourceFeed feed;
    private final HostBook hosts;
    private final HealthBook book;
    private final HealthWatch watch;
    private final Drains drains;
    private final SnapshotMaker maker;
    private final CompletableFuture<ServiceState> firstAnswer = new CompletableFuture<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();
    private volatile boolean closed;

    private boolean answered;
    private EndpointSet endpoints;
    private @Nullable Balancer balancer;
    private boolean made;
    private long madeNanos;
    private Scheduler.@Nullable Timer timer;

    ServiceControl(ServiceName name, ServiceContext context, Service service) {
        this.name = name;
        this.context = context;
        this.endpoints = new EndpointSet(name, List.of(), "", 0);
        this.serial = new SerialExecutor(context.scheduler());
        this.calls = new PlugInCalls(name, context, this::settleAll);
        this.feed = new SourceFeed(name, context, serial, calls, this::told);
        this.hosts = new HostBook(context, serial, () -> changed(true));
        this.book = new HealthBook(service.spec().health());
        this.watch = new HealthWatch(name, context, book, serial, calls, () -> changed(false));
        this.drains = new Drains(context.scheduler(), serial);
        this.maker = new SnapshotMaker(name, context, service, hosts, watch, calls);
    }

    /** Any thread. */
    SourceFeed source() {
        return feed;
    }

    /** Any thread. */
    PlugInCalls calls() {
        return calls;
    }

    /** Any thread. */
    EndpointHealth health(String id) {
        return book.shown(id);
    }

    /** Any thread. */
    CompletionStage<ServiceState> firstAnswer() {
        return firstAnswer.minimalCompletionStage();
    }

    /** Any thread. */
    void balance(String rule, Supplier<Balancer> factory) {
        serial.execute(() -> {
            Balancer found = calls.guarded("balancer " + rule, factory);
            balancer = found == null ? null : new Tiers(found);
            if (made) {
                remake();
            }
        });
    }

    /** Any thread. */
    void follow(ServiceSource source) {
        serial.execute(() -> {
            answered = false;
            feed.follow(source);
        });
    }

    /** Any thread. */
    void judge(HealthSpec spec) {
        serial.execute(() -> {
            watch.follow(spec);
            changed(true);
        });
    }

    /** Any thread: none of the endpoints can be reached. */
    void relent() {
        serial.execute(watch::relent);
    }

    /** Any thread: takes one endpoint, or all of them where there is no id, out of use, or into use again. */
    CompletionStage<Void> drain(@Nullable String id, boolean out) {
        var done = new CompletableFuture<Void>();
        serial.execute(() -> {
            book.drain(id, out);
            changed(true);
            drains.changed(id, out ? maker.live(id) : List.of(), done);
        });
        if (closed) {
            done.complete(null);
        }
        return done.minimalCompletionStage();
    }

    /** Any thread. */
    CompletionStage<Void> settled() {
        var waits = new Waiting();
        waiting.add(waits);
        serial.execute(() -> {
            waits.begun = true; // what was asked for before is under way by now
            settle();
        });
        if (closed || calls.heldUp()) {
            settleAll();
        }
        return waits.done.minimalCompletionStage();
    }

    /** Any thread. */
    CompletionStage<Void> ended() {
        return ended.minimalCompletionStage();
    }

    /** Any thread; returns at once. */
    void close() {
        closed = true;
        feed.end();
        firstAnswer.complete(feed.state());
        // Not on the serial executor: a plug-in may block it for good.
        context.scheduler().execute(() -> {
            feed.closeWatch();
            ended.complete(null);
        });
        serial.execute(() -> {
            hosts.close();
            drains.close();
            watch.close();
            cancelTimer();
        });
        settleAll();
    }

    private void told(ServiceState next) {
        boolean removes = false;
        // Pending and Failed say nothing about endpoints: those known from before stay in use.
        if (next instanceof ServiceState.Ready
                || next instanceof ServiceState.Stale
                || next instanceof ServiceState.Absent) {
            removes = maker.removes(next.endpoints());
            endpoints = set(next);
        }
        if (next instanceof ServiceState.Pending) {
            return;
        }
        boolean first = !answered;
        answered = true;
        changed(first || removes);
        firstAnswer.complete(next);
    }

    private EndpointSet set(ServiceState next) {
        if (next instanceof ServiceState.Ready ready) {
            return ready.set();
        }
        return next instanceof ServiceState.Stale stale
                ? stale.lastGood()
                : new EndpointSet(name, List.of(), "", endpoints.version());
    }

    private void changed(boolean atOnce) {
        if (closed || (!answered && !made)) {
            return;
        }
        long age = context.ticker().nanos() - madeNanos;
        if (atOnce || !made || age >= PAUSE_NANOS) {
            remake();
        } else if (timer == null) {
            timer = context.scheduler()
                    .schedule(
                            Duration.ofNanos(PAUSE_NANOS - age),
                            () -> serial.execute(() -> {
                                if (timer != null) {
                                    remake();
                                }
                            }));
        }
    }

    private void remake() {
        cancelTimer();
        if (closed) {
            return;
        }
        made = true;
        maker.make(endpoints, endpoints.endpoints().isEmpty() ? unknown(feed.state()) : "", balancer);
        madeNanos = context.ticker().nanos();
        settle();
    }

    private static String unknown(ServiceState state) {
        if (state instanceof ServiceState.Pending) {
            return "no source has answered yet";
        }
        return state instanceof ServiceState.Failed failed ? "its endpoints are not known: " + failed.problem() : "";
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    private void settle() {
        if (answered && timer == null && !hosts.pending()) {
            waiting.removeIf(waits -> waits.begun && waits.done.complete(null));
        }
    }

    /** Any thread: nobody waits for what a plug-in holds up. */
    private void settleAll() {
        for (Waiting waits = waiting.poll(); waits != null; waits = waiting.poll()) {
            waits.done.complete(null);
        }
    }

    /** Somebody who waits until what was asked for before is in effect. */
    private static final class Waiting {
        private final CompletableFuture<Void> done = new CompletableFuture<>();
        private volatile boolean begun;
    }
}
