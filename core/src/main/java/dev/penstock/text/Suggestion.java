package dev.penstock.text;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** What a person may have meant by a word that is not known. */
public final class Suggestion {
    private static final int MAX_LISTED = 40;
    private static final int MAX_LENGTH = 64;

    private Suggestion() {}

    /**
     * The end of an error message about an unknown word.
     *
     * @param word what was given
     * @param known what would have been right
     * @return as in {@code "ordres" (expected: one of orders, users); did you mean "orders"?}
     */
    public static String unknown(String word, Collection<String> known) {
        if (known.isEmpty()) {
            return "\"" + word + "\" (expected: one of those known; there is none)";
        }
        var listed = known.stream().sorted().limit(MAX_LISTED).toList();
        String more = known.size() > MAX_LISTED ? " and " + (known.size() - MAX_LISTED) + " more" : "";
        return "\"" + word + "\" (expected: one of " + String.join(", ", listed) + more + ")"
                + nearest(word, known)
                        .map(near -> "; did you mean \"" + near + "\"?")
                        .orElse("");
    }

    /**
     * The known word that a person most likely meant.
     *
     * @param word what was given
     * @param known what would have been right
     * @return the first in textual order of those with the fewest single-character slips (a wrong, missing, additional
     *     or swapped character; upper and lower case are equal), if that is at most a third of the word, rounded up
     */
    public static Optional<String> nearest(String word, Collection<String> known) {
        if (word.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        int fewest = (word.length() + 2) / 3 + 1;
        String nearest = null;
        for (String candidate : known.stream().sorted().toList()) {
            if (Math.abs(candidate.length() - word.length()) < fewest) {
                int slips = slips(word.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
                if (slips < fewest) {
                    fewest = slips;
                    nearest = candidate;
                }
            }
        }
        return Optional.ofNullable(nearest);
    }

    /** The optimal string alignment distance. Cost: O(a x b). */
    private static int slips(String a, String b) {
        int[] before = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(Math.min(row[j - 1], last[j]) + 1, last[j - 1] + change);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    row[j] = Math.min(row[j], before[j - 2] + 1);
                }
            }
            before = last;
            last = row;
        }
        return last[b.length()];
    }
}
