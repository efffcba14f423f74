package dev.penstock.middleware;

import java.util.List;
import java.util.function.Function;

/**
 * The key under which one transport keeps what it has made of the changes of headers of a gate. Compared by identity.
 * Thread-safe.
 *
 * @param <T> what it makes of them
 */
public final class GateAttachment<T> {
    private final Function<List<HeaderEdits>, T> factory;

    /**
     * A key of its own.
     *
     * @param factory makes it; called on the thread that asks first
     */
    public GateAttachment(Function<List<HeaderEdits>, T> factory) {
        this.factory = factory;
    }

    T create(List<HeaderEdits> edits) {
        return factory.apply(edits);
    }
}
