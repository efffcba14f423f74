package dev.penstock.discovery;

import java.util.function.Consumer;

/** A source that tells which endpoints a service has. Thread-safe. */
public interface Discovery extends AutoCloseable {
    /**
     * Subscribes to a service. Returns at once; the first state may come before or after that.
     *
     * @param query what to look for
     * @param observer told each new state, whole: one call at a time, the newest state only where several came in
     *     between, never under a lock, never after {@link Watch#close()} has returned and the call under way has ended
     * @return the running subscription
     */
    Watch watch(ServiceQuery query, Consumer<ServiceState> observer);

    /** Ends every watch, and every thread and connection of this source, within a second. */
    @Override
    void close();
}
