package dev.penstock.proxy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** How far tables have been followed, and who waits for that. Thread-safe; waiters are told outside the lock. */
final class Followed {
    private final TreeMap<Long, CompletableFuture<Void>> waiting = new TreeMap<>();
    private long reached = -1;

    /** Done when a version, or a later one, was reached, or none will be any more. */
    synchronized CompletionStage<Void> atLeast(long version) {
        return (version <= reached
                        ? CompletableFuture.<Void>completedFuture(null)
                        : waiting.computeIfAbsent(version, none -> new CompletableFuture<>()))
                .minimalCompletionStage();
    }

    void reached(long version) {
        List<CompletableFuture<Void>> done;
        synchronized (this) {
            reached = Math.max(reached, version);
            Collection<CompletableFuture<Void>> due =
                    waiting.headMap(reached, true).values();
            done = new ArrayList<>(due);
            due.clear();
        }
        done.forEach(each -> each.complete(null));
    }

    /** Nothing is followed any more. */
    void end() {
        reached(Long.MAX_VALUE);
    }
}
