package dev.penstock.discovery;

import java.util.concurrent.CompletionStage;

/** One running subscription, closed to stop it. Thread-safe. */
public interface Watch extends AutoCloseable {
    /**
     * The newest state.
     *
     * @return {@link ServiceState.Pending} until the first answer
     */
    ServiceState current();

    /**
     * The first state that is not pending.
     *
     * @return completed with {@link ServiceState.Ready}, {@link ServiceState.Absent} or {@link ServiceState.Failed};
     *     completed with {@link #current()} when the watch is closed before
     */
    CompletionStage<ServiceState> firstAnswer();

    /** Stops the subscription; no call to the observer starts afterwards. */
    @Override
    void close();
}
