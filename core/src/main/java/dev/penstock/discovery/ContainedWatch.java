package dev.penstock.discovery;

import dev.penstock.endpoint.EndpointSet;
import dev.penstock.time.Backoff;
import dev.penstock.time.Scheduler;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One watch of a contained source: opens the inner one, tries again, and checks what it is told. Thread-safe. */
final class ContainedWatch {
    private static final Scheduler.Timer NONE = () -> {};

    private final ContainedDiscovery owner;
    private final ServiceQuery query;
    private final DiscoveryContext context;
    private final StatePublisher publisher;
    private final Object lock = new Object();
    private @Nullable Watch inner;
    private Scheduler.Timer timer = NONE;
    private int attempt; // states told to an earlier attempt are dropped
    private int failures;
    private boolean ended;

    ContainedWatch(ContainedDiscovery owner, ServiceQuery query, DiscoveryContext context) {
        this.owner = owner;
        this.query = query;
        this.context = context;
        publisher = new StatePublisher(query.service(), owner.name(), context.ticker(), context.scheduler());
        publisher.skippedFrom(this::skipped);
    }

    StatePublisher publisher() {
        return publisher;
    }

    void start() {
        int mine;
        synchronized (lock) {
            if (ended) {
                return;
            }
            mine = ++attempt;
            timer = context.scheduler().schedule(ContainedDiscovery.LATE, () -> late(mine));
        }
        owner.calls().execute(() -> open(mine));
    }

    /** Confined to the calls of the owner. */
    private void open(int mine) {
        if (!isCurrent(mine)) {
            return;
        }
        try {
            Watch watch = owner.opened().watch(query, state -> accept(mine, state));
            if (watch == null) {
                retry(mine, "watch() returned null", null);
            } else if (!adopt(mine, watch)) {
                close(watch);
            }
        } catch (Throwable e) {
            retry(mine, "watch() threw", e);
        }
    }

    private boolean adopt(int mine, Watch watch) {
        synchronized (lock) {
            if (ended || attempt != mine) {
                return false;
            }
            inner = watch;
            failures = 0;
            timer.cancel();
            timer = NONE;
            return true;
        }
    }

    private void retry(int mine, String problem, @Nullable Throwable cause) {
        Duration delay;
        synchronized (lock) {
            if (ended || attempt != mine) {
                return;
            }
            attempt++;
            failures++;
            delay = Backoff.defaults().delay(failures, context.randomness());
            timer.cancel();
            timer = context.scheduler().schedule(delay, this::start);
        }
        fail("watch of \"" + query.name() + "\" failed: " + problem, cause);
    }

    private void late(int mine) {
        if (isCurrent(mine)) {
            String problem = "watch of \"" + query.name() + "\" has not returned within "
                    + ContainedDiscovery.LATE.toSeconds() + " s";
            owner.fault(problem, null);
            if (publisher.current() instanceof ServiceState.Pending) {
                publisher.fail(problem);
            }
        }
    }

    private boolean isCurrent(int mine) {
        synchronized (lock) {
            return !ended && attempt == mine;
        }
    }

    /** What the source calls, from wherever it likes. */
    private void accept(int mine, @Nullable ServiceState state) {
        if (!isCurrent(mine)) {
            return;
        }
        try {
            if (state == null) {
                throw new IllegalArgumentException("a state of null");
            }
            pass(state);
        } catch (RuntimeException e) {
            fail("told a broken state of \"" + query.name() + "\"", e);
        }
    }

    private void pass(ServiceState state) {
        if (state instanceof ServiceState.Ready ready) {
            EndpointSet set = ready.set();
            publisher.answer(set.endpoints(), set.source());
        } else if (state instanceof ServiceState.Stale stale) {
            EndpointSet set = stale.lastGood();
            publisher.degrade(set.endpoints(), set.source(), Problems.line(stale.problem()), past(stale.sinceNanos()));
        } else if (state instanceof ServiceState.Absent) {
            publisher.answer(List.of());
        } else if (state instanceof ServiceState.Failed failed) {
            publisher.fail(Problems.line(failed.problem()), past(failed.sinceNanos()));
        }
    }

    private long past(long nanos) {
        long now = context.ticker().nanos();
        return nanos - now > 0 ? now : nanos;
    }

    private void fail(String problem, @Nullable Throwable cause) {
        owner.fault(problem, cause);
        publisher.fail(cause == null ? problem : problem + ": " + Problems.of(cause));
    }

    private List<String> skipped() {
        Watch watch;
        synchronized (lock) {
            watch = inner;
        }
        try {
            List<String> entries = watch == null ? List.of() : watch.skipped();
            return entries.stream().limit(Watch.MAX_SKIPPED).map(Problems::line).toList();
        } catch (RuntimeException e) {
            owner.fault("skipped() threw", e);
            return List.of();
        }
    }

    /** Ends the inner watch, on a thread that may block. */
    void end() {
        Watch watch;
        synchronized (lock) {
            if (ended) {
                return;
            }
            ended = true;
            timer.cancel();
            watch = inner;
            inner = null;
        }
        owner.forget(this);
        if (watch != null) {
            owner.calls().execute(() -> close(watch));
        }
    }

    private void close(Watch watch) {
        try {
            watch.close();
        } catch (Throwable e) {
            owner.fault("close() of the watch of \"" + query.name() + "\" threw", e);
        }
    }
}
