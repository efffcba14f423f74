package dev.penstock.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerGuardTest {
    @ParameterizedTest
    @CsvSource({
        // empty guard, shrink guard, endpoints before, endpoints found, seconds to confirm
        "0, 0, 5, 0, 0",
        "10, 0, 5, 0, 10",
        "10, 0, 0, 0, 0",
        "10, 0, 5, 1, 0",
        "0, 20, 5, 0, 20",
        "0, 20, 3, 0, 0",
        "0, 20, 4, 2, 0",
        "0, 20, 4, 1, 20",
        "0, 20, 3, 1, 0",
        "10, 20, 4, 0, 20",
        "30, 20, 4, 0, 30",
        "10, 20, 4, 9, 0"
    })
    void confirmIn_eachAnswer_asksForWhatItsGuardSays(int empty, int shrink, int before, int found, int seconds) {
        var guard = new AnswerGuard(
                SourceRules.defaults().withGuards(Duration.ofSeconds(empty), Duration.ofSeconds(shrink)));
        assertThat(guard.confirmIn(0, before, found)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @Test
    void confirmIn_doubtThatLasts_isBelieved_andAGoodAnswerEndsIt() {
        var guard = new AnswerGuard(SourceRules.defaults().withGuards(Duration.ofSeconds(10), Duration.ZERO));
        assertThat(guard.confirmIn(0, 5, 0)).isEqualTo(Duration.ofSeconds(10));
        assertThat(guard.confirmIn(Duration.ofSeconds(4).toNanos(), 5, 0)).isEqualTo(Duration.ofSeconds(6));
        assertThat(guard.confirmIn(Duration.ofSeconds(5).toNanos(), 5, 5)).isZero();
        assertThat(guard.confirmIn(Duration.ofSeconds(6).toNanos(), 5, 0)).isEqualTo(Duration.ofSeconds(10));
        assertThat(guard.confirmIn(Duration.ofSeconds(16).toNanos(), 5, 0)).isZero();
    }
}
