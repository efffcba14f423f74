package dev.penstock.discovery;

import static java.util.Objects.requireNonNull;

import dev.penstock.time.Backoff;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a loop asks a source that is read as a whole for all services and catalogs: its reads have their answer at once, or
 * wait for the end of a problem that they were told of already. Thread-safe; {@link #learn} is confined to whoever reads
 * the source.
 *
 * @param <S> what a read of the source finds
 * @param <T> the form of the answer
 */
public final class Question<S, T> {
    private static final Duration NEVER = Duration.ofDays(365);

    private final Function<S, T> answering;
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
    public Question(Function<S, T> answering, Function<T, List<String>> skipped, Runnable news) {
        this.answering = requireNonNull(answering, "answering");
        this.skipped = requireNonNull(skipped, "skipped");
        this.news = requireNonNull(news, "news");
    }

    /**
     * The rules of loops that ask questions: they wait here, while the loop that reads the source does all the rest.
     *
     * @param emptyGuard see {@link SourceRules#emptyGuard()}
     * @param shrinkGuard see {@link SourceRules#shrinkGuard()}
     * @return the rules
     */
    public static SourceRules rules(Duration emptyGuard, Duration shrinkGuard) {
        var atOnce = Duration.ofMillis(1);
        return SourceRules.defaults()
                .withDebounce(atOnce, atOnce)
                .withRelist(NEVER)
                .withReadTimeout(NEVER)
                .withBackoff(new Backoff(Duration.ofMillis(50), 1, Duration.ofMillis(50), 1))
                .withGuards(emptyGuard, shrinkGuard)
                .unlogged();
    }

    /**
     * One read of the loop.
     *
     * @return ends when there is something to say
     */
    public synchronized CompletionStage<T> read() {
        CompletableFuture<T> read = new CompletableFuture<>();
        waiting = read;
        settle();
        return read;
    }

    /**
     * Takes what is known of the source now.
     *
     * @param seen the newest
     */
    public void learn(Seen<S> seen) {
        S snapshot = seen.snapshot();
        String failed = seen.problem();
        T next = null;
        try {
            next = snapshot == null ? null : answering.apply(snapshot);
        } catch (RuntimeException e) {
            failed = Problems.of(e);
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
            read.completeExceptionally(new IOException(problem));
        }
        return true;
    }

    /**
     * What the newest answer says of entries that could not be used.
     *
     * @return one sentence for each
     */
    public synchronized List<String> problems() {
        T known = answer;
        return known == null ? List.of() : skipped.apply(known);
    }
}
