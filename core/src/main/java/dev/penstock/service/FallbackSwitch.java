package dev.penstock.service;

import dev.penstock.catalog.Fallback;
import dev.penstock.time.Ticker;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Whether a service is asked at all while its fallback stands in for it: after none of its endpoints could be reached,
 * requests go to the fallback at once, but for one in each probe time. Told by whoever sends the requests. Thread-safe.
 */
public final class FallbackSwitch {
    private static final VarHandle NEXT;

    static {
        try {
            NEXT = MethodHandles.lookup().findVarHandle(FallbackSwitch.class, "nextNanos", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Service service;
    private final Ticker ticker;
    private final LongAdder used = new LongAdder();
    private volatile boolean away;
    private volatile boolean trial;
    private volatile long nextNanos;

    FallbackSwitch(Service service, Ticker ticker) {
        this.service = service;
        this.ticker = ticker;
    }

    /**
     * Tells whether a request is to go past the service, to its fallback.
     *
     * @return false where it has none, where it was reached last, and once in each probe time
     */
    public boolean passes() {
        if (!away) {
            return false;
        }
        Fallback fallback = fallback();
        if (fallback == null) {
            return false;
        }
        long next = nextNanos;
        long now = ticker.nanos();
        boolean tries = now - next >= 0
                && NEXT.compareAndSet(this, next, now + fallback.probe().toNanos());
        if (tries) {
            trial = true;
        }
        return !tries;
    }

    /** No endpoint could be reached. Those ejected take part again: the next request that tries is to try them all. */
    public void unreachable() {
        Fallback fallback = fallback();
        if (fallback == null) {
            return;
        }
        long now = ticker.nanos();
        boolean news = !away || trial; // else one of many that were under way when the first could reach none
        trial = false;
        nextNanos = now + fallback.probe().toNanos();
        away = true;
        if (news) {
            service.relent();
        }
    }

    /** An endpoint has answered, whatever it said. */
    public void reached() {
        if (away) {
            away = false;
        }
    }

    /** A request goes to the fallback. */
    public void count() {
        used.increment();
    }

    /**
     * Tells whether the fallback stands in for all but the trials.
     *
     * @return true from a time when no endpoint could be reached until one answers
     */
    public boolean isAway() {
        return away && fallback() != null;
    }

    /**
     * The requests that went to the fallback.
     *
     * @return since the start
     */
    public long used() {
        return used.sum();
    }

    private @Nullable Fallback fallback() {
        return service.spec().fallback();
    }
}
