package dev.penstock.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.testkit.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WritersTest {
    @Test
    void changes_areMadeOneByOne_andTooManyAreRefusedAtOnce() throws Exception {
        var writers = new Writers();
        var hold = new CountDownLatch(1);
        var inside = new AtomicInteger();
        var most = new AtomicInteger();
        var made = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(Writers.MOST);
        try {
            List<Future<?>> changes = new ArrayList<>();
            for (int i = 0; i < Writers.MOST; i++) {
                changes.add(threads.submit(() -> writers.change(() -> {
                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    awaitQuietly(hold);
                    inside.decrementAndGet();
                    made.incrementAndGet();
                })));
            }
            Eventually.eventually(
                    Duration.ofSeconds(20), () -> assertThat(writers.waiting()).isEqualTo(Writers.MOST));
            assertThatThrownBy(() -> writers.change(made::incrementAndGet))
                    .isInstanceOfSatisfying(
                            ApiProblem.class,
                            problem -> assertThat(problem.status()).isEqualTo(503));
            hold.countDown();
            for (Future<?> change : changes) {
                change.get();
            }
            assertThat(made).hasValue(Writers.MOST);
            assertThat(most).hasValue(1);
        } finally {
            hold.countDown();
            threads.shutdownNow();
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
