package dev.penstock.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SerialExecutorTest {
    @Test
    void execute_fromManyThreads_runsOneAtATimeInTheOrderOfEach() throws Exception {
        try (var threads = ControlThreads.create()) {
            var serial = new SerialExecutor(threads);
            int writers = 4;
            int each = 5_000;
            int[] last = new int[writers]; // plain on purpose: the executor gives the visibility
            var running = new AtomicBoolean();
            var faults = new AtomicInteger();
            var done = new CountDownLatch(writers * each);
            for (int w = 0; w < writers; w++) {
                int writer = w;
                new Thread(() -> {
                            for (int n = 1; n <= each; n++) {
                                int value = n;
                                serial.execute(() -> {
                                    boolean alone = running.compareAndSet(false, true);
                                    faults.addAndGet(alone && last[writer] == value - 1 ? 0 : 1);
                                    last[writer] = value;
                                    running.set(false);
                                    done.countDown();
                                });
                            }
                        })
                        .start();
            }
            assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(faults).hasValue(0);
        }
    }

    @Test
    void X10_throwingTask_doesNotStopTheNext() {
        List<Runnable> below = new ArrayList<>();
        var serial = new SerialExecutor(below::add);
        var ran = new AtomicInteger();
        serial.execute(() -> {
            throw new AssertionError("of a plug-in");
        });
        serial.execute(ran::incrementAndGet);
        assertThat(below).hasSize(1);
        below.remove(0).run();
        assertThat(ran).hasValue(1);
        serial.execute(ran::incrementAndGet);
        assertThat(below).hasSize(1);
    }

    @Test
    void execute_fromATask_runsAfterIt() {
        List<String> order = new ArrayList<>();
        var serial = new SerialExecutor(Runnable::run);
        serial.execute(() -> {
            serial.execute(() -> order.add("inner"));
            order.add("outer");
        });
        assertThat(order).containsExactly("outer", "inner");
    }

    @Test
    void executeHere_idle_runsAtOnce_busy_isAppended() {
        List<String> order = new ArrayList<>();
        List<Runnable> below = new ArrayList<>();
        var serial = new SerialExecutor(below::add);
        serial.executeHere(() -> {
            serial.executeHere(() -> order.add("inner"));
            order.add("outer");
        });
        assertThat(order).containsExactly("outer", "inner");
        serial.execute(() -> order.add("first"));
        serial.executeHere(() -> order.add("second"));
        assertThat(order).hasSize(2);
        below.remove(0).run();
        assertThat(order).endsWith("first", "second");
        assertThat(below).isEmpty();
    }

    @Test
    void execute_noThreadToBeHad_isMadeUpForByTheNext() {
        var left = new AtomicBoolean();
        List<Integer> ran = new ArrayList<>();
        var serial = new SerialExecutor(task -> {
            if (!left.get()) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            task.run();
        });
        assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(() -> serial.execute(() -> ran.add(1)));
        left.set(true);
        serial.execute(() -> ran.add(2));
        assertThat(ran).containsExactly(1, 2);
    }

    @Test
    void execute_refusedBelow_throwsAndRecovers() {
        var open = new AtomicBoolean();
        var ran = new AtomicInteger();
        var serial = new SerialExecutor(task -> {
            if (!open.get()) {
                throw new RejectedExecutionException("full");
            }
            task.run();
        });
        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> serial.execute(ran::incrementAndGet));
        open.set(true);
        serial.execute(ran::incrementAndGet);
        assertThat(ran).hasValue(1);
    }
}
