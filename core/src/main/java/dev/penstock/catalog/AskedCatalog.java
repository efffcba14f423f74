package dev.penstock.catalog;

import static java.util.Objects.requireNonNull;

import dev.penstock.discovery.Answering;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.Question;
import dev.penstock.discovery.SharedParts;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * The definitions of a source that is read as a whole: they are one question to it. Thread-safe.
 *
 * @param <S> what a read of the source finds
 */
public final class AskedCatalog<S> implements SourceCatalog {
    private final SharedParts.Held<? extends Answering<S>> held;
    private final Question<S, CatalogReader.Found> question;
    private final PolledCatalog polled;
    private final Object lock = new Object();
    private boolean asked;
    private boolean closed;

    /**
     * Asks nothing until somebody watches.
     *
     * @param held the source, let go of with this
     * @param answer makes the definitions of what was found
     * @param context clock, threads and chance
     */
    public AskedCatalog(
            SharedParts.Held<? extends Answering<S>> held,
            Function<S, CatalogReader.Found> answer,
            DiscoveryContext context) {
        this.held = requireNonNull(held, "held");
        Answering<S> source = held.part();
        polled = new PolledCatalog(source.name(), this::read, source.askers(), context);
        question = new Question<>(requireNonNull(answer, "answer"), CatalogReader.Found::skipped, polled::hint);
    }

    /** One read of its loop. */
    CompletionStage<CatalogReader.Found> read() {
        synchronized (lock) {
            if (!asked && !closed) {
                asked = true;
                held.part().ask(question);
            }
        }
        return question.read();
    }

    @Override
    public PolledCatalog polled() {
        return polled;
    }

    @Override
    public void release() {
        synchronized (lock) {
            closed = true;
            held.part().drop(question);
        }
        held.close();
    }
}
