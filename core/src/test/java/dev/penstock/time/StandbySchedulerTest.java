package dev.penstock.time;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.service.HandTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class StandbySchedulerTest {
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private final HandTime standby = new HandTime();
    private final List<String> ran = new ArrayList<>();
    private boolean refuses;

    private final Scheduler given = new Scheduler() {
        @Override
        public void execute(Runnable task) {
            if (refuses) {
                throw new RejectedExecutionException("shut down");
            }
            waiting.add(task);
        }

        @Override
        public Timer schedule(Duration delay, Runnable task) {
            execute(task);
            return () -> waiting.remove(task);
        }
    };

    private final Scheduler both = new StandbyScheduler(given, standby);

    private void runWhatWaits() {
        for (Runnable task = waiting.poll(); task != null; task = waiting.poll()) {
            task.run();
        }
    }

    @Test
    void execute_taken_runsThereOnly() {
        both.execute(() -> ran.add("a"));
        standby.advance(Duration.ofSeconds(1));
        assertThat(ran).isEmpty();
        runWhatWaits();
        assertThat(ran).containsExactly("a");
    }

    @Test
    void execute_refused_runsOnTheStandbyWithAllThatWaits() {
        both.execute(() -> ran.add("a"));
        both.schedule(Duration.ofSeconds(5), () -> ran.add("timer"));
        refuses = true;
        both.execute(() -> ran.add("b"));
        assertThat(ran).containsExactlyInAnyOrder("a", "b");
        standby.advance(Duration.ofSeconds(5));
        runWhatWaits(); // in case it dropped nothing
        assertThat(ran).containsExactlyInAnyOrder("a", "b", "timer");
    }

    @Test
    void execute_afterARefusal_goesBackToTheGivenOne() {
        refuses = true;
        both.execute(() -> ran.add("a"));
        refuses = false;
        both.execute(() -> ran.add("b"));
        assertThat(ran).containsExactly("a");
        runWhatWaits();
        assertThat(ran).containsExactly("a", "b");
    }

    @Test
    void cancel_timerOfEither_neverRuns() {
        Scheduler.Timer taken = both.schedule(Duration.ofSeconds(5), () -> ran.add("taken"));
        refuses = true;
        Scheduler.Timer refused = both.schedule(Duration.ofSeconds(5), () -> ran.add("refused"));
        taken.cancel();
        refused.cancel();
        standby.advance(Duration.ofSeconds(10));
        runWhatWaits();
        assertThat(ran).isEmpty();
    }
}
