package dev.penstock.proxy;

import dev.penstock.time.Ticker;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One deadline of a connection. Confined to its event loop.
 *
 * <p>Moving the deadline back costs one read of the clock: the task that was scheduled for the earlier time finds the
 * later one when it runs, and waits for the rest.
 */
final class LoopTimer implements Runnable {
    private final EventLoop loop;
    private final Ticker ticker;
    private final Runnable onExpiry;
    private @Nullable Future<?> task;
    private long wakeUpNanos;
    private long deadlineNanos;
    private boolean armed;

    LoopTimer(EventLoop loop, Ticker ticker, Runnable onExpiry) {
        this.loop = loop;
        this.ticker = ticker;
        this.onExpiry = onExpiry;
    }

    /** Sets the deadline anew. */
    void arm(long nanos) {
        long now = ticker.nanos();
        deadlineNanos = now + nanos;
        armed = true;
        if (task == null) {
            schedule(now);
        } else if (deadlineNanos - wakeUpNanos < 0) {
            task.cancel(false);
            schedule(now);
        }
    }

    /** Brings the deadline forward, to now at most. */
    void shorten(long nanos) {
        if (armed && nanos > 0) {
            long now = ticker.nanos();
            arm(Math.max(0, deadlineNanos - now - nanos));
        }
    }

    /** How long it is until the deadline that was set last. */
    long leftNanos() {
        return deadlineNanos - ticker.nanos();
    }

    void disarm() {
        armed = false;
    }

    /** Takes the task out of the loop, so that nothing holds on to a closed connection. */
    void cancel() {
        armed = false;
        if (task != null) {
            task.cancel(false);
            task = null;
        }
    }

    @Override
    public void run() {
        task = null;
        if (!armed) {
            return;
        }
        long now = ticker.nanos();
        if (deadlineNanos - now > 0) {
            schedule(now);
            return;
        }
        armed = false;
        onExpiry.run();
    }

    private void schedule(long now) {
        wakeUpNanos = deadlineNanos;
        task = loop.schedule(this, Math.max(0, deadlineNanos - now), TimeUnit.NANOSECONDS);
    }
}
