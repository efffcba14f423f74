package dev.penstock.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class DispatchTest {
    private final ArrayDeque<Runnable> threads = new ArrayDeque<>();
    private final List<Integer> received = new ArrayList<>();

    private void run() {
        while (!threads.isEmpty()) {
            threads.remove().run();
        }
    }

    @Test
    void offer_isDeliveredLaterAndInOrder() {
        var dispatch = new Dispatch<Integer>(received::add, threads::add);
        dispatch.offer(1);
        dispatch.offer(2);
        assertThat(received).isEmpty();
        run();
        assertThat(received).containsExactly(1, 2);
    }

    @Test
    void offer_beyondTheBacklog_isDroppedAndCounted() {
        var dispatch = new Dispatch<Integer>(received::add, threads::add);
        for (int i = 0; i < Dispatch.BACKLOG + 5; i++) {
            assertThat(dispatch.offer(i)).isEqualTo(i < Dispatch.BACKLOG);
        }
        run();
        assertThat(received).hasSize(Dispatch.BACKLOG);
        assertThat(dispatch.dropped()).isEqualTo(5);
        assertThat(dispatch.offer(7)).isTrue();
    }

    @Test
    void X10_receiverThatThrows_getsTheNextValueAllTheSame() {
        var dispatch = new Dispatch<Integer>(
                value -> {
                    received.add(value);
                    throw new IllegalStateException("slow day");
                },
                threads::add);
        dispatch.offer(1);
        dispatch.offer(2);
        run();
        assertThat(received).containsExactly(1, 2);
        assertThat(dispatch.failed()).isEqualTo(2);
    }

    @Test
    void close_dropsWhatWaits() {
        var dispatch = new Dispatch<Integer>(received::add, threads::add);
        dispatch.offer(1);
        dispatch.close();
        dispatch.offer(2);
        run();
        assertThat(received).isEmpty();
    }

    @Test
    void close_whileACallIsUnderWay_waitsForItsEnd() throws Exception {
        var entered = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        var over = new AtomicBoolean();
        var dispatch = new Dispatch<Integer>(
                value -> {
                    entered.countDown();
                    awaitQuietly(release);
                    over.set(true);
                },
                task -> new Thread(task).start());
        dispatch.offer(1);
        entered.await();
        var overWhenClosed = new AtomicBoolean();
        var closing = new Thread(() -> {
            dispatch.close();
            overWhenClosed.set(over.get());
        });
        closing.start();
        while (closing.getState() != Thread.State.TIMED_WAITING && closing.isAlive()) {
            Thread.onSpinWait();
        }
        release.countDown();
        closing.join();
        assertThat(overWhenClosed).isTrue();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
