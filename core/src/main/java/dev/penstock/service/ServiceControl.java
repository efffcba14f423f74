package dev.penstock.service;

import dev.penstock.balancer.Balancer;
import dev.penstock.balancer.Candidate;
import dev.penstock.balancer.Candidates;
import dev.penstock.balancer.Picker;
import dev.penstock.balancer.PickerContext;
import dev.penstock.balancer.Tiers;
import dev.penstock.discovery.ServiceState;
import dev.penstock.discovery.Watch;
import dev.penstock.endpoint.EndpointSet;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.observe.Event;
import dev.penstock.observe.PlugInFaults;
import dev.penstock.request.Request;
import dev.penstock.time.Scheduler;
import dev.penstock.time.SerialExecutor;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The control path of one service: follows its source and has a new snapshot made when something changed, at most one
 * per 100 ms, but at once where endpoints leave. Fields without a word of their own are confined to the serial executor.
 */
final class ServiceControl {
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final ServiceName name;
    private final ServiceContext context;
    private final SerialExecutor serial;
    private final HostBook hosts;
    private final SnapshotMaker maker;
    private final PlugInFaults faults;
    private final Refusal balancerFailed;
    private final CompletableFuture<ServiceState> firstAnswer = new CompletableFuture<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();

    private volatile ServiceState state = new ServiceState.Pending();
    private volatile @Nullable Inbox inbox;
    private volatile long stateSinceNanos;
    private volatile boolean closed;

