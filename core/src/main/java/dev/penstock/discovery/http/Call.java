package dev.penstock.discovery.http;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An answer to come; to cancel it cancels what it waits for. Thread-safe.
 *
 * @param <T> the answer
 */
public final class Call<T> extends CompletableFuture<T> {
    private @Nullable Future<?> below;

    /** An answer that waits for nothing yet. */
    public Call() {}

    /**
     * Says what it waits for now.
     *
     * @param work is cancelled with it
     */
    public void over(Future<?> work) {
        boolean late;
        synchronized (this) {
            below = work;
            late = isCancelled();
        }
        if (late) {
            work.cancel(true);
        }
    }

    /**
     * The same answer in another form.
     *
     * @param <R> the other form
     * @param form makes it; what it throws fails the call
     * @return to come
     */
    public <R> Call<R> map(Function<? super T, ? extends R> form) {
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
            } catch (RuntimeException | Error e) { // who waits for it must hear of either
                mapped.fail(e);
            }
        });
        return mapped;
    }

    /**
     * What is asked next, with the answer to this.
     *
     * @param <R> its answer
     * @param next asks it; what it throws fails the call
     * @return the second answer
     */
    public <R> Call<R> then(Function<? super T, Call<R>> next) {
        var whole = new Call<R>();
        whole.over(this);
        CompletionStage<T> answer = this;
        answer.whenComplete((value, problem) -> {
            if (problem != null) {
                whole.fail(problem);
                return;
            }
            try {
                Call<R> second = next.apply(value);
                whole.over(second);
                CompletionStage<R> end = second;
                end.whenComplete((last, failure) -> {
                    if (failure == null) {
                        whole.complete(last);
                    } else {
                        whole.fail(failure);
                    }
                });
            } catch (RuntimeException | Error e) {
                whole.fail(e);
            }
        });
        return whole;
    }

    /**
     * Ends it with the cause that matters.
     *
     * @param problem as a future gave it
     */
    public void fail(Throwable problem) {
        completeExceptionally(cause(problem));
    }

    /**
     * What is behind the wrapping of futures.
     *
     * @param problem as a future gave it
     * @return its cause, or itself
     */
    public static Throwable cause(Throwable problem) {
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
