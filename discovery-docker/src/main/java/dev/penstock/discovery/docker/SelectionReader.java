package dev.penstock.discovery.docker;

import dev.penstock.discovery.Listing;
import dev.penstock.discovery.SourceReader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Reads one service from what a daemon's watch knows: has its answer at once, or waits for the end of a problem that it
 * told of already. Thread-safe.
 */
final class SelectionReader implements SourceReader {
    private final Daemon daemon;
    private final Selection selection;
    private final Runnable closing;
    private final Object lock = new Object();
    private @Nullable CompletableFuture<Listing> waiting;
    private String told = "";

    SelectionReader(Daemon daemon, Selection selection, java.util.function.Consumer<SelectionReader> closing) {
        this.daemon = daemon;
        this.selection = selection;
        this.closing = () -> closing.accept(this);
    }

    @Override
    public CompletionStage<Listing> read() {
        CompletableFuture<Listing> read = new CompletableFuture<>();
        synchronized (lock) {
            waiting = read;
        }
        changed();
        return read;
    }

    /** Ends a read that waits, if there is news. */
    void changed() {
        CompletableFuture<Listing> read;
        Seen seen = daemon.seen();
        synchronized (lock) {
            boolean news = !seen.isPending()
                    && (seen.problem().isEmpty() || !seen.problem().equals(told));
            read = waiting;
            if (!news || read == null) {
                return;
            }
            waiting = null;
            told = seen.problem();
        }
        Snapshot snapshot = seen.snapshot();
        if (!seen.problem().isEmpty() || snapshot == null) {
            read.completeExceptionally(new DockerProblem(seen.problem()));
            return;
        }
        try {
            read.complete(selection.listing(daemon.view(snapshot, selection.conventions())));
        } catch (RuntimeException e) {
            read.completeExceptionally(e);
        }
    }

    @Override
    public void close() {
        closing.run();
    }
}
