package dev.penstock.service;

import dev.penstock.time.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Those who wait until what is drained has nothing in flight any more. Confined to the serial executor of its service. */
final class Drains {
    /** In between nobody looks: a request that ends only counts down. */
    private static final Duration PAUSE = Duration.ofMillis(20);

    private record Wait(@Nullable String id, List<LiveCandidate> candidates, CompletableFuture<Void> done) {
        boolean over() {
            return candidates.stream().allMatch(candidate -> candidate.inFlight() == 0);
        }
    }

    private final Scheduler scheduler;
    private final Executor serial;
    private final List<Wait> waits = new ArrayList<>();
    private boolean looking;

    Drains(Scheduler scheduler, Executor serial) {
        this.scheduler = scheduler;
        this.serial = serial;
    }

    /**
     * Somebody waits, or what the same was waited for is called off.
     *
     * @param id of the endpoint; null for all
     * @param candidates to end what they have in flight; empty where a drain was called off
     */
    void changed(@Nullable String id, List<LiveCandidate> candidates, CompletableFuture<Void> done) {
        if (candidates.isEmpty()) {
            waits.stream().filter(wait -> Objects.equals(wait.id, id)).forEach(wait -> wait.done.complete(null));
        }
        waits.add(new Wait(id, candidates, done));
        look();
    }

    private void look() {
        waits.removeIf(wait -> wait.done.isDone() || (wait.over() && wait.done.complete(null)));
        if (!waits.isEmpty() && !looking) {
            looking = true;
            scheduler.schedule(
                    PAUSE,
                    () -> serial.execute(() -> {
                        looking = false;
                        look();
                    }));
        }
    }

    void close() {
        waits.forEach(wait -> wait.done.complete(null));
        waits.clear();
    }
}
