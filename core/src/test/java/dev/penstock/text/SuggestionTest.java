package dev.penstock.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SuggestionTest {
    private static final List<String> KNOWN = List.of("users", "orders", "p2c");

    @Test
    void unknown_nearMiss_listsAndSuggests() {
        assertThat(Suggestion.unknown("ordres", KNOWN))
                .isEqualTo("\"ordres\" (expected: one of orders, p2c, users); did you mean \"orders\"?");
    }

    @Test
    void unknown_farOff_listsOnly() {
        assertThat(Suggestion.unknown("zzz", KNOWN)).isEqualTo("\"zzz\" (expected: one of orders, p2c, users)");
    }

    @Test
    void unknown_nothingKnown_saysSo() {
        assertThat(Suggestion.unknown("a", List.of())).isEqualTo("\"a\" (expected: one of those known; there is none)");
    }

    @Test
    void unknown_manyKnown_listsTheFirst() {
        var known = IntStream.range(0, 50).mapToObj(i -> "name" + (100 + i)).toList();
        assertThat(Suggestion.unknown("x", known))
                .contains("name139 and 10 more")
                .doesNotContain("name140");
    }

    @Test
    void nearest_eachKindOfSlip_isForgiven() {
        for (String word : List.of("order", "orderss", "oqders", "odrers", "ORDERS")) {
            assertThat(Suggestion.nearest(word, KNOWN)).as(word).contains("orders");
        }
        assertThat(Suggestion.nearest("", KNOWN)).isEmpty();
        assertThat(Suggestion.nearest("x".repeat(10_000), KNOWN)).isEmpty();
    }
}
