package dev.penstock.discovery.zookeeper;

import dev.penstock.discovery.http.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Several calls of one kind, a few of them under way at a time; one that fails has failed them all. Used once. */
final class Several<T> {
    private final IntFunction<Call<T>> asking;
    private final AtomicReferenceArray<@Nullable T> found;
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger left;
    private final AtomicInteger turns = new AtomicInteger();
    private final Call<List<T>> call = new Call<>();

    private Several(int count, IntFunction<Call<T>> asking) {
        this.asking = asking;
        found = new AtomicReferenceArray<>(count);
        left = new AtomicInteger(count);
    }

    /**
     * Makes the calls.
     *
     * @param count how many
     * @param atATime how many of them are under way at most
     * @param asking makes one, which may be answered already
     * @return the answers in the order of the calls
     */
    static <T> Call<List<T>> of(int count, int atATime, IntFunction<Call<T>> asking) {
        var several = new Several<>(count, asking);
        if (count == 0) {
            several.call.complete(List.of());
        }
        for (int i = 0; i < Math.min(atATime, count); i++) {
            several.next();
        }
        return several.call;
    }

    /** Asks once more. Whoever is asking does that for others, too: so answers at once do not pile up on the stack. */
    private void next() {
        if (turns.getAndIncrement() > 0) {
            return;
        }
        do {
            ask();
        } while (turns.decrementAndGet() > 0);
    }

    private void ask() {
        int index = asked.getAndIncrement();
        if (index >= found.length() || call.isDone()) {
            return;
        }
        CompletionStage<T> one = asking.apply(index);
        one.whenComplete((answer, problem) -> {
            if (problem == null) {
                answered(index, answer);
            } else {
                call.fail(problem);
            }
        });
    }

    private void answered(int index, T answer) {
        found.set(index, answer);
        if (left.decrementAndGet() > 0) {
            next();
            return;
        }
        List<T> all = new ArrayList<>();
        for (int i = 0; i < found.length(); i++) {
            T each = found.get(i);
            if (each != null) {
                all.add(each);
            }
        }
        call.complete(all);
    }
}
