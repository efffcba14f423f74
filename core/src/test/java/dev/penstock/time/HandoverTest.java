package dev.penstock.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HandoverTest {
    private final AtomicBoolean queues = new AtomicBoolean();
    private final AtomicInteger queued = new AtomicInteger();
    private final Handover handover = new Handover(queues::get, queued::incrementAndGet);

    @Test
    void offer_withoutAWorkerThatWaits_isRefusedOrQueuedInOrder() throws Exception {
        Runnable first = () -> {};
        Runnable second = () -> {};
        assertThat(handover.offer(first)).isFalse();
        assertThat(handover).isEmpty();
        queues.set(true);
        assertThat(handover.offer(first)).isTrue();
        assertThat(handover.offer(second)).isTrue();
        assertThat(queued).hasValue(2);
        assertThat(handover.toArray()).containsExactly(first, second);
        assertThat(handover.take()).isSameAs(first);
        assertThat(handover.remove(second)).isTrue();
        assertThat(handover.poll(1, TimeUnit.MILLISECONDS)).isNull();
    }

    /** A task that is handed over is one worker's: no two are handed to one that waits. */
    @Test
    void offer_toWorkersThatWait_takesNoMoreTasksThanWorkers() throws Exception {
        int workers = 4;
        var threads = Executors.newFixedThreadPool(workers);
        try {
            for (int round = 0; round < 200; round++) {
                var blocked = new CountDownLatch(1);
                List<Future<?>> ends = new ArrayList<>();
                for (int i = 0; i < workers; i++) {
                    ends.add(threads.submit(() -> {
                        handover.take().run();
                        return null;
                    }));
                }
                Runnable blocking = () -> {
                    try {
                        blocked.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                };
                int taken = 0;
                while (taken < workers) {
                    taken += handover.offer(blocking) ? 1 : 0;
                    Thread.onSpinWait();
                }
                assertThat(handover.offer(blocking)).as("all wait or work").isFalse();
                blocked.countDown();
                for (Future<?> end : ends) {
                    end.get();
                }
                assertThat(handover).isEmpty();
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
