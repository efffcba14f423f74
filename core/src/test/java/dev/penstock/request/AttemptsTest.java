package dev.penstock.request;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AttemptsTest {
    @Test
    void begin_isUnderWayUntilItFails() {
        var attempts = new Attempts();
        attempts.add("a");
        attempts.begin("b");
        attempts.begin("c");
        attempts.begin("b");
        assertThat(attempts.count()).isEqualTo(4);
        assertThat(attempts.isUnderWay("a")).isFalse();
        assertThat(attempts.isUnderWay("b")).isTrue();
        attempts.failed("b");
        assertThat(attempts.isUnderWay("b")).isFalse();
        assertThat(attempts.contains("b")).isTrue();
        assertThat(attempts.isUnderWay("c")).isTrue();
        attempts.clear();
        assertThat(attempts.isUnderWay("c")).isFalse();
    }

    @Test
    void attempts_fresh_areEmpty() {
        var attempts = new Attempts();

        assertThat(attempts.isEmpty()).isTrue();
        assertThat(attempts.count()).isZero();
        assertThat(attempts.contains("a")).isFalse();
        assertThat(attempts).hasToString("[]");
    }

    @Test
    void add_beyondTheFirstCapacity_keepsAllAndCountsRepeats() {
        var attempts = new Attempts();

        for (int i = 0; i < 9; i++) {
            attempts.add("endpoint-" + i % 8);
        }

        assertThat(attempts.count()).isEqualTo(9);
        assertThat(attempts.isEmpty()).isFalse();
        for (int i = 0; i < 8; i++) {
            assertThat(attempts.contains("endpoint-" + i)).isTrue();
        }
        assertThat(attempts.contains("endpoint-8")).isFalse();
    }
}
