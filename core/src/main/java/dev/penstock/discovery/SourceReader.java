package dev.penstock.discovery;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Reads all endpoints of one service from a source, once per call.
 *
 * <p>Calls come one at a time. They may block, which holds a thread each; readers that wait long for a change (long
 * polls) return a stage that is completed later instead. A read that is called off is interrupted while it runs, and
 * afterwards {@link CompletableFuture#cancel} is called on its stage.
 */
@FunctionalInterface
public interface SourceReader {
    /**
     * Reads.
     *
     * @return the authoritative answer, now or later; a stage that fails says that the source could not be read
     * @throws Exception if the source could not be read
     */
    CompletionStage<Listing> read() throws Exception;

    /**
     * Reads to confirm an answer that a guard holds back. A reader that waits for a change waits for it no longer than
     * the guard; any other just reads.
     *
     * @param wait how long the guard holds the answer back from now on, {@code >= 0}
     * @return as of {@link #read()}
     * @throws Exception if the source could not be read
     */
    default CompletionStage<Listing> confirm(Duration wait) throws Exception {
        return read();
    }

    /**
     * Lets go of what the reader holds between reads; called once, when nothing is to be read any more. A read that was
     * called off may still be on its way out.
     */
    default void close() {}

    /**
     * A reader that has its answer when the call returns.
     *
     * @param reading blocks until then, and stops when interrupted
     * @return the reader
     */
    static SourceReader blocking(Callable<Listing> reading) {
        return () -> CompletableFuture.completedFuture(reading.call());
    }
}
