package dev.penstock.limit;

import dev.penstock.time.Scheduler;
import dev.penstock.time.Ticker;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Lets so many in at once and has others wait in a line, first come, first served. Thread-safe.
 *
 * <p>One word says all that the uncontended path reads and writes: how many are inside (bits 0 to 23), how many wait (24 to
 * 43), and a turn (44 to 63) that goes on with each one that leaves. Who finds the gate closed, or what is behind it full,
 * notes the turn before, lines up, and looks at the turn again: if it has gone on, a place may have been given back that
 * nobody was there to take. Nobody passes those who wait, and one that leaves wakes one that waits.
 *
 * <p>Of the line there are always at least as many as the word says wait: one is put there before it is counted and
 * uncounted before it is taken. So who has taken one off the count finds one in the line.
 */
@SuppressWarnings({"unused", "UnusedVariable"}) // padding is there to take up room
public final class Gate {
    private static final VarHandle WORD;

    static {
        try {
            WORD = MethodHandles.lookup().findVarHandle(Gate.class, "word", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final int WAITING_SHIFT = 24;
    private static final int TURN_SHIFT = 44;
    private static final long INSIDE = (1L << WAITING_SHIFT) - 1;
    private static final long ONE_WAITS = 1L << WAITING_SHIFT;
    private static final long WAITING = ((1L << TURN_SHIFT) - 1) & ~INSIDE;
    private static final long NEXT_TURN = 1L << TURN_SHIFT;

    /** More than limits and lines together. */
    private static final int OPEN = 1 << 23;

    private volatile long word;
    private long after1, after2, after3, after4, after5, after6, after7, after8;
    private long after9, after10, after11, after12, after13, after14, after15;

    private final Ticker ticker;
    private final Line line = new Line();
    private final Patience patience;
    private volatile int limit;
    private volatile boolean opened;
    private volatile int most;
    private volatile long shedNanos;
    private volatile boolean oneByOne;
    private volatile long standingSinceNanos;

    /** Somebody in the line. Told on the thread that leaves, or on one of the scheduler; must return at once. */
    public interface Waiter {
        /**
         * It is let in: it is inside until {@link Gate#leave}.
         *
         * @param place where it stood
         * @return false if it cannot come any more; then it is not inside
         */
        boolean admitted(Place place);

        /**
         * It is sent away.
         *
         * @param shed because the line is too slow; else because it has waited as long as anybody may
         */
        void sentAway(boolean shed);
    }

    /**
     * An open gate with nobody inside.
     *
     * @param limits how many it lets in, and how many wait how long
     * @param ticker where time comes from
     * @param scheduler sends those away who have waited too long
     */
    public Gate(Limits limits, Ticker ticker, Scheduler scheduler) {
        this.ticker = ticker;
        this.patience = new Patience(line, this::cancel, ticker, scheduler);
        settings(limits);
        limit = limits.requests();
    }

    /**
     * Changes what is allowed; who is inside stays, who waits goes by it from now on.
     *
     * @param limits but for {@link Limits#requests()}, see {@link #limit(int)}
     */
    public void settings(Limits limits) {
        most = limits.queue();
        patience.set(limits.longestWait().toNanos());
        shedNanos = limits.shed().toNanos();
        oneByOne = limits.perEndpoint() > 0;
    }

    /**
     * Changes how many are let in.
     *
     * @param requests {@code >= 1}
     */
    public void limit(int requests) {
        if (opened) {
            return;
        }
        int before = limit;
        limit = requests;
        if (opened) { // meanwhile
            limit = OPEN;
            again();
        } else if (requests > before) {
            again();
        }
    }

    /**
     * How many it lets in.
     *
     * @return {@code >= 1}
     */
    public int limit() {
        return limit;
    }

    /**
     * How many are inside.
     *
     * @return {@code >= 0}
     */
    public int inside() {
        return (int) (word & INSIDE);
    }

    /**
     * How many wait.
     *
     * @return {@code >= 0}
     */
    public int waiting() {
        return (int) ((word & WAITING) >>> WAITING_SHIFT);
    }

    /**
     * The turn now, to be noted before an attempt to enter.
     *
     * @return for {@link #lineUp} and {@link #lineUpAgain}
     */
    public long turn() {
        return word >>> TURN_SHIFT;
    }

    /**
     * Enters if nobody waits and there is room.
     *
     * @return whether it did; then it must {@link #leave} once
     */
    public boolean enter() {
        while (true) {
            long before = word;
            if ((before & WAITING) != 0 || (before & INSIDE) >= limit) {
                return false;
            }
            if (WORD.compareAndSet(this, before, before + 1)) {
                return true;
            }
        }
    }

    /** Leaves, and lets in who waits first. */
    public void leave() {
        long after = (long) WORD.getAndAdd(this, NEXT_TURN - 1) + NEXT_TURN - 1;
        if ((after & WAITING) != 0) {
            handOn();
        }
    }

    /** Something has changed behind the gate: who waits may find room. */
    public void again() {
        long after = (long) WORD.getAndAdd(this, NEXT_TURN) + NEXT_TURN;
        if ((after & WAITING) != 0) {
            handOn();
        }
    }

    /** Lets the next one in as well, if there is room: one that was let in has found a place behind the gate. */
    public void handOnMore() {
        if (oneByOne) {
            handOn();
        }
    }

    /** Lets all in, from now on for good: there is nothing behind it any more, as they will see. */
    public void open() {
        opened = true;
        limit = OPEN;
        again();
    }

    /**
     * Lines up after an attempt that found no room.
     *
     * @param waiter told once, unless it cancels before
     * @param turn noted before the attempt
     * @param inside whether it is inside, but what is behind is full; it is not any more if it gets a place
     * @return its place; null where as many wait as may
     */
    public @Nullable Place lineUp(Waiter waiter, long turn, boolean inside) {
        if (waiting() >= most) {
            return null;
        }
        Place place = line.add(waiter, ticker.nanos());
        return join(place, turn, inside, most) ? place : null;
    }

    /**
     * Lines up again where it stood, after it was let in and found what is behind full.
     *
     * @param place where it stood
     * @param turn noted before the attempt
     */
    public void lineUpAgain(Place place, long turn) {
        line.add(place);
        join(place, turn, true, Integer.MAX_VALUE);
    }

    private boolean join(Place place, long turn, boolean inside, int bound) {
        long after;
        int allowed = bound;
        while (true) {
            long before = word;
            if ((before & WAITING) >>> WAITING_SHIFT >= allowed) {
                if (line.remove(place)) {
                    return false;
                }
                allowed = Integer.MAX_VALUE; // it was let in in place of one that is counted: that one is counted now
            }
            if ((before & WAITING) == 0 && bound != Integer.MAX_VALUE) {
                standingSinceNanos = ticker.nanos();
            }
            after = before + ONE_WAITS - (inside ? 1 : 0);
            if (WORD.compareAndSet(this, before, after)) {
                break;
            }
        }
        patience.watch(place);
        if (after >>> TURN_SHIFT != turn) {
            handOn();
        }
        return true;
    }

    /**
     * Leaves the line.
     *
     * @param place where it stands
     * @return false if it was, or is being, let in or sent away meanwhile
     */
    public boolean cancel(Place place) {
        if (!uncount(false)) {
            return false; // all that stand there are on their way in
        }
        if (line.remove(place)) {
            return true;
        }
        WORD.getAndAdd(this, ONE_WAITS);
        handOn();
        return false;
    }

    /** Takes one off the count of those who wait, and perhaps counts one as inside, if there are any and there is room. */
    private boolean uncount(boolean entering) {
        while (true) {
            long before = word;
            if ((before & WAITING) == 0 || (entering && (before & INSIDE) >= limit)) {
                return false;
            }
            // One that goes without having been let in ends a turn, too: somebody may have lined up because of it.
            if (WORD.compareAndSet(this, before, before - ONE_WAITS + (entering ? 1 : NEXT_TURN))) {
                return true;
            }
        }
    }

    private void handOn() {
        while (uncount(true)) {
            Place first = line.takeFirst();
            long now = ticker.nanos();
            if (Shedding.sheds(shedNanos, now - first.sinceNanos, now - standingSinceNanos)) {
                WORD.getAndAdd(this, NEXT_TURN - 1);
                first.waiter.sentAway(true);
            } else if (!first.waiter.admitted(first)) {
                WORD.getAndAdd(this, NEXT_TURN - 1);
            } else if (oneByOne) {
                return; // it hands on itself once it knows that there is room behind
            }
        }
    }
}
