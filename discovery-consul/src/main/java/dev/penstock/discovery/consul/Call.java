package dev.penstock.discovery.consul;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** An answer to come; to cancel it cancels what it waits for. Thread-safe. */
final class Call<T> extends CompletableFuture<T> {
    private @Nullable Future<?> below;

    /** Says what it waits for now. */
    void over(Future<?> work) {
        boolean late;
        synchronized (this) {
            below = work;
            late = isCancelled();
        }
        if (late) {
            work.cancel(true);
        }
    }

    @Override
    public boolean cancel(boolean interrupt) {
        boolean cancelled = super.cancel(interrupt);
        Future<?> work;
        synchronized (this) {
            work = below;
        }
        if (work != null) {
            work.cancel(true);
        }
        return cancelled;
    }
}
