package dev.penstock.proxy;

import java.util.Optional;

/**
 * Answers the requests of a listener by code; they are not routed. Thread-safe.
 *
 * <p>Called on a thread of its own kind, never on an event loop: it may block. What it throws is logged and answered
 * with 500.
 */
@FunctionalInterface
public interface LocalHandler {
    /** The longest body that a request to a handler may have; beyond: 413. */
    int MAX_BODY_BYTES = 1 << 20;

    /**
     * Answers a request.
     *
     * @param request whole, with its body
     * @return the answer
     */
    LocalAnswer answer(LocalRequest request);

    /**
     * What a request whose body is too long is answered. Called on an event loop: it must not block.
     *
     * @param path of the request, raw
     * @return after it the connection is closed; empty: 413 with a line of text
     */
    default Optional<LocalAnswer> tooLarge(String path) {
        return Optional.empty();
    }
}
