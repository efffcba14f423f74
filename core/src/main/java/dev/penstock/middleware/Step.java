package dev.penstock.middleware;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** One piece of middleware at work, of those that have a word in what becomes of a request. Thread-safe; takes no lock. */
interface Step {
    /** What becomes of a request here. */
    Verdict pass(Passage passage);

    /** The same, but nothing is taken, held or counted. */
    default Verdict foresee(Passage passage) {
        return pass(passage);
    }

    /** Has the file looked at that it goes by, where it goes by one. */
    default void look(Executor executor) {}

    /** Done once that has happened. */
    default CompletableFuture<Void> firstLook() {
        return CompletableFuture.completedFuture(null);
    }
}
