package dev.penstock.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.testkit.ManualTime;
import dev.penstock.time.ControlThreads;
import dev.penstock.time.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

final class ExchangeRecordsTest {
    private final ManualTime time = new ManualTime();
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

    private void tellAll() {
        time.advance(ExchangeRecords.DELAY);
    }

    @Test
    void records_offered_areToldInOrder_notByTheCaller() {
        var records = new ExchangeRecords(List.of(record -> told.add(record.status())), time);
        records.offer(record(1));
        records.offer(record(2));
        assertThat(told).isEmpty();

        tellAll();
        records.offer(record(3));
        tellAll();

        assertThat(told).containsExactly(1, 2, 3);
    }

    @Test
    void S06_fewRecords_waitForOthersUntilTheDelayIsOver() {
        var records = new ExchangeRecords(List.of(record -> told.add(record.status())), time);
        records.offer(record(1));
        time.advance(ExchangeRecords.DELAY.minusNanos(1));
        records.offer(record(2));
        assertThat(told).isEmpty();

        time.advance(Duration.ofNanos(1));
        assertThat(told).containsExactly(1, 2);
    }

    @Test
    void S06_manyRecords_areToldBeforeTheDelayIsOver_andThoseAfterThemToo() {
        var records = new ExchangeRecords(List.of(record -> told.add(record.status())), time);
        for (int i = 1; i < ExchangeRecords.MANY_WAITING; i++) {
            records.offer(record(i));
        }
        time.runPending();
        assertThat(told).isEmpty();
        records.offer(record(0));
        time.runPending();
        assertThat(told).hasSize(ExchangeRecords.MANY_WAITING);

        records.offer(record(1));
        tellAll();
        assertThat(told).hasSize(ExchangeRecords.MANY_WAITING + 1);
    }

    @Test
    void S06_recordsThatComeWhileOthersAreTold_areTold() {
        var ownRecords = new ExchangeRecords[1];
        var records = new ExchangeRecords(
                List.of(new ExchangeObserver() {
                    @Override
                    public void completed(ExchangeRecord record) {
                        told.add(record.status());
                    }

                    @Override
                    public void caughtUp() {
                        if (told.size() == 1) {
                            ownRecords[0].offer(record(2)); // after the last look for further ones
                        }
                    }
                }),
                time);
        ownRecords[0] = records;
        records.offer(record(1));
        tellAll();
        tellAll();

        assertThat(told).containsExactly(1, 2);
    }

    @Test
    void S06_observer_thatRunsOutOfMemory_isToldTheNext_andSoAreOthers() {
        var records = new ExchangeRecords(
                List.of(
                        record -> {
                            throw new OutOfMemoryError("on purpose");
                        },
                        record -> told.add(record.status())),
                time);
        records.offer(record(1));
        tellAll();
        records.offer(record(2));
        tellAll();

        assertThat(told).containsExactly(1, 2);
        assertThat(time.failures()).isEmpty();
    }

    @Test
    void S06_threadThatCannotBeWoken_isTriedAgainWithTheNextRecord() {
        var refusing = new AtomicBoolean(true);
        var records = new ExchangeRecords(List.of(record -> told.add(record.status())), new Scheduler() {
            @Override
            public void execute(Runnable task) {
                time.execute(task);
            }

            @Override
            public Timer schedule(Duration delay, Runnable task) {
                if (refusing.getAndSet(false)) {
                    throw new OutOfMemoryError("on purpose");
                }
                return time.schedule(delay, task);
            }
        });
        assertThatThrownBy(() -> records.offer(record(1))).isInstanceOf(OutOfMemoryError.class);
        records.offer(record(2));
        tellAll();

        assertThat(told).containsExactly(1, 2);
    }

    @Test
    void records_beyondTheBound_areDroppedAndCounted() {
        var records = new ExchangeRecords(List.of(record -> told.add(record.status())), time);
        for (int i = 0; i < ExchangeRecords.MAX_WAITING + 5; i++) {
            records.offer(record(i));
        }
        tellAll();

        assertThat(told).hasSize(ExchangeRecords.MAX_WAITING);
        assertThat(records.dropped()).isEqualTo(5);
        records.offer(record(1));
        tellAll();
        assertThat(told).hasSize(ExchangeRecords.MAX_WAITING + 1);
    }

    @Test
    void S06_refusals_beyondTheBound_leaveRoomForWhatEndpointsHadAPartIn() {
        var records = new ExchangeRecords(List.of(record -> told.add(record.status())), time);
        for (int i = 0; i < ExchangeRecords.MAX_WAITING; i++) {
            records.offer(record(400, 0));
        }
        records.offer(record(404, 0));
        records.offer(new RefusalRecord("web", "::1", ClientRefusal.CONNECTIONS));
        assertThat(records.dropped()).isEqualTo(2);
        for (int i = 0; i < ExchangeRecords.MAX_WAITING; i++) {
            records.offer(record(200));
        }
        tellAll();

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
                time);

        records.offer(record(1));
        records.offer(record(2));
        tellAll();

        assertThat(told).containsExactly(1, 2);
    }

    @Test
    void S06_end_waitsUntilTheLastRecordIsTold_andObserversHaveCaughtUp() {
        var executor = ControlThreads.create();
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
        executor.close();
    }

    @Test
    void S06_ownThread_tellsWhatComesLater_andDropsWhatComesAfterTheEnd() throws Exception {
        var thread = new RecordThread();
        var statuses = new LinkedBlockingQueue<Integer>();
        var records = new ExchangeRecords(List.of(record -> statuses.add(record.status())), thread);
        for (int i = 1; i <= 3; i++) {
            records.offer(record(i));
            assertThat(statuses.poll(20, TimeUnit.SECONDS)).isEqualTo(i);
        }
        records.offer(record(4));
        records.finish(Duration.ofMinutes(1));
        thread.close();
        records.offer(record(5));

        assertThat(statuses).containsExactly(4);
    }

    @Test
    void S06_end_ofAnObserverThatNeverReturns_waitsNoLongerThanTheLimit() {
        var never = new CountDownLatch(1);
        var executor = ControlThreads.create();
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
        executor.close();
    }
}
