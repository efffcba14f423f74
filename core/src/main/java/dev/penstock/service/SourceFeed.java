package dev.penstock.service;

import dev.penstock.discovery.ServiceState;
import dev.penstock.discovery.Watch;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.observe.Event;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the source of one service says: follows one watch at a time and tells the newest state on the serial executor of
 * the service, which {@link #follow} is confined to; the rest is for any thread.
 */
final class SourceFeed {
    private final ServiceName name;
    private final ServiceContext context;
    private final Executor serial;
    private final PlugInCalls calls;
    private final Consumer<ServiceState> receiver;

    private volatile ServiceState state = new ServiceState.Pending();
    private volatile @Nullable Inbox inbox;
    private volatile long stateSinceNanos;
    private volatile boolean closed;

    SourceFeed(
            ServiceName name,
            ServiceContext context,
            Executor serial,
            PlugInCalls calls,
            Consumer<ServiceState> receiver) {
        this.name = name;
        this.context = context;
        this.serial = serial;
        this.calls = calls;
        this.receiver = receiver;
        this.stateSinceNanos = context.ticker().nanos();
    }

    ServiceState state() {
        return state;
    }

    long stateSinceNanos() {
        return stateSinceNanos;
    }

    List<String> skipped() {
        Inbox now = inbox;
        Watch watch = now == null ? null : now.watch;
        try {
            return watch == null ? List.of() : List.copyOf(watch.skipped());
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            calls.report("discovery: skipped threw", e);
            return List.of();
        }
    }

    void follow(ServiceSource source) {
        closeWatch();
        var next = new Inbox();
        inbox = next;
        next.watch = calls.guarded("discovery", () -> source.watch(next::put));
        if (next.watch == null) {
            told(
                    next,
                    new ServiceState.Failed(
                            "the watch could not be opened", context.ticker().nanos()));
        } else {
            next.take(); // now: definitions may follow each other faster than tasks do
        }
        if (closed) {
            closeWatch();
        }
    }

    /** Nothing is told from now on; the watch is still to be closed. */
    void end() {
        closed = true;
    }

    void closeWatch() {
        Inbox last = inbox;
        Watch watch = last == null ? null : last.watch;
        if (watch != null) {
            try {
                watch.close();
            } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
                calls.report("discovery: close threw", e);
            }
        }
    }

    private void told(Inbox from, ServiceState next) {
        if (from != inbox || closed) {
            return;
        }
        ServiceState before = state;
        state = next;
        announce(before, next);
        receiver.accept(next);
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
