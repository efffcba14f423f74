package dev.penstock.balancer;

import java.math.BigInteger;
import java.util.stream.IntStream;

/**
 * Maglev hashing: a table of prime size in which each candidate owns its share of slots, a key belongs to a slot.
 *
 * <p>Candidates fill the table in turns, each in the order of a permutation of its own, as many as it weighs. Shares are exact to
 * one slot; when a candidate goes, its keys move and a few others (below 1 % at 65,537 slots up to 1,000 candidates). Cost: O(1) per
 * pick; to build O(m log m) and 4 bytes for each of m slots. Immutable.
 *
 * @see <a href="https://www.usenix.org/conference/nsdi16/technical-sessions/presentation/eisenbud">Eisenbud et al. 2016,
 *     Maglev: A Fast and Reliable Software Network Load Balancer</a>
 */
final class Maglev implements Placement {
    static final int SLOTS = 65_537;
    static final int MOST_SLOTS = 1_048_583;

    private static final long ANOTHER = 0x9e3779b97f4a7c15L; // makes a second hash of one

    private final int[] table;

    private Maglev(int[] table) {
        this.table = table;
    }

    /** A table of so many slots, a prime; with more candidates than slots some get no key. */
    static Maglev of(HashedCandidates candidates, int slots) {
        int n = candidates.size();
        var next = new long[n]; // the slot that each asks for next
        var steps = new long[n];
        for (int i = 0; i < n; i++) {
            long hash = candidates.hashes()[i];
            next[i] = Long.remainderUnsigned(hash, slots);
            steps[i] = Long.remainderUnsigned(Mix.of(hash + ANOTHER), slots - 1) + 1;
        }
        int[] table = new int[slots];
        int[] due = slotsOf(candidates.weights(), slots);
        int[] waiting = IntStream.range(0, n).filter(i -> due[i] > 0).toArray();
        for (int left = waiting.length; left > 0; ) {
            int still = 0;
            for (int turn = 0; turn < left; turn++) {
                int i = waiting[turn];
                while (table[(int) next[i]] != 0) {
                    next[i] = (next[i] + steps[i]) % slots;
                }
                table[(int) next[i]] = i + 1;
                if (--due[i] > 0) {
                    waiting[still++] = i;
                }
            }
            left = still;
        }
        for (int slot = 0; slot < slots; slot++) {
            table[slot]--;
        }
        return new Maglev(table);
    }

    /** The slots in proportion to the weights, to one; with a slot for each where there are enough. */
    private static int[] slotsOf(int[] weights, int slots) {
        long total = Weights.total(weights);
        var due = new int[weights.length];
        long before = 0;
        int most = 0;
        int without = 0;
        for (int i = 0; i < due.length; i++) {
            long until = before + weights[i];
            due[i] = (int) (slots * until / total - slots * before / total);
            before = until;
            most = due[i] > due[most] ? i : most;
            without += due[i] == 0 ? 1 : 0;
        }
        if (due[most] > without) { // the largest hardly misses them
            for (int i = 0; i < due.length; i++) {
                due[i] = Math.max(1, due[i]);
            }
            due[most] -= without;
        }
        return due;
    }

    static int checkedSlots(int slots) {
        if (slots < 2 || slots > MOST_SLOTS || !BigInteger.valueOf(slots).isProbablePrime(30)) {
            throw new IllegalArgumentException(
                    "slots: " + slots + " (expected: a prime up to " + MOST_SLOTS + ", as " + SLOTS + ")");
        }
        return slots;
    }

    @Override
    public int at(long hash) {
        long slots = table.length;
        // The upper half of the 128-bit product of hash, without sign, and size: 0..size-1, evenly.
        return table[(int) (Math.multiplyHigh(hash, slots) + ((hash >> 63) & slots))];
    }
}
