package dev.penstock.service;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.penstock.endpoint.Endpoint;
import dev.penstock.load.Decay;
import dev.penstock.load.Load;
import dev.penstock.load.LoadReport;
import dev.penstock.load.Outcome;
import dev.penstock.load.Reported;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LiveLoadTest {
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1000 * MILLI;
    private static final List<Outcome> OUTCOMES = List.of(Outcome.values());

    private final AtomicLong now = new AtomicLong(-5 * SECOND); // a clock may well be below 0
    private final Pace pace = new Pace(now::get);

    private LiveCandidate candidate(int port) {
        var endpoint = Endpoint.of("127.0.0.1", port);
        var candidate = new LiveCandidate(this, new FailureMark(), endpoint, pace, new Answers());
        candidate.describe(endpoint, List.of(InetAddress.getLoopbackAddress()));
        candidate.admit(1, 10);
        return candidate;
    }

    private static LiveLease lease(LiveCandidate candidate) {
        LiveLease lease = candidate.lease(0);
        assertThat(lease).isNotNull();
        return lease;
    }

    private void serve(LiveCandidate candidate, long nanos, Outcome outcome) {
        LiveLease lease = lease(candidate);
        now.addAndGet(nanos);
        if (outcome == Outcome.SUCCESS || outcome == Outcome.ERROR_ANSWER) {
            lease.firstByte();
        }
        lease.complete(outcome);
    }

    private double cost(Load load) {
        return load.costNanos(now.get());
    }

    @Test
    void cost_ofNoRequest_isNothing() {
        assertThat(cost(candidate(80))).isZero();
    }

    @Test
    void cost_fallsByEIn10Seconds() {
        LiveCandidate candidate = candidate(80);
        serve(candidate, 200 * MILLI, Outcome.SUCCESS);
        assertThat(cost(candidate)).isCloseTo(200e6, within(1e6));
        now.addAndGet(10 * SECOND);
        assertThat(cost(candidate)).isCloseTo(200e6 / Math.E, within(1e6));
        serve(candidate, 10 * MILLI, Outcome.SUCCESS);
        assertThat(cost(candidate)).isCloseTo(200e6 / Math.E + 10e6 * (1 - 1 / Math.E), within(1e6));
    }

    @Test
    void cost_risesFourTimesAsFastAsItFalls() {
        LiveCandidate candidate = candidate(80);
        serve(candidate, 10 * MILLI, Outcome.SUCCESS);
        serve(candidate, 90 * MILLI, Outcome.SUCCESS);
        assertThat(cost(candidate)).isCloseTo(20e6, within(1e5)); // an eighth of the difference
        for (int i = 0; i < 15; i++) {
            serve(candidate, 90 * MILLI, Outcome.SUCCESS);
        }
        assertThat(cost(candidate)).isCloseTo(90e6, within(11e6));
        double risen = cost(candidate);
        serve(candidate, MILLI, Outcome.SUCCESS);
        assertThat(cost(candidate)).isCloseTo(risen - (risen - 1e6) / 32, within(1e5));
    }

    @Test
    void slowness_ofOneSlowAnswerOrAFewLongRequests_isNothing() {
        LiveCandidate candidate = candidate(80);
        for (int i = 0; i < 1000; i++) {
            serve(candidate, i % 10 == 9 ? 500 * MILLI : 5 * MILLI, Outcome.SUCCESS);
            assertThat(candidate.slowness()).isZero();
        }
    }

    @Test
    void slowness_ofOneThatTakesTenTimesAsLong_isAboutTen_andFades() {
        LiveCandidate good = candidate(80);
        assertThat(good.slowness()).isZero(); // nothing is known
        for (int i = 0; i < 1000; i++) {
            serve(good, 5 * MILLI, Outcome.SUCCESS);
        }
        LiveCandidate slow = candidate(81); // is taken for one like the others at first
        assertThat(slow.slowness()).isZero();
        int answers = 0;
        for (int i = 0; i < 1000; i++) {
            serve(good, 5 * MILLI, Outcome.SUCCESS);
            if (i % 20 == 0) {
                answers += slow.slowness() == 0 ? 1 : 0;
                serve(slow, 50 * MILLI, Outcome.SUCCESS);
            }
        }
        assertThat(answers).isBetween(10, 25);
        assertThat(slow.slowness()).isBetween(7, 11);
        assertThat(good.slowness()).isZero();
        now.addAndGet(10 * SECOND);
        serve(good, 5 * MILLI, Outcome.SUCCESS); // the clock is the request before
        serve(good, 5 * MILLI, Outcome.SUCCESS);
        assertThat(slow.slowness()).isZero(); // 10 / e is less than 4
    }

    @Test
    void slowness_ofOneAThousandTimesAsSlow_is30_andIsForgotten() {
        LiveCandidate good = candidate(80);
        LiveCandidate slow = candidate(81);
        serve(good, MILLI, Outcome.SUCCESS);
        for (int i = 0; i < 100; i++) {
            serve(slow, SECOND, Outcome.SUCCESS);
            for (int j = 0; j < 1000; j++) {
                serve(good, MILLI, Outcome.SUCCESS);
            }
        }
        assertThat(slow.slowness()).isEqualTo(30);
        for (int days = 0; days < 24; days++) { // ticks wrap after 52 days
            now.addAndGet(24 * 3600 * SECOND);
            serve(good, MILLI, Outcome.SUCCESS);
            serve(good, MILLI, Outcome.SUCCESS);
            assertThat(slow.slowness()).isZero();
        }
    }

    @Test
    void cost_ofOneThatIsNew_isTheMeanOfTheOthers() {
        LiveCandidate known = candidate(80);
        for (int i = 0; i < 100; i++) {
            serve(known, 20 * MILLI, Outcome.SUCCESS);
        }
        assertThat(cost(candidate(81))).isCloseTo(20e6, within(1e5));
    }

    /** A request of age A that waits for its first byte: the cost is never below A, whatever else happens. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5}) // seeds
    void cost_isNeverLessThanTheOldestRequestWaits(long seed) {
        var random = new SplittableRandom(seed);
        LiveCandidate candidate = candidate(80);
        record Held(LiveLease lease, long sinceNanos) {}
        List<Held> waiting = new ArrayList<>();
        double beyond = 0;
        long asked = now.get();
        for (int i = 0; i < 20_000; i++) {
            now.addAndGet((long) (-StrictMath.log(random.nextDouble()) * 5 * MILLI));
            if (waiting.isEmpty() || random.nextInt(100) < 50) {
                asked = now.get();
                waiting.add(new Held(lease(candidate), asked));
            } else {
                // mostly the older ones, so that now and then one is left behind for long
                int which = Math.min(random.nextInt(waiting.size()), random.nextInt(waiting.size()));
                LiveLease lease = waiting.remove(which).lease;
                if (random.nextBoolean()) {
                    lease.firstByte();
                } else {
                    lease.complete(OUTCOMES.get(random.nextInt(OUTCOMES.size())));
                }
            }
            long age = waiting.isEmpty() ? 0 : now.get() - waiting.get(0).sinceNanos;
            assertThat(cost(candidate)).isGreaterThanOrEqualTo((double) age);
            // Without a clock: at the time of the request before, to a tick.
            long lag = now.get() - asked + (1 << Decay.TICK_SHIFT);
            assertThat(candidate.costNanos()).isGreaterThanOrEqualTo((double) (age - lag));
            beyond += candidate.costNanos(now.get()) > age ? 1 : 0;
        }
        assertThat(beyond).isPositive();
        waiting.forEach(held -> held.lease.close());
        now.addAndGet(200 * SECOND);
        assertThat(cost(candidate)).isZero();
    }

    @Test
    void cost_ofOneThatHangs_growsWithItsAge() {
        LiveCandidate candidate = candidate(80);
        serve(candidate, 10 * MILLI, Outcome.SUCCESS);
        LiveLease hangs = lease(candidate);
        for (int i = 0; i < 1000; i++) {
            serve(candidate, 10 * MILLI, Outcome.SUCCESS);
        }
        assertThat(cost(candidate)).isCloseTo(10 * SECOND, within(20.0 * MILLI));
        hangs.complete(Outcome.TIMED_OUT);
        assertThat(cost(candidate)).isCloseTo(10 * SECOND, within(20.0 * MILLI)); // as a sample now
    }

    @Test
    void cost_ofALongStream_endsToGrowWithItsFirstByte() {
        LiveCandidate candidate = candidate(80);
        LiveLease tunnel = lease(candidate);
        now.addAndGet(10 * MILLI);
        tunnel.firstByte();
        now.addAndGet(3600 * SECOND);
        serve(candidate, 10 * MILLI, Outcome.SUCCESS);
        assertThat(cost(candidate)).isCloseTo(10e6, within(1e5));
        assertThat(candidate.inFlight()).isEqualTo(1);
        tunnel.complete(Outcome.SUCCESS);
        assertThat(candidate.handicap()).isZero();
    }

    @Test
    void cost_ofAFailure_is100MeanLatencies_orWhatItTook() {
        LiveCandidate good = candidate(80);
        for (int i = 0; i < 1000; i++) {
            serve(good, 10 * MILLI, Outcome.SUCCESS);
        }
        LiveCandidate fast = candidate(81);
        serve(fast, MILLI, Outcome.CONNECT_FAILED);
        assertThat(cost(fast)).isCloseTo(1e9, within(1e7));
        LiveCandidate slow = candidate(82);
        serve(slow, 30 * SECOND, Outcome.TIMED_OUT);
        assertThat(cost(slow)).isCloseTo(30e9, within(1e7));
    }

    @Test
    void cost_ofOneThatClientsLeave_isAtLeastWhatTheyWaited() {
        LiveCandidate candidate = candidate(80);
        serve(candidate, 10 * MILLI, Outcome.SUCCESS);
        serve(candidate, 2 * SECOND, Outcome.CANCELLED);
        assertThat(cost(candidate)).isCloseTo(2e9, within(1e6));
        serve(candidate, MILLI, Outcome.CANCELLED); // says nothing
        assertThat(cost(candidate)).isCloseTo(2e9, within(3e6));
        assertThat(candidate.failureShare(now.get())).isZero();
    }

    @Test
    void handicap_ofOneFailure_fadesByTimeAlone() {
        LiveCandidate failing = candidate(80);
        LiveCandidate good = candidate(81);
        serve(failing, MILLI, Outcome.ERROR_ANSWER);
        serve(good, MILLI, Outcome.SUCCESS);
        assertThat(failing.handicap()).isBetween(14, 15);
        assertThat(failing.failureShare(now.get())).isCloseTo(0.5, within(0.01));
        now.addAndGet(18 * SECOND);
        serve(good, MILLI, Outcome.SUCCESS); // the clock of handicaps is the request before
        serve(good, MILLI, Outcome.SUCCESS);
        assertThat(failing.handicap()).isZero();
    }

    @Test
    void handicap_ofOneFailureAmong32_isNothing() {
        LiveCandidate candidate = candidate(80);
        for (int i = 0; i < 100; i++) {
            serve(candidate, MILLI, Outcome.SUCCESS);
        }
        serve(candidate, MILLI, Outcome.ERROR_ANSWER);
        assertThat(candidate.handicap()).isZero();
        serve(candidate, MILLI, Outcome.BROKEN);
        assertThat(candidate.handicap()).isEqualTo(1);
    }

    @Test
    void handicap_ofAllFailing_isNearly30_andNotMore() {
        LiveCandidate candidate = candidate(80);
        for (int i = 0; i < 1000; i++) {
            serve(candidate, MILLI, Outcome.CONNECT_FAILED);
        }
        assertThat(candidate.handicap()).isBetween(28, 30);
        assertThat(candidate.failureShare(now.get())).isCloseTo(32 / 33.0, within(0.01));
    }

    @Test
    void handicap_ofAnOverdueRequest_growsWithEachDoublingOfItsAge() {
        LiveCandidate good = candidate(80);
        for (int i = 0; i < 100; i++) {
            serve(good, 10 * MILLI, Outcome.SUCCESS);
        }
        LiveCandidate hanging = candidate(81);
        LiveLease hangs = lease(hanging);
        int[] handicaps = new int[6];
        for (int i = 0; i < handicaps.length; i++) {
            now.addAndGet(i == 0 ? 55 * MILLI : (55 * MILLI) << (i - 1));
            LiveLease other = lease(good);
            handicaps[i] =
                    hanging.handicap(); // at 55, 110, 220, 440, 880, 1760 ms, where 100 ms are ten mean latencies
            other.complete(Outcome.SUCCESS);
        }
        assertThat(handicaps).containsExactly(0, 1, 2, 3, 4, 5);
        assertThat(good.handicap()).isZero();
        hangs.firstByte();
        assertThat(hanging.handicap()).isZero();
    }

    @Test
    void reports_areTheNewest_andKnowForHowLongTheyCome() {
        LiveCandidate candidate = candidate(80);
        assertThat(candidate.reported()).isNull();
        assertThat(candidate.reportedRequests(now.get(), SECOND)).isNegative();
        assertThat(candidate.reportedLatencyNanos()).isNegative();
        LiveLease lease = lease(candidate);
        var report = new LoadReport(0.3, 0, 0, 100, 0, Map.of("requests_in_flight", 4.0, "latency_ms", 2.5));
        lease.report(report);
        now.addAndGet(SECOND);
        lease.report(report);
        now.addAndGet(5);
        Reported reported = requireNonNull(candidate.reported());
        assertThat(reported.rowNanos(now.get())).isEqualTo(SECOND + 5);
        assertThat(reported.ageNanos(now.get())).isEqualTo(5);
        assertThat(reported.latencyNanos()).isEqualTo(2.5e6);
        assertThat(reported.requests(1)).isEqualTo(4);
        assertThat(reported.requests(3)).isEqualTo(6); // two more than when it came
        assertThat(reported.requests(0)).isEqualTo(4);
        assertThat(candidate.reportedRequests(now.get(), SECOND)).isEqualTo(4);
        assertThat(candidate.reportedLatencyNanos()).isEqualTo(2.5e6);
        LiveLease another = lease(candidate);
        assertThat(candidate.reportedRequests(now.get(), SECOND)).isEqualTo(5);
        another.close();
        now.addAndGet(SECOND - 2 * MILLI);
        assertThat(candidate.reportedRequests(now.get(), SECOND)).isEqualTo(4);
        now.addAndGet(4 * MILLI);
        assertThat(candidate.reportedRequests(now.get(), SECOND)).isNegative();
        now.addAndGet(Duration.ofMinutes(4).toNanos());
        lease.report(report);
        assertThat(requireNonNull(candidate.reported()).rowNanos(now.get())).isZero();
    }

    /** Its moment is kept in 32 bits of milliseconds, which run over. */
    @Test
    void report_ofAnEndpointThatIsSilentForDays_isOld() {
        LiveCandidate candidate = candidate(80);
        LiveLease lease = lease(candidate);
        lease.report(new LoadReport(0.3, 0, 0, 100, 0, Map.of("requests_in_flight", 4.0)));
        long came = now.get();
        assertThat(candidate.reportedRequests(came - 500 * MILLI, SECOND)).isEqualTo(4);
        for (int day = 1; day <= 49; day++) {
            now.set(came + Duration.ofDays(day).toNanos());
            assertThat(candidate.reportedRequests(now.get(), SECOND))
                    .as("day %s", day)
                    .isNegative();
        }
    }

    @Test
    void manyThreads_leaveNobodyWaiting() throws Exception {
        LiveCandidate candidate = candidate(80);
        Callable<Boolean> serving = () -> {
            for (int i = 0; i < 20_000; i++) {
                now.incrementAndGet();
                LiveLease one = lease(candidate);
                LiveLease two = lease(candidate);
                two.firstByte();
                one.complete(i % 3 == 0 ? Outcome.BROKEN : Outcome.SUCCESS);
                two.close();
            }
            return true;
        };
        var threads = Executors.newFixedThreadPool(4);
        try {
            for (Future<Boolean> result : threads.invokeAll(List.of(serving, serving, serving, serving))) {
                assertThat(result.get()).isTrue();
            }
        } finally {
            threads.shutdown();
        }
        now.addAndGet(1000 * SECOND);
        assertThat(cost(candidate)).isZero();
        assertThat(candidate.inFlight()).isZero();
    }
}
