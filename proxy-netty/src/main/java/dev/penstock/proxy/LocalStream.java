package dev.penstock.proxy;

import org.jspecify.annotations.Nullable;

/**
 * The body of a {@link LocalAnswer} whose length is not known, made piece by piece: the next piece is asked for once the one before
 * is sent, so nothing is kept for who reads slowly, and who takes nothing within the write time-out is cut off. Asked by one thread
 * at a time, never on an event loop: it may block.
 */
public interface LocalStream extends AutoCloseable {
    /**
     * The next piece. What it throws is logged and breaks the answer off.
     *
     * @return handed over, not changed afterwards; empty: nothing for now, it is asked again after the pause; null: that was all
     */
    byte @Nullable [] next();

    /** Told once, when the client is gone or the answer ends; never during {@link #next()}. Does not block. */
    @Override
    void close();
}
