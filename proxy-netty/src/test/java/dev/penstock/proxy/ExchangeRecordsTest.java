package dev.penstock.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

final class ExchangeRecordsTest {
    private final List<Runnable> tasks = new ArrayList<>();
    private final List<Integer> told = new ArrayList<>();

    private static ExchangeRecord record(int status) {
        return record(status, 1);
    }

    private static ExchangeRecord record(int status, int attempts) {
        return new ExchangeRecord(
                0,
                "HTTP/1.1",
                "web",
                "::1",
                ClientTls.NONE,
                "",
                "GET",
                "a",
                "/",
                "",
                "",
                "",
                status,
                "",
                "",
                attempts,
                0,
                0,
                null,
                null,
                Duration.ZERO,
                "",
                new Ending(Ending.By.NOBODY, Ending.During.BODY));
    }

    private void runTasks() {
        List<Runnable> pending = List.copyOf(tasks);
        tasks.clear();
        pending.forEach(Runnable::run);
    }

    @Test
    void records_offered_areToldInOrder_notByTheCaller() {
        var records = new ExchangeRecords(List.of(record -> told.add(record.status())), tasks::add);
        records.offer(record(1));
        records.offer(record(2));
        assertThat(told).isEmpty();

        runTasks();
        records.offer(record(3));
        runTasks();

        assertThat(told).containsExactly(1, 2, 3);
    }

    @Test
    void records_beyondTheBound_areDroppedAndCounted() {
        var records = new ExchangeRecords(List.of(record -> told.add(record.status())), tasks::add);
        for (int i = 0; i < ExchangeRecords.MAX_WAITING + 5; i++) {
            records.offer(record(i));
        }
        runTasks();

        assertThat(told).hasSize(ExchangeRecords.MAX_WAITING);
        assertThat(records.dropped()).isEqualTo(5);
        records.offer(record(1));
        runTasks();
        assertThat(told).hasSize(ExchangeRecords.MAX_WAITING + 1);
    }

    @Test
    void S06_refusals_beyondTheBound_leaveRoomForWhatEndpointsHadAPartIn() {
        var records = new ExchangeRecords(List.of(record -> told.add(record.status())), tasks::add);
        for (int i = 0; i < ExchangeRecords.MAX_WAITING; i++) {
            records.offer(record(400, 0));
        }
        records.offer(record(404, 0));
        records.offer(new RefusalRecord("web", "::1", ClientRefusal.CONNECTIONS));
        assertThat(records.dropped()).isEqualTo(2);
        for (int i = 0; i < ExchangeRecords.MAX_WAITING; i++) {
            records.offer(record(200));
        }
        runTasks();

        assertThat(records.dropped()).isEqualTo(2);
        assertThat(told).hasSize(2 * ExchangeRecords.MAX_WAITING);
        assertThat(told.subList(0, 4)).containsExactly(200, 400, 200, 400); // the one waits for no end of the other
    }

    @Test
    void observer_thatThrows_doesNotKeepOthersFromBeingTold() {
        var records = new ExchangeRecords(
                List.of(
                        record -> {
                            throw new IllegalStateException("on purpose");
                        },
                        record -> told.add(record.status())),
                tasks::add);

        records.offer(record(1));
        records.offer(record(2));
        runTasks();

        assertThat(told).containsExactly(1, 2);
    }

    @Test
    void S06_end_waitsUntilTheLastRecordIsTold_andObserversHaveCaughtUp() {
        var executor = Executors.newSingleThreadExecutor();
        var events = new ConcurrentLinkedQueue<String>();
        var records = new ExchangeRecords(
                List.of(new ExchangeObserver() {
                    @Override
                    public void completed(ExchangeRecord record) {
                        events.add(String.valueOf(record.status()));
                    }

                    @Override
                    public void passed(ExchangeRecord record) {
                        events.add("passed");
                    }

                    @Override
                    public void caughtUp() {
                        events.add("caught up");
                    }
                }),
                executor);
        records.offer(record(1));
        records.offerPassed(record(0));
        records.offer(record(2));
        records.finish(Duration.ofMinutes(1));

        assertThat(events).containsSubsequence("1", "passed", "2", "caught up");
        assertThat(List.copyOf(events).get(events.size() - 1)).isEqualTo("caught up");
        executor.shutdown();
    }

    @Test
    void S06_end_ofAnObserverThatNeverReturns_waitsNoLongerThanTheLimit() {
        var never = new CountDownLatch(1);
        var executor = Executors.newSingleThreadExecutor();
        var records = new ExchangeRecords(
                List.of(record -> {
                    try {
                        never.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }),
                executor);
        records.offer(record(1));
        records.finish(Duration.ofMillis(10));

        assertThat(records.dropped()).isZero();
        executor.shutdownNow();
    }
}
