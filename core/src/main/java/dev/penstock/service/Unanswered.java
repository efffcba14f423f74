package dev.penstock.service;

/**
 * Since when the oldest request waits for its first byte: two words, each a generation of requests. Pure functions.
 *
 * <p>A word holds when the first of its generation began (47 bits, in moments of {@link Pace}) and how many of it still wait
 * (16 bits). A request joins the younger generation; once the older one is empty it begins anew, and what was the younger is
 * the older. So the words never say later than the oldest request began, and earlier by no more than a generation took to
 * gather, which is about as long as the one before took to be answered. A generation with one that hangs stays, and its age
 * is told for as long.
 */
final class Unanswered {
    /** No request waits: begun later than any. */
    static final long EMPTY = 0x7fff_ffff_ffff_0000L;

    private static final int COUNT_BITS = 16;
    private static final long COUNT = (1 << COUNT_BITS) - 1;

    private Unanswered() {}

    /** Whether a request joins the second of the words: the empty one of the two, else that which began later. */
    static boolean joinsSecond(long first, long second) {
        if (isEmpty(first) || isEmpty(second)) {
            return isEmpty(second) && !isEmpty(first);
        }
        return second > first;
    }

    private static boolean isEmpty(long word) {
        return (word & COUNT) == 0;
    }

    /** Whether no further request can be counted. */
    static boolean isFull(long word) {
        return (word & COUNT) == COUNT;
    }

    /** With one more that began at a moment, which may lie before that of the others. */
    static long joined(long word, long moment) {
        return (Math.min(since(word), moment) << COUNT_BITS) | ((word & COUNT) + 1);
    }

    /** With one less. */
    static long left(long word) {
        return (word & COUNT) == 1 ? EMPTY : word - 1;
    }

    /** The moment since when the oldest of both generations waits, or a little earlier; of none a moment far ahead. */
    static long since(long first, long second) {
        return since(Math.min(first, second));
    }

    private static long since(long word) {
        return word >>> COUNT_BITS;
    }
}
