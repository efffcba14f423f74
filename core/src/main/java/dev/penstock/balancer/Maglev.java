package dev.penstock.balancer;

import java.math.BigInteger;

/**
 * Maglev hashing: a table of prime size in which each candidate owns its share of slots, a key belongs to a slot.
 *
 * <p>Candidates fill the table in turns, each in the order of a permutation of its own, as often as it weighs. Shares are exact to
 * one slot; when a candidate goes, its keys move and a few others (below 1 % at 65,537 slots up to 1,000 candidates). Cost: O(1) per
 * pick; to build O(m log m) and 4 bytes for each of m slots. Immutable.
 *
 * @see <a href="https://www.usenix.org/conference/nsdi16/technical-sessions/presentation/eisenbud">Eisenbud et al. 2016,
 *     Maglev: A Fast and Reliable Software Network Load Balancer</a>
 */
final class Maglev implements Placement {
    static final int SLOTS = 65_537;
    static final int MOST_SLOTS = 5_000_011;

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
        int[] weights = candidates.weights();
        int heaviest = 1;
        for (int weight : weights) {
            heaviest = Math.max(heaviest, weight);
        }
        var due = new long[n];
        int filled = 0;
        while (filled < slots) {
            for (int i = 0; i < n && filled < slots; i++) {
                if (due[i]
                        > 0) { // the heaviest takes a slot each turn, the others as often as they weigh; all the first
                    due[i] -= weights[i];
                    continue;
                }
                due[i] += heaviest - weights[i];
                while (table[(int) next[i]] != 0) {
                    next[i] = (next[i] + steps[i]) % slots;
                }
                table[(int) next[i]] = i + 1;
                filled++;
            }
        }
        for (int slot = 0; slot < slots; slot++) {
            table[slot]--;
        }
        return new Maglev(table);
    }

    static int checkedSlots(int slots) {
        if (slots < 2 || slots > MOST_SLOTS || !BigInteger.valueOf(slots).isProbablePrime(30)) {
            throw new IllegalArgumentException(
                    "slots: " + slots + " (expected: a prime up to " + MOST_SLOTS + ", as " + SLOTS + " or 1048583)");
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
