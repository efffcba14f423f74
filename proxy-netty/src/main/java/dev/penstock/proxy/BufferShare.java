package dev.penstock.proxy;

import io.netty.channel.Channel;
import io.netty.channel.WriteBufferWaterMark;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one event loop holds of a {@link BufferBudget}, and the clients it holds it for, those first for which it does so the
 * longest. Confined to its loop, but for what it says of its sum and {@link #ask()}.
 */
final class BufferShare {
    private static final Logger LOG = LoggerFactory.getLogger(BufferShare.class);

    /** Where little is left, a connection takes this part of what it may otherwise. */
    private static final int TIGHT_PART = 8;

    private static final int LEAST_MARK = 1 << 10;

    private final BufferBudget budget;
    private final Executor loop;
    private final AtomicLong held = new AtomicLong();
    private final AtomicBoolean asked = new AtomicBoolean();
    private long untold;
    private int count;
    private @Nullable BufferHolding oldest;
    private @Nullable BufferHolding newest;

    BufferShare(BufferBudget budget, Executor loop) {
        this.budget = budget;
        this.loop = loop;
    }

    long heldBytes() {
        return held.get();
    }

    /** Has a connection stop taking bytes when so many wait in it, or earlier where little is left. */
    void fit(Channel channel, int most) {
        int mark = budget.isTight() ? Math.max(LEAST_MARK, most / TIGHT_PART) : most;
        if (channel.config().getWriteBufferHighWaterMark() != mark) {
            channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(mark / 2, mark));
        }
    }

    /** Tells whether little is left: what can be done without is not to begin. */
    boolean isTight() {
        return budget.isTight();
    }

    /** More bytes are held, or fewer. */
    void add(long bytes) {
        held.lazySet(held.get() + bytes); // written by this loop alone
        untold += bytes;
        if (Math.abs(untold) > budget.step()) {
            budget.tell(untold);
            untold = 0;
        }
        if (bytes > 0 && budget.isSpent()) {
            budget.relieve();
        }
    }

    // ---- those who hold

    void link(BufferHolding holding) {
        count++;
        holding.older = newest;
        holding.newer = null;
        if (newest == null) {
            oldest = holding;
        } else {
            newest.newer = holding;
        }
        newest = holding;
    }

    void unlink(BufferHolding holding) {
        count--;
        if (holding.older == null) {
            oldest = holding.newer;
        } else {
            holding.older.newer = holding.newer;
        }
        if (holding.newer == null) {
            newest = holding.older;
        } else {
            holding.newer.older = holding.older;
        }
    }

    // ---- the end of the budget

    /** Asks the loop to free what it can; not at once: whoever has noticed may be in the middle of something. */
    void ask() {
        if (!asked.compareAndSet(false, true)) {
            return;
        }
        try {
            loop.execute(this::relieve);
        } catch (RejectedExecutionException e) {
            LOG.debug("the gateway closed while its buffers were full", e);
        }
    }

    private void relieve() {
        asked.set(false);
        recount();
        while (budget.isSpent() && count > 0) {
            cutLongest(held.get() / count);
        }
        if (budget.isSpent()) {
            budget.relieve(); // the others hold the rest
        }
    }

    /** What went out since it was counted is held no more. */
    private void recount() {
        BufferHolding next;
        for (BufferHolding holding = oldest; holding != null; holding = next) {
            next = holding.newer;
            holding.count();
        }
    }

    /** Cuts off those who have held the longest; not for a few bytes: whoever holds less than others do is spared. */
    private void cutLongest(long atLeast) {
        BufferHolding next;
        for (BufferHolding holding = oldest; holding != null && budget.isSpent(); holding = next) {
            next = holding.newer;
            if (holding.bytes() >= atLeast) {
                holding.cut();
            }
        }
    }
}
