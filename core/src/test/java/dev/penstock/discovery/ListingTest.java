package dev.penstock.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.penstock.endpoint.Endpoint;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

class ListingTest {
    private static final Endpoint A = Endpoint.of("10.0.0.1", 8001);

    @Test
    void of_entries_skipsBadOnesAndLeavesOutNull() {
        var listing = Listing.of(
                List.of("10.0.0.1:8001", "10.0.0.2:0", "stopped"),
                entry -> entry.equals("stopped") ? null : Endpoint.parse(entry));
        assertThat(listing.endpoints()).containsExactly(A);
        assertThat(listing.skipped()).singleElement().asString().contains("\"10.0.0.2:0\"");
        assertThat(listing.nextRead()).isNull();
        assertThat(listing.withNextRead(Duration.ZERO).nextRead()).isZero();
    }

    @Test
    void twoOfOneId_theFirstCounts() {
        var listing = Listing.of(List.of(A, A.withWeight(7)));
        assertThat(listing.endpoints()).containsExactly(A);
        assertThat(listing.skipped()).containsExactly("10.0.0.1:8001: id \"10.0.0.1:8001\" (expected: given once)");
    }

    @Test
    void nextRead_negative_isRefused() {
        var listing = Listing.of(List.of());
        assertThatIllegalArgumentException().isThrownBy(() -> listing.withNextRead(Duration.ofMillis(-1)));
    }

    @Test
    void rules_outOfRange_areRefused() {
        var rules = SourceRules.defaults();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> rules.withDebounce(Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .withMessage("latest: PT1S (expected: PT2S or more)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> rules.withRelist(Duration.ZERO))
                .withMessage("relist: PT0S (expected: more than 0)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> rules.withGuards(Duration.ofSeconds(-1), Duration.ZERO))
                .withMessage("emptyGuard: PT-1S (expected: 0 or more)");
    }

    @Test
    void problem_isTheCauseInOneShortLine() {
        var wrapped = new CompletionException(new ExecutionException(new IOException("no\nroute")));
        assertThat(Problems.of(wrapped)).isEqualTo("no route");
        assertThat(Problems.of(new IllegalStateException())).isEqualTo("IllegalStateException");
        assertThat(Problems.line("x".repeat(1_000))).hasSize(303);
    }
}
