package dev.penstock.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DecayTest {
    @Test
    void left_isTheExponential() {
        var decay = new Decay(Duration.ofSeconds(10));
        double ticksPerTau = 10e9 / (1 << Decay.TICK_SHIFT);
        for (int ticks = 0; ticks < 16 * ticksPerTau; ticks += 7) {
            assertThat(decay.left(ticks)).isCloseTo(Math.exp(-ticks / ticksPerTau), within(4e-5));
        }
    }

    @Test
    void left_atTheEnds_isAllAndNothing() {
        var decay = new Decay(Duration.ofSeconds(1));
        assertThat(decay.left(0)).isEqualTo(1);
        assertThat(decay.left(-5)).isEqualTo(1);
        assertThat(decay.left(1)).isLessThan(1);
        assertThat(decay.left(Integer.MAX_VALUE)).isZero();
    }

    @Test
    void ticks_wrapWithTheClock() {
        long nanos = Long.MAX_VALUE - 10;
        assertThat(Decay.ticks(nanos + (5L << Decay.TICK_SHIFT)) - Decay.ticks(nanos))
                .isEqualTo(5);
    }

    @Test
    void tau_belowASecond_isRefused() {
        assertThatThrownBy(() -> new Decay(Duration.ofMillis(999))).hasMessageContaining("tau: PT0.999S");
    }
}
