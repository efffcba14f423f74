package dev.penstock.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ControlThreadsTest {
    private final CountDownLatch gate = new CountDownLatch(1);
    private final ControlThreads threads = ControlThreads.withLimit(4);

    @AfterEach
    void close() {
        gate.countDown();
        threads.close();
    }

    @Test
    void X10_blockedTasks_delayNoOther() throws Exception {
        for (int i = 0; i < 3; i++) {
            threads.execute(this::block);
        }
        var ran = new CompletableFuture<String>();
        threads.execute(() -> ran.complete(Thread.currentThread().getName()));
        assertThat(ran.get(30, TimeUnit.SECONDS)).startsWith("penstock-control-");
    }

    @Test
    void X10_blockedTasks_delayNoTimer() throws Exception {
        threads.execute(this::block);
        threads.schedule(Duration.ZERO, this::block);
        var ran = new CountDownLatch(1);
        threads.schedule(Duration.ofMillis(1), ran::countDown);
        assertThat(ran.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void execute_allThreadsBusy_losesNoTask() throws Exception {
        for (int i = 0; i < 4; i++) {
            threads.execute(this::block);
        }
        var ran = new CountDownLatch(1_000);
        for (int i = 0; i < 1_000; i++) {
            threads.execute(ran::countDown);
        }
        assertThat(ran.getCount()).isEqualTo(1_000);
        while (threads.threads() < 4) {
            Thread.onSpinWait(); // they come one by one
        }
        gate.countDown();
        assertThat(ran.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void execute_whileAnotherThreadIsStarted_keepsTheOrder() throws Exception {
        for (int round = 0; round < 50; round++) {
            try (var own = ControlThreads.withLimit(4)) {
                var ran = new AtomicInteger();
                for (int i = 0; i < 4; i++) {
                    own.execute(this::block);
                }
                while (own.threads() < 4) {
                    own.execute(ran::incrementAndGet); // none of them may pass a blocked one by
                }
                assertThat(ran).hasValue(0);
            }
        }
    }

    @Test
    void execute_allThreadsBlockedForLong_nothingIsAddedToWhatWaits() throws Exception {
        for (int i = 0; i < 4; i++) {
            threads.execute(this::block);
        }
        threads.execute(() -> {});
        while (threads.threads() < 4) {
            Thread.onSpinWait();
        }
        var later = new CountDownLatch(1);
        try (var clock = ControlThreads.create()) {
            clock.schedule(Duration.ofMillis(200), later::countDown); // time for forty looks
            assertThat(later.await(30, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(threads.waiting()).isEqualTo(1);
    }

    @Test
    void execute_noFurtherThreadCanBeMade_thoseThereAreDoAll() throws Exception {
        var made = new AtomicInteger();
        ThreadFactory scarce = task -> {
            if (made.incrementAndGet() > 1) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            var thread = new Thread(task, "the only one");
            thread.setDaemon(true);
            return thread;
        };
        try (var few = new ControlThreads(8, scarce)) {
            var ran = new CountDownLatch(1_000);
            few.execute(this::block);
            for (int i = 0; i < 1_000; i++) {
                few.execute(ran::countDown);
            }
            gate.countDown();
            assertThat(ran.await(30, TimeUnit.SECONDS)).isTrue();
        }
        try (var none = new ControlThreads(8, scarce)) {
            assertThatThrownBy(() -> none.execute(() -> {})).isInstanceOf(OutOfMemoryError.class);
        }
    }

    @Test
    void execute_burstOfShortTasks_needsFewThreads() throws Exception {
        try (var many = ControlThreads.withLimit(1_000)) {
            for (int burst = 0; burst < 10; burst++) {
                var ran = new CountDownLatch(1_000);
                for (int i = 0; i < 1_000; i++) {
                    many.execute(ran::countDown);
                }
                assertThat(ran.await(30, TimeUnit.SECONDS)).isTrue();
            }
            assertThat(many.threads()).isLessThan(100);
        }
    }

    @Test
    void execute_manyHandingIn_losesNoTask() throws Exception {
        int each = 5_000;
        var ran = new CountDownLatch(4 * each);
        for (int i = 0; i < 4; i++) {
            new Thread(() -> {
                        for (int n = 0; n < each; n++) {
                            threads.execute(ran::countDown);
                        }
                    })
                    .start();
        }
        assertThat(ran.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void X10_throwingTask_isCountedAndOthersRun() throws Exception {
        threads.execute(() -> {
            throw new NoClassDefFoundError("of a plug-in");
        });
        var ran = new CountDownLatch(1);
        threads.execute(ran::countDown);
        assertThat(ran.await(30, TimeUnit.SECONDS)).isTrue();
        while (threads.failures() == 0) {
            Thread.onSpinWait();
        }
        assertThat(threads.failures()).isEqualTo(1);
    }

    @Test
    void schedule_cancelled_doesNotRun() throws Exception {
        var ran = new AtomicInteger();
        threads.schedule(Duration.ofMillis(20), ran::incrementAndGet).cancel();
        var later = new CountDownLatch(1);
        threads.schedule(Duration.ofMillis(40), later::countDown);
        assertThat(later.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(ran).hasValue(0);
    }

    @Test
    void schedule_manyTimers_startNoThreadEach() {
        for (int i = 0; i < 1_000; i++) {
            threads.schedule(Duration.ofDays(1), () -> {});
        }
        assertThat(threads.threads()).isZero();
    }

    @Test
    void schedule_delayBeyondTheClock_isAccepted() {
        threads.schedule(Duration.ofSeconds(Long.MAX_VALUE), () -> {}).cancel();
    }

    @Test
    void close_blockedTask_isInterruptedAndNothingRunsAfterwards() {
        var interrupted = new AtomicInteger();
        var entered = new CountDownLatch(1);
        threads.execute(() -> {
            entered.countDown();
            try {
                gate.await();
            } catch (InterruptedException e) {
                interrupted.incrementAndGet();
            }
        });
        await(entered);
        threads.close();
        assertThat(interrupted).hasValue(1);
        assertThat(threads.threads()).isZero();
        threads.execute(interrupted::incrementAndGet);
        threads.schedule(Duration.ZERO, interrupted::incrementAndGet).cancel();
        assertThat(interrupted).hasValue(1);
    }

    @Test
    void close_fromOneOfItsTasks_returns() throws Exception {
        var closed = new CountDownLatch(1);
        threads.execute(() -> {
            threads.close();
            closed.countDown();
        });
        assertThat(closed.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void limitAndDelay_outOfRange_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ControlThreads.withLimit(0))
                .withMessage("limit: 0 (expected: 1 or more)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> threads.schedule(Duration.ofMillis(-1), () -> {}))
                .withMessageStartingWith("delay: PT-0.001S");
    }

    private void block() {
        await(gate);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
