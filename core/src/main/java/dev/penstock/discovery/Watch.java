package dev.penstock.discovery;

import java.util.List;
import java.util.concurrent.CompletionStage;

/** One running subscription, closed to stop it. Thread-safe. */
public interface Watch extends AutoCloseable {
    /** The most sentences that {@link #skipped()} holds. */
    int MAX_SKIPPED = 20;

    /**
     * The newest state.
     *
     * @return {@link ServiceState.Pending} until the first answer
     */
    ServiceState current();

    /**
     * The first state that is not pending.
     *
     * @return completed with {@link ServiceState.Ready}, {@link ServiceState.Absent} or {@link ServiceState.Failed}, or
     *     with {@link ServiceState.Stale} if the source was stale before the watch began; completed with {@link #current()} when the watch is closed before
     */
    CompletionStage<ServiceState> firstAnswer();

    /**
     * What the newest answer of the source held that could not be used, and was left out. Returns at once.
     *
     * @return one sentence for each entry, the first {@value #MAX_SKIPPED} at most; empty if all was well
     */
    default List<String> skipped() {
        return List.of();
    }

    /**
     * Stops the subscription; no call to the observer starts afterwards. A call under way is waited for, a second at
     * most, unless it is the one that closes.
     */
    @Override
    void close();
}
