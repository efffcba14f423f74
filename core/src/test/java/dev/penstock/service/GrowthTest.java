package dev.penstock.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.penstock.catalog.SlowStart;
import dev.penstock.endpoint.Endpoint;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GrowthTest {
    private static final SlowStart TEN_SECONDS = SlowStart.over(Duration.ofSeconds(10));
    private static final Endpoint ENDPOINT = Endpoint.of("10.0.0.1", 80);

    // The mean over the window of f / (n - 1 + f) where f = max(0.1, t): .311, .109, .052.
    @ParameterizedTest
    @CsvSource({"2, 0.311", "5, 0.109", "10, 0.052"})
    void F19_share_ofANewEndpointOfN_isOverTheWindowAsThatOfTheFormula(int n, double expected) {
        double sum = 0;
        int moments = 10_000;
        for (int i = 0; i < moments; i++) {
            int growth = Growth.at(TEN_SECONDS, Duration.ofSeconds(10).toNanos() * i / moments);
            int own = Growth.weight(ENDPOINT, 10, growth);
            sum += (double) own / (own + (n - 1) * Growth.weight(ENDPOINT, 10, 10));
        }
        assertThat(sum / moments).isCloseTo(expected, within(0.003));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.5, 1, 2})
    void growth_overTheWindow_hasAtMostTenStepsAndComesWhenForeseen(double aggression) {
        var slowStart = new SlowStart(Duration.ofSeconds(10), aggression, Duration.ZERO);
        var seen = new TreeSet<Integer>();
        long age = 0;
        while (Growth.untilNextNanos(slowStart, age) != Long.MAX_VALUE) {
            int now = Growth.at(slowStart, age);
            long wait = Growth.untilNextNanos(slowStart, age);
            assertThat(seen.add(now)).isTrue();
            assertThat(Growth.at(slowStart, age + wait - 2)).isEqualTo(now);
            age += wait;
            assertThat(Growth.at(slowStart, age)).isEqualTo(now + 1);
        }
        assertThat(seen).hasSizeLessThanOrEqualTo(9);
        assertThat(age).isLessThanOrEqualTo(Duration.ofSeconds(10).toNanos());
    }

    @Test
    void growth_atZeroAndAfterTheWindow_isATenthAndWhole() {
        assertThat(Growth.at(TEN_SECONDS, 0)).isEqualTo(1);
        assertThat(Growth.at(TEN_SECONDS, -1)).isEqualTo(1);
        assertThat(Growth.at(TEN_SECONDS, Duration.ofSeconds(10).toNanos())).isEqualTo(10);
        assertThat(Growth.at(SlowStart.OFF, 0)).isEqualTo(10);
    }

    @Test
    void weight_ofTheLargest_staysWithinItsRange() {
        Endpoint heavy = ENDPOINT.withWeight(Endpoint.MAX_WEIGHT);
        int scale = Growth.scale(List.of(heavy, ENDPOINT));

        assertThat(scale).isEqualTo(1);
        assertThat(Growth.weight(heavy, scale, 10)).isEqualTo(Endpoint.MAX_WEIGHT);
        assertThat(Growth.weight(ENDPOINT, scale, 1)).isEqualTo(1);
        assertThat(Growth.scale(List.of(ENDPOINT.withWeight(7)))).isEqualTo(10);
    }

    @Test
    void slowStart_outOfRange_isRefused() {
        assertThatThrownBy(() -> new SlowStart(Duration.ofSeconds(1), 0, Duration.ZERO))
                .hasMessage("aggression: 0.0 (expected: 0.1..10)");
        assertThatThrownBy(() -> SlowStart.over(Duration.ofSeconds(-1))).isInstanceOf(IllegalArgumentException.class);
    }
}
