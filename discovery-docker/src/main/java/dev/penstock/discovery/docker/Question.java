package dev.penstock.discovery.docker;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a loop of core asks a daemon's watch: its reads have their answer at once, or wait for the end of a problem that
 * they were told of already. Thread-safe; {@link #learn} is confined to the daemon's serial executor.
 *
 * @param <T> the form of the answer
 */
final class Question<T> {
    private final Function<Snapshot, T> answering;
    private final Function<T, List<String>> skipped;
    private final Runnable news;
    private @Nullable CompletableFuture<T> waiting;
    private @Nullable T answer;
    private String problem = "";
    private String told = "";

    /**
     * Knows nothing yet.
     *
     * @param answering makes the answer
     * @param skipped what the answer says of entries that could not be used
     * @param news run when there is another answer and no read waits for it
     */
    Question(Function<Snapshot, T> answering, Function<T, List<String>> skipped, Runnable news) {
        this.answering = answering;
        this.skipped = skipped;
        this.news = news;
    }

    /** One read of the loop. */
    synchronized CompletionStage<T> read() {
        CompletableFuture<T> read = new CompletableFuture<>();
        waiting = read;
        settle();
        return read;
    }

    /** Takes what is known of the daemon now. */
    void learn(Seen seen) {
        Snapshot snapshot = seen.snapshot();
        String failed = seen.problem();
        T next = null;
        try {
            next = snapshot == null ? null : answering.apply(snapshot);
        } catch (RuntimeException e) {
            failed = String.valueOf(e.getMessage());
        }
        if (!become(next, failed)) {
            news.run();
        }
    }

    /** Whether nobody is to be told. */
    private synchronized boolean become(@Nullable T next, String failed) {
        boolean same = Objects.equals(next, answer) && failed.equals(problem);
        answer = next;
        problem = failed;
        boolean settled = settle();
        return same || settled;
    }

    /** Ends a read that waits, if there is something to say. */
    private boolean settle() {
        CompletableFuture<T> read = waiting;
        boolean pending = answer == null && problem.isEmpty();
        if (read == null || pending || (!problem.isEmpty() && problem.equals(told))) {
            return read != null;
        }
        waiting = null;
        told = problem;
        T known = answer;
        if (problem.isEmpty() && known != null) {
            read.complete(known);
        } else {
            read.completeExceptionally(new DockerProblem(problem));
        }
        return true;
    }

    /** What the newest answer says of entries that could not be used. */
    synchronized List<String> problems() {
        T known = answer;
        return known == null ? List.of() : skipped.apply(known);
    }
}
