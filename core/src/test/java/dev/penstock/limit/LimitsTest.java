package dev.penstock.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LimitsTest {
    @Test
    void F18_defaults_areThoseDocumented() {
        Limits defaults = Limits.defaults();

        assertThat(defaults.requests()).isEqualTo(8_192);
        assertThat(defaults.perEndpoint()).isZero();
        assertThat(defaults.longestWait()).isEqualTo(Duration.ofSeconds(30));
        assertThat(defaults.shed()).isZero();
        assertThat(defaults.adaptive()).isFalse();
        assertThat(defaults.breaker()).isNull();
    }

    @Test
    void valuesOutOfRange_areRefusedInWords() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Limits.defaults().withRequests(0))
                .withMessage("requests: 0 (expected: 1..1000000)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Limits.defaults().withPerEndpoint(-1))
                .withMessage("perEndpoint: -1 (expected: 0..1000000)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Limits.defaults().withQueue(1, Duration.ZERO))
                .withMessage("longestWait: 0 (expected: longer than 0)");
        Duration endless = Duration.ofSeconds(Long.MAX_VALUE);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Limits.defaults().withQueue(1, endless))
                .withMessageEndingWith("(expected: 0 to 365 days)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Limits.defaults().withShed(endless))
                .withMessageEndingWith("(expected: 0 to 365 days)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BreakerSettings(50, 20, endless, BreakerSettings.Scope.SERVICE))
                .withMessageEndingWith("(expected: 0 to 365 days)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BreakerSettings(100, 20, Duration.ofSeconds(1), BreakerSettings.Scope.SERVICE))
                .withMessage("failurePercent: 100 (expected: 1..99)");
    }
}
