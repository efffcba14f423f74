package dev.penstock.discovery;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** A store of texts by key that can be watched. Thread-safe. */
public interface KeyWatch extends AutoCloseable {
    /**
     * Subscribes to a key, or to all keys below a prefix. Returns at once.
     *
     * @param key as the store has it; with a slash at its end, all keys that begin with it
     * @param observer told each new state, whole: one call at a time, the newest only where several came in between
     * @return the running subscription
     */
    Subscription watch(String key, Consumer<KeyState> observer);

    /** Ends every subscription, and every thread and connection of this store, within a second. */
    @Override
    void close();

    /**
     * What a store has under a key or prefix. Immutable.
     *
     * @param values by whole key; those of the last answer where the store fails
     * @param answered whether the store has answered at all
     * @param problem why it cannot be read at the moment, one sentence; empty if all is well
     */
    record KeyState(Map<String, String> values, boolean answered, String problem) {
        /** Copies the values, in the order of their keys. */
        public KeyState {
            values = Collections.unmodifiableMap(new TreeMap<>(values));
            requireNonNull(problem, "problem");
        }
    }

    /** A running subscription. */
    interface Subscription extends AutoCloseable {
        /** Stops it; no call to the observer starts afterwards. */
        @Override
        void close();
    }
}
