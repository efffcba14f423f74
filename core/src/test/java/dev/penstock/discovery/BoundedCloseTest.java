package dev.penstock.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.time.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BoundedCloseTest {
    /** Has no thread free. */
    private static final class Busy implements Scheduler {
        private final List<Runnable> waiting = new ArrayList<>();

        @Override
        public void execute(Runnable task) {
            waiting.add(task);
        }

        @Override
        public Timer schedule(Duration delay, Runnable task) {
            return () -> {};
        }
    }

    @Test
    void run_noThreadFree_runsHereAndOnce() {
        var busy = new Busy();
        List<String> ran = new ArrayList<>();
        assertThat(BoundedClose.run(List.of(() -> ran.add("a"), () -> ran.add("b")), busy))
                .isZero();
        busy.waiting.forEach(Runnable::run);
        assertThat(ran).containsExactly("a", "b");
    }
}
