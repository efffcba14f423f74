package dev.penstock.discovery.consul;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.function.Function;
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

    /** The same answer in another form. */
    <R> Call<R> map(Function<? super T, ? extends R> form) {
        var mapped = new Call<R>();
        mapped.over(this);
        CompletionStage<T> answer = this;
        answer.whenComplete((value, problem) -> {
            if (problem != null) {
                mapped.fail(problem);
                return;
            }
            try {
                mapped.complete(form.apply(value));
            } catch (RuntimeException e) {
                mapped.fail(e);
            }
        });
        return mapped;
    }

    /** Ends it with the cause that matters. */
    void fail(Throwable problem) {
        completeExceptionally(cause(problem));
    }

    /** What is behind the wrapping of futures. */
    static Throwable cause(Throwable problem) {
        return problem instanceof CompletionException && problem.getCause() != null ? problem.getCause() : problem;
    }

    @Override
    public boolean complete(T value) {
        boolean first = super.complete(value);
        synchronized (this) {
            below = null; // it holds an answer that may be large
        }
        return first;
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
