package dev.penstock.admin;

import org.jspecify.annotations.Nullable;

/** An answer of no known length, made piece by piece for one reader. Asked by one thread at a time; closed once. */
public interface AdminStream extends AutoCloseable {
    /**
     * The next piece; it depends on what was told before, not on how often it is asked.
     *
     * @return to be sent as UTF-8; empty: nothing for now, to be asked again soon; null: that was all
     */
    @Nullable
    String next();

    /** The reader is gone, or is to be told no more. Does not block. */
    @Override
    void close();
}
