package dev.penstock.proxy;

/**
 * The body of a {@link LocalAnswer} that has no end of its own, made piece by piece: the next piece is asked for once the client
 * has room for it, so nothing is kept for who reads slowly. Asked by one thread at a time, never on an event loop: it may block.
 */
public interface LocalStream extends AutoCloseable {
    /**
     * The next piece. What it throws is logged and breaks the answer off.
     *
     * @return handed over, not changed afterwards; empty: nothing for now, it is asked again after the pause
     */
    byte[] next();

    /** Told once, when the client is gone or the answer ends; never during {@link #next()}. Does not block. */
    @Override
    void close();
}
