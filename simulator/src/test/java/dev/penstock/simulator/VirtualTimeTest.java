package dev.penstock.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.time.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class VirtualTimeTest {
    private final VirtualTime time = new VirtualTime();

    @Test
    void runUntil_manyEvents_happenInOrderOfTimeAndThenOfAsking() {
        for (int seed = 0; seed < 20; seed++) {
            var random = new Random(seed);
            List<long[]> happened = new ArrayList<>();
            var virtual = new VirtualTime();
            for (int i = 0; i < 5_000; i++) {
                int number = i;
                virtual.after(random.nextInt(1_000), () -> happened.add(new long[] {virtual.nanos(), number}));
            }
            virtual.runUntil(1_000);
            assertThat(happened).hasSize(5_000);
            for (int i = 1; i < happened.size(); i++) {
                long[] before = happened.get(i - 1);
                long[] after = happened.get(i);
                assertThat(before[0] < after[0] || (before[0] == after[0] && before[1] < after[1]))
                        .isTrue();
            }
        }
    }

    @Test
    void runUntil_eventsBeyondTheEnd_wait() {
        List<Long> happened = new ArrayList<>();
        time.after(10, () -> happened.add(time.nanos()));
        time.after(20, () -> happened.add(time.nanos()));
        time.runUntil(15);
        assertThat(happened).containsExactly(10L);
        assertThat(time.nanos()).isEqualTo(15);
        time.runUntil(20);
        assertThat(happened).containsExactly(10L, 20L);
        assertThat(time.happened()).isEqualTo(2);
    }

    @Test
    void schedule_cancelled_doesNotRun() {
        List<String> ran = new ArrayList<>();
        Scheduler.Timer timer = time.schedule(Duration.ofNanos(5), () -> ran.add("cancelled"));
        time.schedule(Duration.ofNanos(6), () -> ran.add("kept"));
        timer.cancel();
        time.runUntil(10);
        assertThat(ran).containsExactly("kept");
    }

    @Test
    void execute_taskThatGivesTasks_theyRunAfterIt() {
        List<String> ran = new ArrayList<>();
        time.execute(() -> {
            time.execute(() -> ran.add("second"));
            ran.add("first");
        });
        assertThat(ran).containsExactly("first", "second");
    }
}
