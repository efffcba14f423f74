package dev.penstock.config;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever comes, a reading ends in a configuration or in a ConfigurationException: anything else fails the test. Fuzzing
 * does more of it.
 */
class ReaderPropertyTest {
    private static final String PIECES = "\n \t:-[]{},&*!|>'\"%@`#?/\\.0aZ~\u0000\u0085\u2028\ufeff\ud83d\ude00";

    @Test
    void truncations_endInAConfigurationOrItsException() {
        String text = Read.everyKey();
        for (int end = 0; end < text.length(); end += 3) { // in each word, if not at each letter
            Read.faultsOf("penstock.yaml", text.substring(0, end));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4}) // seeds
    void mutations_endInAConfigurationOrItsException(long seed) {
        var random = new SplittableRandom(seed);
        String text = Read.everyKey();
        for (int i = 0; i < 150; i++) {
            Read.faultsOf(i % 8 == 0 ? "penstock.json" : "penstock.yaml", mutated(text, random));
        }
    }

    private static String mutated(String text, SplittableRandom random) {
        var mutant = new StringBuilder(text);
        for (int i = random.nextInt(1, 6); i > 0; i--) {
            int at = random.nextInt(mutant.length());
            switch (random.nextInt(4)) {
                case 0 -> mutant.deleteCharAt(at);
                case 1 -> mutant.insert(at, PIECES.charAt(random.nextInt(PIECES.length())));
                case 2 -> mutant.setCharAt(at, PIECES.charAt(random.nextInt(PIECES.length())));
                default -> {
                    int end = Math.min(mutant.length(), at + random.nextInt(1, 40));
                    mutant.insert(random.nextInt(mutant.length()), mutant.substring(at, end));
                }
            }
        }
        return mutant.toString();
    }
}
