package dev.penstock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ManualTimeTest {
    private final ManualTime time = new ManualTime();
    private final List<String> ran = new ArrayList<>();

    @Test
    void advance_timers_runInOrderAtTheirMoments() {
        time.schedule(Duration.ofSeconds(2), () -> ran.add("b@" + time.nanos()));
        time.schedule(Duration.ofSeconds(1), () -> {
            ran.add("a@" + time.nanos());
            time.schedule(Duration.ofSeconds(1), () -> ran.add("c@" + time.nanos()));
            time.execute(() -> ran.add("now@" + time.nanos()));
        });
        time.schedule(Duration.ofSeconds(4), () -> ran.add("late"));
        time.advance(Duration.ofSeconds(3));
        assertThat(ran).containsExactly("a@1000000000", "now@1000000000", "b@2000000000", "c@2000000000");
        assertThat(time.nanos()).isEqualTo(3_000_000_000L);
        assertThat(time.untilNextTimer()).contains(Duration.ofSeconds(1));
        assertThat(time.timers()).isEqualTo(1);
    }

    @Test
    void schedule_cancelled_doesNotRun() {
        time.schedule(Duration.ofSeconds(1), () -> ran.add("a")).cancel();
        time.advance(Duration.ofSeconds(2));
        assertThat(ran).isEmpty();
        assertThat(time.untilNextTimer()).isEmpty();
    }

    @Test
    void execute_waitsForTheTest() {
        time.execute(() -> ran.add("a"));
        assertThat(ran).isEmpty();
        time.runPending();
        assertThat(ran).containsExactly("a");
    }

    @Test
    void eager_runsAtOnceAndNestedOnesAfterwards() {
        var eager = ManualTime.eager();
        eager.execute(() -> {
            eager.execute(() -> ran.add("inner"));
            ran.add("outer");
        });
        assertThat(ran).containsExactly("outer", "inner");
    }

    @Test
    void throwingTask_isKeptAndContained() {
        time.execute(() -> {
            throw new IllegalStateException("a");
        });
        time.execute(() -> ran.add("b"));
        time.runPending();
        assertThat(ran).containsExactly("b");
        assertThat(time.failures()).singleElement().isInstanceOf(IllegalStateException.class);
    }

    @Test
    void eventually_triesUntilItHolds() {
        var tries = new AtomicInteger();
        Eventually.eventually(
                Duration.ofSeconds(30),
                () -> assertThat(tries.incrementAndGet()).isEqualTo(3));
        assertThat(tries).hasValue(3);
    }

    @Test
    void eventually_neverHolds_saysTheLastFailure() {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> Eventually.eventually(Duration.ZERO, () -> {
                    throw new IllegalStateException("still closed");
                }))
                .withMessageContaining("still closed");
    }
}
