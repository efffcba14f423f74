package dev.penstock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.route.RouteTable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TableFeedTest {
    private static final Table TABLE = new Table(0, RouteTable.compile(List.of()), List.of(), List.of(), List.of());
    private static final Executor NEW_THREAD = task -> new Thread(task).start();

    @Test
    void close_whileACallIsUnderWay_waitsForItsEnd() throws Exception {
        var entered = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        var over = new AtomicBoolean();
        var feed = new TableFeed(
                table -> {
                    entered.countDown();
                    awaitQuietly(release);
                    over.set(true);
                },
                NEW_THREAD);
        feed.tell(TABLE);
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
        List<Table> told = new ArrayList<>();
        var feeds = new ArrayList<TableFeed>();
        feeds.add(new TableFeed(
                table -> {
                    told.add(table);
                    feeds.get(0).close();
                },
                Runnable::run));
        feeds.get(0).tell(TABLE);
        feeds.get(0).tell(TABLE);
        assertThat(told).hasSize(1);
    }

    @Test
    void tell_afterTheThreadsRefused_isToldTheNextTable() {
        List<Table> told = new ArrayList<>();
        var refusing = new AtomicBoolean(true);
        var feed = new TableFeed(told::add, task -> {
            if (refusing.get()) {
                throw new RejectedExecutionException("full");
            }
            task.run();
        });
        feed.tell(TABLE);
        assertThat(told).isEmpty();
        refusing.set(false);
        feed.tell(TABLE);
        assertThat(told).containsExactly(TABLE);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
