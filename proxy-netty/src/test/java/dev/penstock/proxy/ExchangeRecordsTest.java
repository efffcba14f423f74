package dev.penstock.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ExchangeRecordsTest {
    private final List<Runnable> tasks = new ArrayList<>();
    private final List<Integer> told = new ArrayList<>();

    private static ExchangeRecord record(int status) {
        return new ExchangeRecord(
                "web", "::1", ClientTls.NONE, "", "GET", "a", "/", status, "", "", 0, 0, 0, Duration.ZERO, "");
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
}
