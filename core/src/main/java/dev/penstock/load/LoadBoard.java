package dev.penstock.load;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * The requests in flight of many endpoints side by side: who looks for the least of all reads memory from one end to the
 * other, where following each endpoint to where it lies would cost several times as much. Thread-safe, lock-free.
 *
 * <p>A place is a quarter of a word, and four places are compared at once. What a place shows is kept by the {@link Load}
 * that was told to, see {@link Load#showOn}; what it counts beyond, since it fails or is slow, is noted by those who look. A
 * reader may see one place before a change and the next after it, as one who asks each load in turn does.
 *
 * <p>Cost: about a nanosecond for ten places looked at; an atomic write for each request that begins or ends.
 *
 * @see <a href="https://doi.org/10.1145/360933.360994">Lamport 1975, Multiple Byte Processing with Full-Word
 *     Instructions</a>
 */
public final class LoadBoard {
    /** Places in a word; a range of places begins and ends with whole words. */
    public static final int PLACES = 4;

    /** More requests are shown as so many. */
    static final int MOST = 0x7000;

    /** More requests beyond those in flight are noted as so many: the sum stays below that of a place that nobody has. */
    static final int MOST_BEYOND = 0xffe;

    private static final int SHIFT = Long.SIZE / PLACES;
    private static final long ONES = 0x0001_0001_0001_0001L;
    private static final long PLACE = 0xffff;

    /** The highest bit of each place, which no number has: it takes the borrow of a difference, or the carry of a sum. */
    private static final long HIGH = 0x8000_8000_8000_8000L;

    /** More than anybody shows: a place that nobody has. */
    private static final long NOBODY = 0x7fff;

    private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] shown;
    private final long[] beyond;
    private volatile boolean retired;

    /**
     * A board on which nobody is shown.
     *
     * @param words how many, of {@link #PLACES} each
     */
    public LoadBoard(int words) {
        shown = new long[words];
        beyond = new long[words];
        Arrays.fill(shown, NOBODY * ONES);
    }

    /**
     * Shows how many requests are in flight.
     *
     * @param place of the endpoint
     * @param requests {@code >= 0}
     */
    public void show(int place, int requests) {
        set(shown, place, Math.min(requests, MOST));
    }

    /**
     * Notes what an endpoint counts beyond its requests in flight.
     *
     * @param place of the endpoint
     * @param requests {@code >= 0}
     */
    public void note(int place, int requests) {
        set(beyond, place, Math.min(requests, MOST_BEYOND));
    }

    private static void set(long[] words, int place, long number) {
        int word = place / PLACES;
        int shift = place % PLACES * SHIFT;
        while (true) {
            long before = (long) WORD.getVolatile(words, word);
            long after = (before & ~(PLACE << shift)) | (number << shift);
            if (before == after || WORD.compareAndSet(words, word, before, after)) {
                return;
            }
        }
    }

    /**
     * What was noted.
     *
     * @param place of the endpoint
     * @return {@code >= 0}
     */
    public int noted(int place) {
        return (int) ((beyond[place / PLACES] >>> (place % PLACES * SHIFT)) & PLACE);
    }

    /**
     * The next place of which something was noted.
     *
     * @param from the first that is looked at
     * @return -1 if there is none
     */
    public int nextNoted(int from) {
        int place = from;
        while (place < beyond.length * PLACES) {
            long rest = beyond[place / PLACES] >>> (place % PLACES * SHIFT);
            if (rest != 0) {
                return place + Long.numberOfTrailingZeros(rest) / SHIFT;
            }
            place = (place / PLACES + 1) * PLACES;
        }
        return -1;
    }

    /** Its endpoints are shown elsewhere from now on. */
    public void retire() {
        retired = true;
    }

    /**
     * Tells whether its endpoints are shown elsewhere, so that it is not true any more.
     *
     * @return false at first
     */
    public boolean retired() {
        return retired;
    }

    /**
     * The least that is shown and noted in some words, and at how many places: see {@link #requests} and {@link #count}.
     *
     * @param from the first word
     * @param to the one after the last
     * @return both in one number
     */
    public long least(int from, int to) {
        long least = NOBODY;
        long level = least * ONES;
        int first = from; // of the words that count: all before are above
        long above = 0;
        for (int i = from; i < to; i++) {
            long word = (shown[i] + beyond[i]) | HIGH;
            if (((word - level) & HIGH) != HIGH) { // one is below: seldom, since levels are few
                least = lowest(word ^ HIGH);
                level = least * ONES;
                first = i;
                above = 0;
            }
            above += Long.bitCount((word - level - ONES) & HIGH);
        }
        return (least << Integer.SIZE) | ((long) (to - first) * PLACES - above);
    }

    /**
     * Requests of what {@link #least} has found.
     *
     * @param found its answer
     * @return {@code >= 0}
     */
    public static int requests(long found) {
        return (int) (found >>> Integer.SIZE);
    }

    /**
     * Places of what {@link #least} has found.
     *
     * @param found its answer
     * @return {@code >= 0}
     */
    public static int count(long found) {
        return (int) found;
    }

    /**
     * A place at which so many requests are shown and noted.
     *
     * @param from the first word
     * @param to the one after the last
     * @param requests see {@link #requests}
     * @param number how many such places lie before it
     * @return -1 if there are no longer so many
     */
    public int find(int from, int to, int requests, int number) {
        long wanted = requests * ONES;
        int before = number;
        for (int i = from; i < to; i++) {
            long equal = zeros((shown[i] + beyond[i]) ^ wanted);
            int count = Long.bitCount(equal);
            if (before < count) {
                for (; before > 0; before--) {
                    equal &= equal - 1;
                }
                return i * PLACES + Long.numberOfTrailingZeros(equal) / SHIFT;
            }
            before -= count;
        }
        return -1;
    }

    /** The highest bit of each place that is 0. */
    private static long zeros(long word) {
        return ~(word + NOBODY * ONES) & HIGH;
    }

    private static long lowest(long word) {
        long lowest = NOBODY;
        for (int shift = 0; shift < Long.SIZE; shift += SHIFT) {
            lowest = Math.min(lowest, (word >>> shift) & PLACE);
        }
        return lowest;
    }
}
