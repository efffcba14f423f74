package dev.penstock.proxy;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The bytes that wait because of one client, as they were counted last. Confined to its event loop. */
final class BufferHolding {
    private final BufferShare share;
    private final LongSupplier waiting;
    private final Runnable cut;
    private long bytes;
    private boolean over;

    // Its place among the others of its share, while it holds anything; theirs to change.
    @Nullable
    BufferHolding older;

    @Nullable
    BufferHolding newer;

    /**
     * A client of whom nothing waits yet.
     *
     * @param waiting how many bytes do, at any time
     * @param cut ends what they wait for
     */
    BufferHolding(BufferShare share, LongSupplier waiting, Runnable cut) {
        this.share = share;
        this.waiting = waiting;
        this.cut = cut;
    }

    long bytes() {
        return bytes;
    }

    /** Counts anew. */
    void count() {
        if (!over) {
            set(waiting.getAsLong());
        }
    }

    /** Much of what has waited was taken: it holds as if from now on. */
    void renew() {
        if (bytes > 0) {
            share.unlink(this);
            share.link(this);
        }
    }

    /** Nothing waits any more, and never will. */
    void end() {
        over = true;
        set(0);
    }

    /** Has it end. */
    void cut() {
        end();
        cut.run();
    }

    private void set(long now) {
        long before = bytes;
        if (now == before) {
            return;
        }
        bytes = now;
        if (before == 0) {
            share.link(this);
        } else if (now == 0) {
            share.unlink(this);
        }
        share.add(now - before);
    }
}
