package dev.penstock.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReadPlanTest {
    private static final Duration QUIET = Duration.ofMillis(100);

    private final ReadPlan plan = new ReadPlan(SourceRules.defaults());

    private static long millis(long millis) {
        return Duration.ofMillis(millis).toNanos();
    }

    private void answeredAt(long millis) {
        plan.read(millis(millis));
        plan.answered(millis(millis), Duration.ofSeconds(60));
    }

    private long waitAt(long millis) {
        return plan.untilRead(millis(millis)).toMillis();
    }

    @Test
    void hint_puttingOff_endsAtTheLatest() {
        answeredAt(0);
        plan.hint(millis(5_000));
        assertThat(waitAt(5_000)).isEqualTo(100);
        plan.hint(millis(5_080));
        assertThat(waitAt(5_080)).isEqualTo(100);
        plan.hint(millis(5_950));
        assertThat(waitAt(5_950)).isEqualTo(50);
    }

    @Test
    void hint_neverPutsOffWhatIsDueAnyway() {
        answeredAt(0);
        plan.hint(millis(59_990));
        assertThat(waitAt(59_990)).isEqualTo(10);
    }

    @Test
    void reads_areAtLeastTheQuietTimeApart() {
        plan.read(0);
        plan.answered(millis(30), Duration.ZERO);
        assertThat(waitAt(30)).isEqualTo(QUIET.toMillis() - 30);
        assertThat(waitAt(500)).isZero();
    }

    @Test
    void confirmation_comesBeforeTheRelist() {
        answeredAt(0);
        plan.atLatest(0, Duration.ofSeconds(10));
        assertThat(waitAt(0)).isEqualTo(10_000);
        plan.atLatest(0, Duration.ofSeconds(20));
        assertThat(waitAt(0)).isEqualTo(10_000);
    }

    @Test
    void clock_wrappingAround_isNoTrouble() {
        long start = Long.MAX_VALUE - millis(50);
        plan.read(start);
        plan.answered(start, Duration.ofSeconds(60));
        plan.hint(start + millis(10));
        assertThat(plan.untilRead(start + millis(10))).isEqualTo(QUIET);
    }
}
