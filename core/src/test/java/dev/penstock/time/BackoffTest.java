package dev.penstock.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void S10_delay_growsByHalfTo15SecondsAndIsDrawnFromItsUpperQuarter() {
        var random = new SplittableRandom(7);
        var randomness = new Randomness() {
            @Override
            public long nextLong() {
                return random.nextLong();
            }

            @Override
            public Randomness fork() {
                return this;
            }
        };
        for (int failures = 1; failures <= 2_000; failures++) {
            double full = Math.min(15, Math.pow(1.5, failures - 1));
            double share = Backoff.defaults().delay(failures, randomness).toNanos() / 1e9 / full;
            assertThat(share).as("after %d failures", failures).isBetween(0.75 - 1e-6, 1.0);
        }
    }

    @Test
    void components_outOfRange_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Backoff(Duration.ZERO, 1.5, SECOND, 0.75))
                .withMessage("first: 0 (expected: longer than 0)");
        assertThatIllegalArgumentException().isThrownBy(() -> new Backoff(SECOND, Double.NaN, SECOND, 0.75));
        assertThatIllegalArgumentException().isThrownBy(() -> new Backoff(SECOND, 2, Duration.ofMillis(1), 0.75));
        assertThatIllegalArgumentException().isThrownBy(() -> new Backoff(SECOND, 2, SECOND, 1.01));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Backoff(SECOND, 2, Duration.ofSeconds(Long.MAX_VALUE), 1))
                .withMessageEndingWith("(expected: 0 to 365 days)");
    }
}
