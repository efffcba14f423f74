package dev.penstock.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.time.ControlThreads;
import dev.penstock.time.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ClosingsTest {
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
    void finish_noThreadFree_runsAllOnce() {
        var busy = new Busy();
        List<String> ran = new CopyOnWriteArrayList<>();
        var closings = new Closings(busy);
        closings.start(() -> ran.add("before"));
        assertThat(closings.finish(List.of(() -> ran.add("a"), () -> ran.add("b"))))
                .isZero();
        busy.waiting.forEach(Runnable::run);
        assertThat(ran).containsExactlyInAnyOrder("before", "a", "b");
    }

    @Test
    void finish_whatWasStartedBeforeHasEnded_isNotAwaited() {
        var busy = new Busy();
        var closings = new Closings(busy);
        closings.start(() -> {});
        busy.waiting.forEach(Runnable::run);
        assertThat(closings.finish(List.of())).isZero();
    }

    @Test
    void finish_oneThatBlocks_isCounted() throws Exception {
        var release = new CountDownLatch(1);
        try (ControlThreads threads = ControlThreads.create()) {
            var closings = new Closings(threads);
            closings.start(() -> awaitQuietly(release));
            assertThat(closings.finish(List.of(() -> {}))).isEqualTo(1);
            release.countDown();
        }
    }

    @Test
    void finish_noThreadFreeForOneThatBlocks_isCounted() {
        var release = new CountDownLatch(1);
        var closings = new Closings(new Busy());
        try {
            assertThat(closings.finish(List.of(() -> awaitQuietly(release)))).isEqualTo(1);
        } finally {
            release.countDown();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
