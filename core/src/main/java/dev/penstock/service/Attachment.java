package dev.penstock.service;

import dev.penstock.endpoint.Endpoint;
import java.util.function.Function;

/**
 * The key under which one transport keeps its own state beside an endpoint. Compared by identity. Thread-safe.
 *
 * @param <T> the type of that state
 */
public final class Attachment<T extends AutoCloseable> {
    private final Function<Endpoint, T> factory;

    /**
     * A key of its own.
     *
     * @param factory makes the state of an endpoint; called on the thread that asks first; where
     *     several ask first at the same moment each may make one, and all but one are closed at once
     */
    public Attachment(Function<Endpoint, T> factory) {
        this.factory = factory;
    }

    T create(Endpoint endpoint) {
        return factory.apply(endpoint);
    }
}
