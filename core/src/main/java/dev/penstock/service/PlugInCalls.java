package dev.penstock.service;

import dev.penstock.endpoint.ServiceName;
import dev.penstock.observe.PlugInFaults;
import dev.penstock.time.Scheduler;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The calls of one service into plug-ins, one at a time; what they do wrong is contained and reported. Thread-safe. */
final class PlugInCalls {
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Scheduler scheduler;
    private final Runnable whenLate;
    private final PlugInFaults faults;
    private final Refusal balancerFailed;

    // Grows when a call into a plug-in begins and when it ends: one that is late is known by its number.
    private final AtomicLong call = new AtomicLong();
    private volatile long lateCall = -1;

    /**
     * No call yet.
     *
     * @param whenLate run when a call takes longer than a second
     */
    PlugInCalls(ServiceName name, ServiceContext context, Runnable whenLate) {
        this.scheduler = context.scheduler();
        this.whenLate = whenLate;
        this.faults = new PlugInFaults("service " + name, context.ticker(), context.observer());
        this.balancerFailed = new Refusal(Reason.BALANCER_FAILED, "the balancer of service \"" + name + "\" failed");
    }

    /** Calls a plug-in; null if it threw or returned null. Says so after a second if it blocks. */
    <T> @Nullable T guarded(String plugIn, Supplier<T> callable) {
        long own = call.incrementAndGet();
        Scheduler.Timer watchdog = scheduler.schedule(PATIENCE, () -> late(plugIn, own));
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
            whenLate.run();
        }
    }

    /** Whether a call is under way that has taken longer than a second. */
    boolean heldUp() {
        return lateCall == call.get();
    }

    void report(String problem, @Nullable Throwable cause) {
        faults.report(problem, cause);
    }

    long faults() {
        return faults.count();
    }

    /** Reports a fault of the balancer and gives the answer to the request that met it. */
    Refusal failed(String problem, @Nullable Throwable cause) {
        faults.report("balancer: " + problem, cause);
        return balancerFailed;
    }

    /** The refusal that says a fault met by no request, for an explanation. */
    Refusal foreseen(String problem) {
        return new Refusal(balancerFailed.reason(), balancerFailed.detail() + ": " + problem);
    }

    Refusal balancerFailed() {
        return balancerFailed;
    }
}