    // Grows when a call into a plug-in begins and when it ends: one that is late is known by its number.
    private final AtomicLong call = new AtomicLong();
    private volatile long lateCall = -1;

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
        this.stateSinceNanos = context.ticker().nanos();
        this.serial = new SerialExecutor(context.scheduler());
        this.hosts = new HostBook(context, serial, () -> changed(true));
        this.faults = new PlugInFaults("service " + name, context.ticker(), context.observer());
        this.balancerFailed = new Refusal(Reason.BALANCER_FAILED, "the balancer of service \"" + name + "\" failed");
        this.maker = new SnapshotMaker(name, context, service, hosts, this);
    }

    /** Any thread. */
    ServiceState state() {
        return state;
    }

    /** Any thread. */
    long stateSinceNanos() {
        return stateSinceNanos;
    }

    /** Any thread. */
    List<String> skipped() {
        Inbox now = inbox;
        Watch watch = now == null ? null : now.watch;
        try {
            return watch == null ? List.of() : List.copyOf(watch.skipped());
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            faults.report("discovery: skipped threw", e);
            return List.of();
        }
    }

    /** Any thread. */
    CompletionStage<ServiceState> firstAnswer() {
        return firstAnswer.minimalCompletionStage();
    }

    /** Any thread. */
    long faults() {
        return faults.count();
    }

    /** Any thread: reports a fault of the balancer and gives the answer to the request that met it. */
    Refusal failed(String problem, @Nullable Throwable cause) {
        faults.report("balancer: " + problem, cause);
        return balancerFailed;
    }

    /** Any thread: the refusal that says a fault met by no request, for an explanation. */
    Refusal foreseen(String problem) {
        return new Refusal(balancerFailed.reason(), balancerFailed.detail() + ": " + problem);
    }

    Refusal balancerFailed() {
        return balancerFailed;
    }

    /** Applies the rule; null if that failed. */
    @Nullable
    Picker picker(Balancer rule, Candidates candidates, PickerContext pickerContext) {
        return guarded("balancer", () -> rule.over(candidates, pickerContext));
    }

    /** Any thread: makes the picker once more, over copies of what it would change, and asks that one. */
    Candidate pickOnCopies(Snapshot.Making making, Request request) {
        PickerContext now = maker.pickerContext();
        var randomness = new ReplayedRandomness(making.randomness());
        var copies = new PickerContext(now.cursor().fork(), randomness, now.ticker());
        Picker picker = making.balancer().over(making.candidates(), copies);
        randomness.goOn(now.randomness());
        return picker.pick(request);
    }

    /** Any thread. */
    void balance(String rule, Supplier<Balancer> factory) {
        serial.execute(() -> {
            Balancer found = guarded("balancer " + rule, factory);
            balancer = found == null ? null : new Tiers(found);
            if (made) {
                remake();
            }
        });
    }

    /** Any thread. */
    void follow(ServiceSource source) {
        serial.execute(() -> {
            closeWatch();
            answered = false;
            var next = new Inbox();
            inbox = next;
            next.watch = guarded("discovery", () -> source.watch(next::put));
            if (next.watch == null) {
                told(
                        next,
                        new ServiceState.Failed(
                                "the watch could not be opened",
                                context.ticker().nanos()));
            }
            if (closed) {
                closeWatch();
            }
        });
    }

    /** Any thread. */
    CompletionStage<Void> settled() {
        var waits = new Waiting();
        waiting.add(waits);
        serial.execute(() -> {
            waits.begun = true; // what was asked for before is under way by now
            settle();
        });
        if (closed || heldUp()) {
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
        firstAnswer.complete(state);
        // Not on the serial executor: a plug-in may block it for good.
        context.scheduler().execute(() -> {
            closeWatch();
            ended.complete(null);
        });
        serial.execute(() -> {
            hosts.close();
            cancelTimer();
        });
        settleAll();
    }

    private void closeWatch() {
        Inbox last = inbox;
        Watch watch = last == null ? null : last.watch;
        if (watch != null) {
            try {
                watch.close();
            } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
                faults.report("discovery: close threw", e);
            }
        }
    }

    /** Calls a plug-in; null if it threw or returned null. Says so after a second if it blocks. */
    private <T> @Nullable T guarded(String plugIn, Supplier<T> callable) {
        long own = call.incrementAndGet();
        Scheduler.Timer watchdog = context.scheduler().schedule(PATIENCE, () -> late(plugIn, own));
        try {
            T result = callable.get();
            if (result == null) {
                faults.report(plugIn + ": returned null", null);
            }
            return result;
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            faults.report(plugIn + ": threw", e);
            return null;
        } finally {
            call.incrementAndGet();
            watchdog.cancel();
        }
    }

    private void late(String plugIn, long own) {
        if (call.get() == own) {
            faults.report(plugIn + ": blocks for a second", null);
            lateCall = own;
            settleAll();
        }
    }

    private boolean heldUp() {
        return lateCall == call.get();
    }

    private void told(Inbox from, ServiceState next) {
        if (from != inbox || closed) {
            return;
        }
        ServiceState before = state;
        state = next;
        boolean removes = false;
        // Pending and Failed say nothing about endpoints: those known from before stay in use.
        if (next instanceof ServiceState.Ready
                || next instanceof ServiceState.Stale
                || next instanceof ServiceState.Absent) {
            removes = maker.removes(next.endpoints());
            endpoints = set(next);
        }
        announce(before, next);
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

    private void announce(ServiceState before, ServiceState next) {
        String from = before.getClass().getSimpleName();
        String to = next.getClass().getSimpleName();
        if (!from.equals(to)) {
            stateSinceNanos = context.ticker().nanos();
            context.observer().on(new Event.SourceChanged(name, from, to, problem(next)));
        }
    }

    private static String problem(ServiceState state) {
        if (state instanceof ServiceState.Stale stale) {
            return stale.problem();
        }
        return state instanceof ServiceState.Failed failed ? failed.problem() : "";
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
        maker.make(endpoints, endpoints.endpoints().isEmpty() ? unknown(state) : "", balancer);
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

    /** What one watch has told last; only the newest state counts. */
    private final class Inbox {
        private volatile @Nullable Watch watch;
        private final AtomicReference<@Nullable ServiceState> newest = new AtomicReference<>();

        void put(ServiceState next) {
            if (newest.getAndSet(next) == null) {
                try {
                    serial.execute(this::take);
                } catch (RejectedExecutionException e) {
                    newest.set(null); // else no later state would be taken either
                    throw e;
                }
            }
        }

        private void take() {
            ServiceState taken = newest.getAndSet(null);
            if (taken != null) {
                told(this, taken);
            }
        }
    }
}
