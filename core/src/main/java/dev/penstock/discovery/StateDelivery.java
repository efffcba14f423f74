package dev.penstock.discovery;

import dev.penstock.observe.Feed;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** One watch: takes the newest state of its publisher to its observer, and keeps the first. Thread-safe. */
final class StateDelivery implements Watch {
    private final StatePublisher publisher;
    private final Runnable closing;
    private final CompletableFuture<ServiceState> first = new CompletableFuture<>();
    private final CompletionStage<ServiceState> firstAnswer = first.minimalCompletionStage();
    private final Feed<ServiceState> feed;

    StateDelivery(StatePublisher publisher, Executor executor, Consumer<ServiceState> observer, Runnable closing) {
        this.publisher = publisher;
        this.closing = closing;
        feed = new Feed<>(
                () -> publisher.current() instanceof ServiceState.Pending ? null : publisher.current(),
                state -> {
                    first.complete(state);
                    observer.accept(state);
                },
                executor);
    }

    @Override
    public ServiceState current() {
        return publisher.current();
    }

    @Override
    public CompletionStage<ServiceState> firstAnswer() {
        return firstAnswer;
    }

    @Override
    public List<String> skipped() {
        return publisher.skipped();
    }

    /** Says that the publisher may have a state that the observer does not know. */
    void offer() {
        feed.offer();
    }

    /** Stops telling, without waiting; false if it was stopped before. */
    boolean end() {
        if (!feed.end()) {
            return false;
        }
        publisher.forget(this);
        first.complete(publisher.current());
        return true;
    }

    @Override
    public void close() {
        if (end()) {
            closing.run();
        }
        feed.close();
    }
}
