package dev.penstock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.Listing;
import dev.penstock.discovery.ServiceState;
import dev.penstock.discovery.SourceLoop;
import dev.penstock.discovery.SourceReader;
import dev.penstock.discovery.SourceRules;
import dev.penstock.discovery.Watch;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.ServiceName;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourceLoopTest {
    private static final Endpoint A = Endpoint.of("10.0.0.1", 8001);
    private static final Endpoint B = Endpoint.of("10.0.0.2", 8002);

    private final ManualTime time = new ManualTime();
    private final ToldStates told = new ToldStates();
    private final List<Double> readAt = new ArrayList<>(); // in seconds
    private CompletionStage<Listing> answer = CompletableFuture.completedFuture(Listing.of(List.of(A)));
    private SourceLoop loop = loop(SourceRules.defaults(), 1);

    private SourceLoop loop(SourceRules rules, long seed) {
        return new SourceLoop(
                ServiceName.of("orders"),
                "stub",
                () -> {
                    readAt.add(time.nanos() / 1e9);
                    return answer;
                },
                rules,
                new DiscoveryContext(time, time, new SeededRandomness(seed)));
    }

    private Watch start() {
        Watch watch = loop.watch(told, () -> {});
        loop.start();
        time.runPending();
        return watch;
    }

    private void serve(Endpoint... endpoints) {
        answer = CompletableFuture.completedFuture(Listing.of(List.of(endpoints)));
    }

    private void fail(String problem) {
        answer = CompletableFuture.failedFuture(new IOException(problem));
    }

    private void hint() {
        loop.hint();
        time.runPending();
    }

    private void advance(double seconds) {
        time.advance(Duration.ofNanos((long) (seconds * 1e9)));
    }

    @Test
    void start_firstRead_isNotDelayed() {
        start();
        assertThat(readAt).containsExactly(0.0);
        assertThat(told.last().endpoints()).containsExactly(A);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5}) // seeds
    void S10_alwaysFailing_gapsGrowByHalfTo15SecondsWithJitter(long seed) {
        loop = loop(SourceRules.defaults(), seed);
        fail("refused");
        start();
        advance(300);
        assertThat(readAt.size()).isGreaterThan(20);
        List<Double> shares = new ArrayList<>();
        for (int i = 1; i < readAt.size(); i++) {
            double full = Math.min(15, Math.pow(1.5, i - 1));
            shares.add((readAt.get(i) - readAt.get(i - 1)) / full);
        }
        assertThat(shares).allSatisfy(share -> assertThat(share).isBetween(0.75 - 1e-6, 1.0 + 1e-6));
        assertThat(new HashSet<>(shares)).hasSizeGreaterThan(shares.size() / 2);
    }

    @Test
    void nextRead_everSoFarAway_stillTellsTheAnswerAndFollowsHints() {
        var forever = Duration.ofSeconds(Long.MAX_VALUE);
        answer = CompletableFuture.completedFuture(Listing.of(List.of(A)).withNextRead(forever));
        start();
        assertThat(told.last().endpoints()).containsExactly(A);

        loop = loop(SourceRules.defaults().withRelist(forever), 1);
        serve(B);
        start();
        assertThat(told.last().endpoints()).containsExactly(B);

        serve(A);
        hint();
        advance(1);
        assertThat(told.last().endpoints()).containsExactly(A);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3}) // seeds
    void S10_unreachable_isTriedEveryFourSecondsAtLeast_andABusyReturnFromTheStart(long seed) {
        loop = loop(SourceRules.defaults(), seed);
        answer = CompletableFuture.failedFuture(new IOException("no", new ConnectException("refused")));
        start();
        advance(60);
        assertThat(gaps())
                .hasSizeGreaterThan(14)
                .allSatisfy(gap -> assertThat(gap).isBetween(0.75 - 1e-6, 4.0 + 1e-6));
        assertThat(gaps().get(gaps().size() - 1)).isGreaterThan(2.9);
        fail("500: no leader yet");
        int back = readAt.size(); // the first read that is answered with an error
        advance(10);
        assertThat(gaps().get(back)).isBetween(0.75 - 1e-6, 1.0 + 1e-6);
        advance(300);
        assertThat(gaps().get(gaps().size() - 1)).isGreaterThan(11.2);
    }

    private List<Double> gaps() {
        return IntStream.range(1, readAt.size())
                .mapToObj(i -> readAt.get(i) - readAt.get(i - 1))
                .toList();
    }

    @Test
    void S10_success_resetsTheBackoff() {
        fail("refused");
        start();
        advance(60);
        serve(A);
        advance(15);
        assertThat(told.last()).isInstanceOf(ServiceState.Ready.class);
        fail("refused");
        hint();
        advance(0.1);
        int failedAt = readAt.size() - 1;
        advance(1);
        assertThat(readAt).hasSize(failedAt + 2);
        assertThat(readAt.get(failedAt + 1) - readAt.get(failedAt)).isBetween(0.75, 1.0);
    }

    @Test
    void S10_hintsDuringTheBackoff_areNotFollowed() {
        fail("refused");
        start();
        hint();
        advance(0.74);
        assertThat(readAt).hasSize(1);
        advance(0.26);
        assertThat(readAt).hasSize(2);
    }

    @Test
    void S09_failureAfterAnAnswer_keepsEndpointsWithProblemAndAge() {
        start();
        serve(A, B);
        advance(60);
        fail("403");
        hint();
        advance(0.1);
        long began = time.nanos();
        advance(30);
        fail("500");
        advance(30);
        var stale = (ServiceState.Stale) told.last();
        assertThat(stale.endpoints()).containsExactly(A, B);
        assertThat(stale.problem()).isEqualTo("500");
        assertThat(stale.sinceNanos()).isEqualTo(began);
        serve(A, B);
        advance(15);
        assertThat(told.last()).isInstanceOf(ServiceState.Ready.class);
        assertThat(((ServiceState.Ready) told.last()).set().version())
                .isGreaterThan(stale.lastGood().version());
    }

    @Test
    void neverAnswered_failure_isFailed() {
        fail("refused");
        Watch watch = start();
        assertThat(told.last()).isEqualTo(new ServiceState.Failed("refused", 0));
        assertThat(watch.firstAnswer().toCompletableFuture()).isCompletedWithValue(told.last());
    }

    @Test
    void hint_alone_isFollowedAfterTheQuietTime() {
        start();
        advance(5);
        hint();
        advance(0.099);
        assertThat(readAt).hasSize(1);
        advance(0.001);
        assertThat(readAt).hasSize(2);
    }

    @Test
    void hints_burst_isFollowedOnceItIsOver() {
        start();
        advance(5);
        for (int i = 0; i < 5; i++) {
            hint();
            advance(0.05);
        }
        advance(5);
        assertThat(readAt).hasSize(2);
        assertThat(readAt.get(1)).isCloseTo(5.3, within(1e-6));
    }

    @Test
    void hints_withoutEnd_areFollowedEachSecond() {
        start();
        advance(5);
        for (int i = 0; i < 100; i++) {
            hint();
            advance(0.05);
        }
        assertThat(readAt).hasSizeBetween(5, 6);
    }

    @Test
    void hint_duringARead_isFollowedByAnother() {
        answer = new CompletableFuture<>();
        start();
        var slow = answer.toCompletableFuture();
        hint();
        advance(5);
        serve(A, B);
        slow.complete(Listing.of(List.of(A)));
        time.runPending();
        assertThat(told.last().endpoints()).containsExactly(A);
        advance(0.1);
        assertThat(told.last().endpoints()).containsExactly(A, B);
    }

    @Test
    void changes_thousandInTenSeconds_areToldAFewTimesASecondAndEndRight() {
        start();
        for (int i = 1; i <= 1_000; i++) {
            serve(A.withWeight(i));
            hint();
            advance(0.01);
        }
        advance(1);
        assertThat(told.states()).hasSizeLessThanOrEqualTo(110);
        assertThat(told.last().endpoints()).containsExactly(A.withWeight(1_000));
    }

    @Test
    void longPoll_answeringAtOnce_isReadAtMostTenTimesASecond() {
        answer = CompletableFuture.completedFuture(Listing.of(List.of(A)).withNextRead(Duration.ZERO));
        start();
        advance(10);
        assertThat(readAt).hasSizeBetween(100, 101);
    }

    @Test
    void equalData_isNoNews() {
        start();
        serve(A);
        advance(600);
        assertThat(readAt).hasSizeBetween(10, 13); // each 54 to 60 s
        assertThat(told.states()).hasSize(1);
    }

    @Test
    void nextRead_ofTheAnswer_isKept() {
        answer = CompletableFuture.completedFuture(Listing.of(List.of(A)).withNextRead(Duration.ofSeconds(7)));
        start();
        advance(7);
        assertThat(readAt).containsExactly(0.0, 7.0);
    }

    @Test
    void empty_withoutGuard_isBelievedAtOnce() {
        start();
        serve();
        hint();
        advance(0.1);
        assertThat(told.last()).isInstanceOf(ServiceState.Absent.class);
        serve(A);
        hint();
        advance(0.1);
        assertThat(told.last().endpoints()).containsExactly(A);
    }

    @Test
    void empty_withGuard_isBelievedOnceItLasted() {
        loop = loop(SourceRules.defaults().withGuards(Duration.ofSeconds(10), Duration.ZERO), 1);
        start();
        serve();
        hint();
        advance(0.1);
        assertThat(told.last()).isInstanceOf(ServiceState.Stale.class);
        assertThat(told.last().endpoints()).containsExactly(A);
        advance(9.9);
        assertThat(told.last()).isInstanceOf(ServiceState.Stale.class);
        advance(0.1);
        assertThat(told.last()).isInstanceOf(ServiceState.Absent.class);
    }

    @Test
    void empty_withGuard_asksTheReaderToConfirmWithinTheGuard() {
        List<Duration> waits = new ArrayList<>();
        var longPoll = new SourceReader() {
            @Override
            public CompletionStage<Listing> read() {
                return answer;
            }

            @Override
            public CompletionStage<Listing> confirm(Duration wait) {
                waits.add(wait);
                return answer;
            }
        };
        loop = new SourceLoop(
                ServiceName.of("orders"),
                "stub",
                longPoll,
                SourceRules.defaults().withGuards(Duration.ofSeconds(10), Duration.ZERO),
                new DiscoveryContext(time, time, new SeededRandomness(1)));
        start();
        answer = CompletableFuture.completedFuture(Listing.of(List.of()).withNextRead(Duration.ZERO));
        hint();
        advance(0.1);
        assertThat(told.last()).isInstanceOf(ServiceState.Stale.class);
        var held = new CompletableFuture<Listing>(); // answered when the wait is over
        answer = held;
        advance(0.1);
        assertThat(waits).containsExactly(Duration.ofMillis(9_900));
        advance(9.9);
        held.complete(Listing.of(List.of()).withNextRead(Duration.ZERO));
        time.runPending();
        assertThat(told.last()).isInstanceOf(ServiceState.Absent.class);
        advance(1);
        assertThat(waits).hasSize(1);
    }

    @Test
    void empty_withGuardButOver_isForgotten() {
        loop = loop(SourceRules.defaults().withGuards(Duration.ofSeconds(10), Duration.ZERO), 1);
        start();
        serve();
        hint();
        advance(5);
        serve(A);
        hint();
        advance(4);
        assertThat(told.last()).isInstanceOf(ServiceState.Ready.class);
        serve();
        hint();
        advance(9.9);
        assertThat(told.last()).isInstanceOf(ServiceState.Stale.class);
    }

    @Test
    void empty_asFirstAnswer_isBelievedDespiteTheGuard() {
        loop = loop(SourceRules.defaults().withGuards(Duration.ofSeconds(10), Duration.ofSeconds(10)), 1);
        serve();
        start();
        assertThat(told.last()).isInstanceOf(ServiceState.Absent.class);
    }

    @Test
    void shrink_withGuard_isBelievedOnceItLasted() {
        loop = loop(SourceRules.defaults().withGuards(Duration.ZERO, Duration.ofSeconds(10)), 1);
        Endpoint[] five = IntStream.range(0, 5)
                .mapToObj(i -> Endpoint.of("10.0.1." + i, 80))
                .toArray(Endpoint[]::new);
        serve(five);
        start();
        serve(five[0], five[1], five[2]); // more than half stays: no doubt
        hint();
        advance(0.1);
        assertThat(told.last().endpoints()).hasSize(3);
        serve(five);
        hint();
        advance(0.1);
        serve(five[0], five[1]);
        hint();
        advance(0.1);
        assertThat(told.last()).isInstanceOf(ServiceState.Stale.class);
        assertThat(told.last().endpoints()).hasSize(5);
        advance(10);
        assertThat(told.last()).isInstanceOf(ServiceState.Ready.class);
        assertThat(told.last().endpoints()).hasSize(2);
    }

    @Test
    void malformedEntries_areSkippedCountedAndShown() {
        answer = CompletableFuture.completedFuture(
                Listing.of(List.of("10.0.0.1:8001", "nonsense", "10.0.0.1:8001"), Endpoint::parse));
        Watch watch = start();
        assertThat(told.last().endpoints()).containsExactly(A);
        assertThat(watch.skipped()).hasSize(2);
        assertThat(watch.skipped().get(0)).contains("\"nonsense\"");
        assertThat(loop.counts()).isEqualTo(new SourceLoop.Counts(1, 0, 2));
        serve(A);
        advance(60);
        assertThat(watch.skipped()).isEmpty();
    }

    @Test
    void malformedEntries_many_areBoundedInSight() {
        List<String> raw = IntStream.range(0, 5_000).mapToObj(i -> "bad" + i).toList();
        answer = CompletableFuture.completedFuture(Listing.of(raw, Endpoint::parse));
        Watch watch = start();
        assertThat(watch.skipped()).hasSize(Watch.MAX_SKIPPED);
        assertThat(loop.counts().skipped()).isEqualTo(5_000);
        assertThat(told.last()).isInstanceOf(ServiceState.Absent.class);
    }

    /** An answer that comes while the read is being called off: its reader has told it, so it counts. */
    @Test
    void read_answeredAtTheMomentOfItsTimeout_isAnswered() {
        answer = new CompletableFuture<>() {
            @Override
            public boolean cancel(boolean interrupt) {
                complete(Listing.of(List.of(B)));
                return super.cancel(interrupt);
            }
        };
        start();
        serve(B);
        advance(30);
        assertThat(told.states()).singleElement().isInstanceOf(ServiceState.Ready.class);
        assertThat(told.last().endpoints()).containsExactly(B);
        assertThat(loop.counts().failures()).isZero();
    }

    /** A stage that nobody can cancel does not hold up the next read. */
    @Test
    void read_thatCannotBeCancelled_isOverAtItsTimeout() {
        var never = new CompletableFuture<Listing>();
        answer = never.minimalCompletionStage();
        start();
        serve(B);
        advance(32);
        assertThat(told.last().endpoints()).containsExactly(B);
        assertThat(loop.counts().failures()).isEqualTo(1);
        never.complete(Listing.of(List.of(A)));
        advance(1);
        assertThat(told.last().endpoints()).containsExactly(B);
    }

    @Test
    void read_withoutAnswer_failsAfterTheTimeoutAndIsCancelled() {
        var never = new CompletableFuture<Listing>();
        start();
        answer = never;
        hint();
        advance(0.1);
        serve(A, B);
        advance(29.9);
        assertThat(told.last()).isInstanceOf(ServiceState.Ready.class);
        advance(0.1);
        assertThat(((ServiceState.Stale) told.last()).problem()).isEqualTo("no answer within 30000 ms");
        assertThat(never).isCancelled();
        advance(1);
        assertThat(told.last().endpoints()).containsExactly(A, B);
    }

    @Test
    void read_nullAnswers_areFailures() {
        answer = CompletableFuture.completedFuture(null);
        start();
        assertThat(told.last()).isEqualTo(new ServiceState.Failed("the answer was null", 0));
        answer = null;
        advance(1);
        assertThat(((ServiceState.Failed) told.last()).problem()).isEqualTo("read() returned null");
    }

    @Test
    void close_duringARead_cancelsItAndStartsNothing() {
        var never = new CompletableFuture<Listing>();
        answer = never;
        Watch watch = start();
        loop.close();
        advance(600);
        assertThat(never).isCancelled();
        assertThat(readAt).hasSize(1);
        assertThat(told.states()).isEmpty();
        assertThat(watch.firstAnswer().toCompletableFuture()).isCompletedWithValue(new ServiceState.Pending());
        assertThat(time.timers()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15, 16, 17, 18}) // seeds
    void anySequence_endsWithWhatIsServed_andNeverLosesEndpointsToAFailure(long seed) {
        loop = loop(SourceRules.defaults(), seed);
        var random = new SplittableRandom(seed);
        start();
        List<Endpoint> served = List.of(A);
        for (int step = 0; step < 500; step++) {
            switch (random.nextInt(4)) {
                case 0 -> fail("problem " + step);
                case 1 -> {
                    served = IntStream.rangeClosed(0, random.nextInt(5))
                            .mapToObj(i -> Endpoint.of("10.0.2." + i, 80).withWeight(random.nextInt(3)))
                            .toList();
                    serve(served.toArray(Endpoint[]::new));
                }
                case 2 -> hint();
                default -> advance(random.nextInt(5_000) / 1_000.0);
            }
            assertThat(told.last().endpoints()).isNotEmpty();
        }
        serve(served.toArray(Endpoint[]::new));
        advance(75);
        assertThat(told.last()).isInstanceOf(ServiceState.Ready.class);
        assertThat(told.last().endpoints()).isEqualTo(served);
        List<Long> versions = told.states().stream()
                .filter(ServiceState.Ready.class::isInstance)
                .map(state -> ((ServiceState.Ready) state).set().version())
                .toList();
        assertThat(versions).doesNotHaveDuplicates().isSorted();
        assertThat(time.failures()).isEmpty();
    }
}
