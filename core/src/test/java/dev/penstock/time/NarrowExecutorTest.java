package dev.penstock.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NarrowExecutorTest {
    @Test
    void tasks_runAFewAtATime_inTheOrderGiven() {
        Queue<Runnable> below = new ArrayDeque<>();
        List<Integer> ran = new ArrayList<>();
        var narrow = new NarrowExecutor(below::add, 2);
        for (int i = 0; i < 5; i++) {
            int number = i;
            narrow.execute(() -> ran.add(number));
        }
        assertThat(below).hasSize(2);

        while (!below.isEmpty()) {
            below.remove().run();
            assertThat(below).hasSizeLessThanOrEqualTo(2);
        }

        assertThat(ran).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void tasksOfManyThreads_neverMoreThanAFewAtOnce_noneIsLost() throws Exception {
        try (var threads = ControlThreads.create()) {
            var narrow = new NarrowExecutor(threads, 2);
            var running = new AtomicInteger();
            var most = new AtomicInteger();
            var done = new CountDownLatch(8_000);
            for (int w = 0; w < 4; w++) {
                new Thread(() -> {
                            for (int n = 0; n < 2_000; n++) {
                                narrow.execute(() -> {
                                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                                    running.decrementAndGet();
                                    done.countDown();
                                });
                            }
                        })
                        .start();
            }

            assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(most.get()).isLessThanOrEqualTo(2);
        }
    }

    @Test
    void throwingTask_doesNotStopTheNext_andARefusalIsTold() {
        Queue<Runnable> below = new ArrayDeque<>();
        var narrow = new NarrowExecutor(below::add, 1);
        var ran = new AtomicInteger();
        narrow.execute(() -> {
            throw new AssertionError("of a plug-in");
        });
        narrow.execute(ran::incrementAndGet);
        assertThatThrownBy(() -> below.remove().run()).isInstanceOf(AssertionError.class);
        below.remove().run();
        assertThat(ran).hasValue(1);

        var closed = new NarrowExecutor(
                task -> {
                    throw new RejectedExecutionException();
                },
                1);
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> closed.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
        }
    }
}
