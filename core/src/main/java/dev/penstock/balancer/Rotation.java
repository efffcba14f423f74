package dev.penstock.balancer;

import java.util.Arrays;

/**
 * How the positions of a cursor are read: which candidates come round, and the position at which their round began.
 *
 * <p>Kept in the {@link Cursor}, so that the next picker of the same service goes on where this one stops. Written and
 * read on the control path only. Immutable.
 */
final class Rotation {
    private static final int[] NO_WEIGHTS = {};

    private final String[] ids;
    private final int[] weights;
    private final long base;

    private Rotation(String[] ids, int[] weights, long base) {
        this.ids = ids;
        this.weights = weights;
        this.base = base;
    }

    /** The position that stands for the first turn of a round; no position given out from now on lies before it. */
    long base() {
        return base;
    }

    /**
     * A round in which each candidate has one turn, noted in the cursor. The candidate that follows, in textual order,
     * the one served last comes next, whoever joined or left since.
     *
     * @param ids in textual order
     */
    static Rotation equal(Cursor cursor, String[] ids) {
        Rotation before = cursor.rotation();
        long position = cursor.position();
        int next;
        if (before == null) {
            next = (int) Math.floorMod(position, (long) ids.length);
        } else if (before.weights.length > 0) {
            next = (int) anyTurn(position, ids.length);
        } else {
            next = successor(ids, before.served(position - 1));
        }
        return note(cursor, new Rotation(ids, NO_WEIGHTS, position - next));
    }

    /**
     * A round in which candidates have as many turns as their weight, noted in the cursor. With the same ids and weights
     * it goes on; with others it begins anew at any turn, since to begin always with the first one would favour those
     * whose turns come early.
     */
    static Rotation weighted(Cursor cursor, String[] ids, int[] weights, long turns) {
        Rotation before = cursor.rotation();
        long position = cursor.position();
        if (before != null && Arrays.equals(before.ids, ids) && Arrays.equals(before.weights, weights)) {
            return before;
        }
        long next = before == null ? Math.floorMod(position, turns) : anyTurn(position, turns);
        return note(cursor, new Rotation(ids, weights, position - next));
    }

    private static Rotation note(Cursor cursor, Rotation rotation) {
        cursor.rotation(rotation);
        return rotation;
    }

    private String served(long position) {
        return ids[(int) Math.floorMod(position - base, (long) ids.length)];
    }

    private static int successor(String[] ids, String id) {
        int found = Arrays.binarySearch(ids, id);
        int next = found >= 0 ? found + 1 : -found - 1;
        return next == ids.length ? 0 : next;
    }

    // Mixed from the position, not drawn: whoever makes the same picker from a copy of the cursor gets the same one.
    private static long anyTurn(long position, long turns) {
        long mixed = (position ^ (position >>> 30)) * 0xbf58476d1ce4e5b9L; // SplitMix64's finalizer
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return Math.floorMod(mixed ^ (mixed >>> 31), turns);
    }

    /** The ids of candidates, in their order. */
    static String[] ids(Candidate[] candidates) {
        var ids = new String[candidates.length];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = candidates[i].endpoint().id();
        }
        return ids;
    }
}
