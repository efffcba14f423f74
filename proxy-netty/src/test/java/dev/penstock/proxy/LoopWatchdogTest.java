package dev.penstock.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testkit.ManualTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

final class LoopWatchdogTest {
    private final ManualTime time = new ManualTime();
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private final List<LoopWatchdog.Blocked> reports = new ArrayList<>();
    private boolean blocked;

    private LoopWatchdog watchdog() {
        Executor loop = task -> {
            if (blocked) {
                waiting.add(task);
            } else {
                task.run();
            }
        };
        return new LoopWatchdog(List.of(loop), time, time, reports::add);
    }

    private void pass(int seconds) {
        for (int i = 0; i < seconds; i++) {
            time.advance(LoopWatchdog.INTERVAL);
        }
    }

    @Test
    void loop_thatTurns_isNotReported() {
        watchdog().start();

        pass(100);

        assertThat(reports).isEmpty();
    }

    @Test
    void loop_thatStands_isReportedOnceWithItsStack_andOnceWhenItTurnsAgain() {
        watchdog().start();
        pass(2);
        blocked = true;
        pass(30);

        assertThat(reports).hasSize(1);
        assertThat(reports.get(0).thread()).isEqualTo(Thread.currentThread().getName());
        assertThat(reports.get(0).stack()).isNotEmpty();
        assertThat(reports.get(0).time()).isGreaterThanOrEqualTo(LoopWatchdog.LIMIT);

        blocked = false;
        waiting.forEach(Runnable::run);
        pass(3);

        assertThat(reports).hasSize(2);
        assertThat(reports.get(1).over()).isTrue();
    }

    @Test
    void close_endsTheLooking() {
        var watchdog = watchdog();
        watchdog.start();
        pass(2);

        watchdog.close();
        blocked = true;
        pass(30);

        assertThat(reports).isEmpty();
    }
}
