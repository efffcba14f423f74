package dev.penstock.discovery;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The services of a source that is read as a whole: each is a question to it. Thread-safe.
 *
 * @param <S> what a read of the source finds
 */
public final class AskedDiscovery<S> implements Discovery {
    private final SharedParts.Held<? extends Answering<S>> held;
    private final Function<ServiceQuery, Function<S, Listing>> answers;
    private final PolledDiscovery polled;

    /**
     * Asks nothing until the first watch.
     *
     * @param held the source, let go of with this
     * @param answers says how a query is answered
     * @param context clock, threads and chance
     */
    public AskedDiscovery(
            SharedParts.Held<? extends Answering<S>> held,
            Function<ServiceQuery, Function<S, Listing>> answers,
            DiscoveryContext context) {
        this.held = requireNonNull(held, "held");
        this.answers = requireNonNull(answers, "answers");
        Answering<S> source = held.part();
        polled = new PolledDiscovery(source.name(), this::reader, source.askers(), context);
    }

    private SourceReader reader(ServiceQuery query) {
        Answering<S> source = held.part();
        var question = new Question<S, Listing>(answers.apply(query), Listing::skipped, () -> polled.hint(query));
        source.ask(question);
        return new Reader<>(source, question);
    }

    private record Reader<S>(Answering<S> source, Question<S, Listing> question) implements SourceReader {
        @Override
        public CompletionStage<Listing> read() {
            return question.read();
        }

        @Override
        public void close() {
            source.drop(question);
        }
    }

    @Override
    public Watch watch(ServiceQuery query, Consumer<ServiceState> observer) {
        return polled.watch(query, observer);
    }

    @Override
    public void close() {
        polled.close();
        held.close();
    }
}
