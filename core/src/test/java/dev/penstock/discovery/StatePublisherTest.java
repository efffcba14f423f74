package dev.penstock.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.ServiceName;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StatePublisherTest {
    private static final Endpoint A = Endpoint.of("10.0.0.1", 8001);
    private static final Endpoint B = Endpoint.of("10.0.0.2", 8002);

    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final List<ServiceState> told = new ArrayList<>();
    private long nanos;
    private final StatePublisher publisher =
            new StatePublisher(ServiceName.of("orders"), "stub", () -> nanos, tasks::add);

    private void run() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    private long version() {
        return ((ServiceState.Ready) publisher.current()).set().version();
    }

    @Test
    void answer_equalData_changesNothing() {
        publisher.answer(List.of(A, B));
        ServiceState state = publisher.current();
        publisher.answer(List.of(B, A));
        assertThat(publisher.current()).isSameAs(state);
        publisher.answer(List.of(A.withWeight(2), B));
        assertThat(publisher.current()).isNotEqualTo(state);
    }

    @Test
    void answer_empty_isAbsentSinceTheFirst() {
        nanos = 5;
        publisher.answer(List.of());
        nanos = 9;
        publisher.answer(List.of());
        assertThat(publisher.current()).isEqualTo(new ServiceState.Absent(5));
    }

    @Test
    void answer_twoOfOneId_isRefusedAndChangesNothing() {
        publisher.answer(List.of(A));
        assertThatIllegalArgumentException().isThrownBy(() -> publisher.answer(List.of(B, B)));
        assertThat(publisher.current().endpoints()).containsExactly(A);
    }

    @Test
    void fail_keepsTheLastGoodAndItsBeginning() {
        publisher.answer(List.of(A));
        long version = version();
        nanos = 5;
        publisher.fail("refused");
        nanos = 9;
        publisher.fail("timeout");
        var stale = (ServiceState.Stale) publisher.current();
        assertThat(stale.endpoints()).containsExactly(A);
        assertThat(stale.problem()).isEqualTo("timeout");
        assertThat(stale.sinceNanos()).isEqualTo(5);
        publisher.answer(List.of(A));
        assertThat(version()).isGreaterThan(version);
    }

    @Test
    void fail_afterAbsent_isStaleWithoutEndpoints() {
        publisher.answer(List.of());
        publisher.fail("refused");
        assertThat(publisher.current()).isInstanceOf(ServiceState.Stale.class);
        assertThat(publisher.current().endpoints()).isEmpty();
    }

    @Test
    void degrade_replacesTheLastGood() {
        publisher.answer(List.of(A));
        publisher.degrade(List.of(A, B), "half of it");
        publisher.fail("all of it");
        assertThat(publisher.current().endpoints()).containsExactly(A, B);
        assertThat(((ServiceState.Stale) publisher.current()).problem()).isEqualTo("all of it");
    }

    @Test
    void watch_neverTellsInTheThreadThatSays() {
        publisher.watch(told::add);
        publisher.answer(List.of(A));
        assertThat(told).isEmpty();
        assertThat(tasks).hasSize(1);
        publisher.answer(List.of(B));
        assertThat(tasks).hasSize(1);
        run();
        assertThat(told).containsExactly(publisher.current());
    }

    @Test
    void watch_executorClosed_completesAtTheEnd() {
        var closed = new StatePublisher(ServiceName.of("orders"), "stub", () -> nanos, task -> {
            throw new RejectedExecutionException("closed");
        });
        Watch watch = closed.watch(told::add);
        closed.answer(List.of(A));
        assertThat(watch.current().endpoints()).containsExactly(A);
        closed.close();
        assertThat(watch.firstAnswer().toCompletableFuture()).isCompletedWithValue(watch.current());
    }

    @Test
    void close_ofTheWatch_runsClosingOnceAndStopsWhatWaits() {
        List<String> closings = new ArrayList<>();
        Watch watch = publisher.watch(told::add, () -> closings.add("closed"));
        publisher.answer(List.of(A));
        watch.close();
        watch.close();
        run();
        assertThat(told).isEmpty();
        assertThat(closings).containsExactly("closed");
    }

    @Test
    void close_ofTheWatch_waitsForTheCallUnderWay() throws Exception {
        var entered = new CountDownLatch(1);
        var gate = new CountDownLatch(1);
        var callEnded = new AtomicBoolean();
        var endedBeforeClose = new AtomicBoolean();
        Watch watch = publisher.watch(state -> {
            entered.countDown();
            awaitQuietly(gate);
            callEnded.set(true);
        });
        publisher.answer(List.of(A));
        var caller = new Thread(this::run);
        caller.start();
        entered.await();
        var closer = new Thread(() -> {
            watch.close();
            endedBeforeClose.set(callEnded.get());
        });
        closer.start();
        while (closer.getState() != Thread.State.TIMED_WAITING && closer.isAlive()) {
            Thread.onSpinWait();
        }
        gate.countDown();
        closer.join();
        caller.join();
        assertThat(endedBeforeClose).isTrue();
    }

    private static void awaitQuietly(CountDownLatch gate) {
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void close_ofThePublisher_ignoresWhatIsSaidLater() {
        Watch watch = publisher.watch(told::add);
        publisher.close();
        publisher.answer(List.of(A));
        run();
        assertThat(told).isEmpty();
        assertThat(watch.firstAnswer().toCompletableFuture()).isCompletedWithValue(new ServiceState.Pending());
        assertThat(publisher.watch(told::add).firstAnswer().toCompletableFuture())
                .isDone();
    }

    @Test
    void firstAnswer_cannotBeCompletedByTheOneWhoWaits() {
        Watch watch = publisher.watch(told::add);
        watch.firstAnswer().toCompletableFuture().complete(new ServiceState.Absent(0));
        publisher.answer(List.of(A));
        run();
        assertThat(watch.firstAnswer().toCompletableFuture()).isCompletedWithValue(publisher.current());
    }

    @Test
    void skipped_isBoundedAndOneLineEach() {
        Watch watch = publisher.watch(told::add);
        publisher.skipped(
                IntStream.range(0, 100).mapToObj(i -> "bad\r\nentry " + i).toList());
        assertThat(watch.skipped()).hasSize(Watch.MAX_SKIPPED).first().isEqualTo("bad entry 0");
    }
}
