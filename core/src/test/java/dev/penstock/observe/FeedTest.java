package dev.penstock.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FeedTest {
    private static final Executor NEW_THREAD = task -> new Thread(task).start();

    @Test
    void close_whileACallIsUnderWay_waitsForItsEnd() throws Exception {
        var entered = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        var over = new AtomicBoolean();
        var feed = new Feed<String>(
                () -> "news",
                value -> {
                    entered.countDown();
                    awaitQuietly(release);
                    over.set(true);
                },
                NEW_THREAD);
        feed.offer();
        entered.await();
        var overWhenClosed = new AtomicBoolean();
        var closing = new Thread(() -> {
            feed.close();
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

    @Test
    void close_inTheCallItself_isItsLast() {
        List<String> told = new ArrayList<>();
        var values = new ArrayDeque<>(List.of("a", "b", "c", "d"));
        var feeds = new ArrayList<Feed<String>>();
        feeds.add(new Feed<>(
                values::poll,
                value -> {
                    told.add(value);
                    feeds.get(0).close();
                },
                Runnable::run));
        feeds.get(0).offer();
        feeds.get(0).offer();
        assertThat(told).hasSize(1);
        assertThat(feeds.get(0).isEnded()).isTrue();
    }

    @Test
    void offer_afterTheExecutorRefused_tellsTheNewest() {
        List<String> told = new ArrayList<>();
        var newest = new AtomicReference<>("a");
        var refusing = new AtomicBoolean(true);
        var feed = new Feed<>(newest::get, told::add, task -> {
            if (refusing.get()) {
                throw new RejectedExecutionException("full");
            }
            task.run();
        });
        feed.offer();
        assertThat(told).isEmpty();
        refusing.set(false);
        newest.set("b");
        feed.offer();
        assertThat(told).containsExactly("b");
    }

    @Test
    void offer_duringACall_tellsTheNewestAfterIt() {
        List<String> told = new ArrayList<>();
        var newest = new AtomicReference<>("a");
        var feeds = new ArrayList<Feed<String>>();
        feeds.add(new Feed<>(
                newest::get,
                value -> {
                    told.add(value);
                    if (value.equals("a")) {
                        for (String next : List.of("b", "c")) {
                            newest.set(next);
                            feeds.get(0).offer();
                        }
                        throw new IllegalStateException("observer");
                    }
                },
                Runnable::run));
        feeds.get(0).offer();
        feeds.get(0).offer();
        assertThat(told).containsExactly("a", "c");
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
