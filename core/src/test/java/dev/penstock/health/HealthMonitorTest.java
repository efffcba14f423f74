package dev.penstock.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.endpoint.Endpoint;
import dev.penstock.service.HandTime;
import dev.penstock.time.Randomness;
import dev.penstock.time.Scheduler;
import dev.penstock.time.SerialExecutor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HealthMonitorTest {
    private static final Endpoint A = Endpoint.of("10.0.0.1", 80);
    private static final Endpoint B = Endpoint.of("10.0.0.2", 80);
    private static final CheckResult GOOD = new CheckResult(true, "status 200");
    private static final CheckResult BAD = new CheckResult(false, "status 503");
    private static final CheckSpec SPEC = CheckSpec.of(HttpCheck.get("/health"));

    private final HandTime time = new HandTime();
    private final List<String> probed = new ArrayList<>();
    private final Map<String, CompletionStage<CheckResult>> answers = new HashMap<>();
    private final Map<String, Health> health = new HashMap<>();
    private final List<String> faults = new ArrayList<>();
    private Prober prober = (endpoint, address, spec) -> {
        probed.add(endpoint.id());
        return answers.getOrDefault(endpoint.id(), new CompletableFuture<>());
    };

    private HealthMonitor monitor(CheckSpec spec, int slots) {
        return monitor(spec, new ProbeSlots(slots));
    }

    private HealthMonitor monitor(CheckSpec spec, ProbeSlots slots) {
        return monitor(spec, slots, time);
    }

    private HealthMonitor monitor(CheckSpec spec, ProbeSlots slots, Scheduler scheduler) {
        var told = new HealthMonitor.Told() {
            @Override
            public void checked(String id, Health now, CheckResult last) {
                health.put(id, now);
            }

            @Override
            public void fault(String problem, @Nullable Throwable cause) {
                faults.add(problem);
            }
        };
        Prober asked = (endpoint, address, its) -> prober.probe(endpoint, address, its);
        return new HealthMonitor(
                spec, asked, slots, scheduler, Randomness.system(), new SerialExecutor(scheduler), told);
    }

    private HealthMonitor monitor(Endpoint... endpoints) {
        HealthMonitor monitor = monitor(SPEC, 10);
        monitor.follow(subjects(endpoints));
        return monitor;
    }

    private static List<HealthMonitor.Subject> subjects(Endpoint... endpoints) {
        return Stream.of(endpoints)
                .map(endpoint -> new HealthMonitor.Subject(
                        endpoint, () -> new InetSocketAddress(endpoint.host(), endpoint.port()), Health.UNKNOWN))
                .toList();
    }

    private void answer(Endpoint endpoint, CheckResult result) {
        answers.put(endpoint.id(), CompletableFuture.completedFuture(result));
    }

    /** Takes so many tasks, and from then on none until there is room again. */
    private final class Mortal implements Scheduler {
        private int left;

        Mortal(int tasks) {
            left = tasks;
        }

        private void admit() {
            if (left-- <= 0) {
                throw new RejectedExecutionException("shut down");
            }
        }

        @Override
        public void execute(Runnable task) {
            admit();
            time.execute(task);
        }

        @Override
        public Timer schedule(Duration delay, Runnable task) {
            admit();
            return time.schedule(delay, task);
        }
    }

    @Test
    void follow_newEndpoint_isCheckedAtOnceThenEachInterval() {
        answer(A, GOOD);
        monitor(A);
        assertThat(probed).hasSize(1);
        assertThat(health).containsEntry(A.id(), Health.UP);

        time.advance(Duration.ofSeconds(13)); // intervals of 13.5 to 16.5 s
        assertThat(probed).hasSize(1);
        time.advance(Duration.ofSeconds(4));
        assertThat(probed).hasSize(2);
    }

    @Test
    void failures_belowFall_leaveItUpAndAreCheckedFaster() {
        answer(A, GOOD);
        monitor(A);
        answer(A, BAD);
        time.advance(Duration.ofMillis(16_500));
        assertThat(probed).hasSize(2);

        time.advance(Duration.ofMillis(5_500));

        assertThat(probed).hasSize(3);
        assertThat(health).containsEntry(A.id(), Health.UP);
        time.advance(Duration.ofMillis(5_500));
        assertThat(health).containsEntry(A.id(), Health.DOWN);
    }

    @Test
    void successes_belowRise_leaveItDown() {
        answer(A, BAD);
        monitor(A);
        time.advance(Duration.ofSeconds(11));
        assertThat(probed).hasSize(3);
        assertThat(health).containsEntry(A.id(), Health.DOWN);

        answer(A, GOOD);
        time.advance(Duration.ofMillis(5_500));
        assertThat(health).containsEntry(A.id(), Health.DOWN);
        time.advance(Duration.ofMillis(5_500));
        assertThat(health).containsEntry(A.id(), Health.UP);
    }

    @Test
    void checkThatNeverEnds_isOverAfterItsTimeoutAndNeverOverlaps() {
        monitor(A);
        time.advance(Duration.ofMillis(4_900));
        assertThat(probed).hasSize(1);
        assertThat(health).isEmpty();

        time.advance(Duration.ofMillis(100));
        assertThat(health).containsEntry(A.id(), Health.UNKNOWN);
        assertThat(probed).hasSize(1);
        time.advance(Duration.ofSeconds(30));
        assertThat(health).containsEntry(A.id(), Health.DOWN);
    }

    @Test
    void answerAfterTheTimeout_meansNothing() {
        var late = new CompletableFuture<CheckResult>();
        answers.put(A.id(), late);
        monitor(A);
        time.advance(Duration.ofSeconds(5));
        health.clear();

        late.complete(GOOD);

        assertThat(health).isEmpty();
    }

    @Test
    void exceptionalEnd_isAFailureOfTheEndpoint() {
        answers.put(A.id(), CompletableFuture.failedFuture(new IllegalStateException("refused")));
        monitor(A);
        time.advance(Duration.ofSeconds(12));

        assertThat(health).containsEntry(A.id(), Health.DOWN);
        assertThat(faults).isEmpty();
    }

    @Test
    void X10_proberThatThrows_isReportedAndSaysNothingOfEndpoints() {
        prober = (endpoint, address, spec) -> {
            throw new IllegalStateException("broken");
        };
        monitor(A);
        time.advance(Duration.ofSeconds(60));

        assertThat(health).isEmpty();
        assertThat(faults).isNotEmpty().allMatch(fault -> fault.equals("prober threw"));
    }

    @Test
    @SuppressWarnings("NullAway") // what a prober must not do
    void X10_proberThatReturnsNull_isReportedAndAskedAgain() {
        prober = (endpoint, address, spec) -> null;
        monitor(A);
        prober = (endpoint, address, spec) -> CompletableFuture.completedFuture(GOOD);
        time.advance(Duration.ofSeconds(6));

        assertThat(faults).containsExactly("prober returned null");
        assertThat(health).containsEntry(A.id(), Health.UP);
    }

    @Test
    void manyEndpoints_noMoreAtTheSameTimeThanThereAreSlots() {
        HealthMonitor monitor = monitor(SPEC, 3);
        monitor.follow(subjects(IntStream.range(1, 11)
                .mapToObj(i -> Endpoint.of("10.0.0." + i, 80))
                .toArray(Endpoint[]::new)));
        assertThat(probed).hasSize(3);

        time.advance(Duration.ofSeconds(5)); // three are over, the next three begin
        assertThat(probed).hasSize(6);
        time.advance(Duration.ofSeconds(15));
        assertThat(probed).hasSizeGreaterThanOrEqualTo(12);
    }

    @Test
    void endpointThatLeavesWhileItWaitsForASlot_isNotCheckedAndKeepsNone() {
        HealthMonitor monitor = monitor(SPEC, 1);
        monitor.follow(subjects(A, B));
        String first = probed.get(0);
        Endpoint waiting = first.equals(A.id()) ? B : A;
        Endpoint asked = first.equals(A.id()) ? A : B;

        monitor.follow(subjects(asked));
        time.advance(Duration.ofSeconds(60));

        assertThat(probed).doesNotContain(waiting.id()).hasSizeGreaterThan(2);
    }

    @Test
    void endpointThatLeaves_isCheckedNoMore() {
        answer(A, GOOD);
        HealthMonitor monitor = monitor(A);

        monitor.follow(List.of());
        time.advance(Duration.ofSeconds(60));

        assertThat(probed).hasSize(1);
    }

    @Test
    void endpointAtAnotherAddress_beginsAnew() {
        answer(A, BAD);
        HealthMonitor monitor = monitor(A);
        time.advance(Duration.ofSeconds(12));
        assertThat(health).containsEntry(A.id(), Health.DOWN);

        answer(A, GOOD);
        monitor.follow(subjects(new Endpoint(A.id(), "10.0.0.9", 80, 1, 0, A.zone(), A.phase(), A.metadata())));

        assertThat(health).containsEntry(A.id(), Health.UP);
    }

    @Test
    void otherSpec_isAskedAtOnceAndHealthStays() {
        answer(A, BAD);
        HealthMonitor monitor = monitor(A);
        time.advance(Duration.ofSeconds(12));
        int before = probed.size();

        monitor.follow(SPEC.withInterval(Duration.ofSeconds(1)));

        assertThat(probed).hasSize(before + 1);
        assertThat(health).containsEntry(A.id(), Health.DOWN);
    }

    @Test
    void close_endsAllChecks() {
        answer(A, GOOD);
        HealthMonitor monitor = monitor(A, B);

        monitor.close();
        time.advance(Duration.ofSeconds(60));

        assertThat(probed).hasSize(2);
        assertThat(health).containsOnlyKeys(A.id());
    }

    @Test
    void doubted_isProvedBySuccessesInARow() {
        answer(A, GOOD);
        HealthMonitor monitor = monitor(A);
        assertThat(monitor.proved(A.id())).isTrue();

        monitor.doubt(A.id());
        assertThat(monitor.proved(A.id())).isFalse();
        time.advance(Duration.ofMillis(5_500));

        assertThat(monitor.proved(A.id())).isTrue();
    }

    /** Services share the slots: one that goes with all that it has in the line must not hold up the others. */
    @Test
    void close_whileThousandsWaitInLine_leavesOthersInPeace() {
        var answers = new ArrayDeque<CompletableFuture<CheckResult>>();
        prober = (endpoint, address, spec) -> {
            answers.add(new CompletableFuture<>());
            return answers.getLast();
        };
        var slots = new ProbeSlots(1);
        HealthMonitor one = monitor(SPEC, slots);
        HealthMonitor other = monitor(SPEC, slots);
        one.follow(subjects(A));
        other.follow(subjects(IntStream.range(0, 20_000)
                .mapToObj(i -> Endpoint.of("10.1." + i / 250 + "." + i % 250, 80))
                .toArray(Endpoint[]::new)));

        other.close();
        answers.remove().complete(GOOD);

        assertThat(health).containsEntry(A.id(), Health.UP);
        time.advance(Duration.ofSeconds(17));
        assertThat(answers).hasSize(1); // it is checked again
    }

    /** Whenever it is that tasks are refused: nothing is thrown, no slot is lost, and the endpoint is not blamed. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8})
    void schedulerThatIsShutDown_harmsNobody(int tasks) {
        answer(A, GOOD);
        answer(B, GOOD);
        var slots = new ProbeSlots(1);
        HealthMonitor dying = monitor(SPEC, slots, new Mortal(tasks));
        dying.follow(subjects(A));
        time.advance(Duration.ofMinutes(1));

        monitor(SPEC, slots).follow(subjects(B));
        time.advance(Duration.ofMinutes(1));

        assertThat(health).containsEntry(B.id(), Health.UP);
        assertThat(health.getOrDefault(A.id(), Health.UP)).isEqualTo(Health.UP);
        assertThat(faults).isEmpty();
        dying.close();
    }

    /** Whatever it is that was refused: the next time that endpoints are told, the checks go on. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8})
    void schedulerThatWasFull_isUsedAgainWhenEndpointsAreToldTheNextTime(int tasks) {
        answer(A, GOOD);
        var scheduler = new Mortal(tasks);
        HealthMonitor monitor = monitor(SPEC, new ProbeSlots(1), scheduler);
        monitor.follow(subjects(A));
        time.advance(Duration.ofMinutes(1));
        scheduler.left = Integer.MAX_VALUE;
        probed.clear();

        monitor.follow(subjects(A));
        time.advance(Duration.ofMinutes(1));
        assertThat(probed).hasSizeGreaterThan(2);

        monitor.close();
    }
}
