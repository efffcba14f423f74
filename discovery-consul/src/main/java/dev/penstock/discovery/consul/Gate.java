package dev.penstock.discovery.consul;

import dev.penstock.discovery.http.Call;
import java.util.ArrayDeque;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** Lets only so many questions be under way at a time; the others wait in order, one per reader. Thread-safe. */
final class Gate {
    private final Object lock = new Object();
    private final ArrayDeque<Waiting<?>> waiting = new ArrayDeque<>();
    private final Executor executor;
    private int free;

    Gate(int limit, Executor executor) {
        free = limit;
        this.executor = executor;
    }

    /** Asks when it may; a call that was cancelled meanwhile takes no place. */
    <T> Call<T> ask(Supplier<Call<T>> question) {
        var outer = new Call<T>();
        var place = new Waiting<>(outer, question);
        synchronized (lock) {
            if (free == 0) {
                waiting.add(place);
                return outer;
            }
            free--;
        }
        start(place);
        return outer;
    }

    private <T> void start(Waiting<T> place) {
        if (place.outer().isDone()) {
            ended();
            return;
        }
        Call<T> inner;
        try {
            inner = place.question().get();
        } catch (RuntimeException e) {
            ended();
            place.outer().completeExceptionally(e);
            return;
        }
        place.outer().over(inner);
        CompletionStage<T> answer = inner;
        answer.whenComplete((value, problem) -> {
            ended();
            if (problem == null) {
                place.outer().complete(value);
            } else {
                place.outer().completeExceptionally(problem);
            }
        });
    }

    private void ended() {
        Waiting<?> next;
        synchronized (lock) {
            next = waiting.poll();
            if (next == null) {
                free++;
                return;
            }
        }
        begin(next);
    }

    private <T> void begin(Waiting<T> place) {
        executor.execute(() -> start(place)); // not here: a long queue of cancelled ones would be a deep stack
    }

    /** How many wait; for tests. */
    int waiting() {
        synchronized (lock) {
            return waiting.size();
        }
    }

    private record Waiting<T>(Call<T> outer, Supplier<Call<T>> question) {}
}
