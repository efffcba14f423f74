package dev.penstock.shadow;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.Seeded;
import dev.penstock.balancer.Balancer;
import dev.penstock.balancer.Balancers;
import dev.penstock.balancer.Candidate;
import dev.penstock.balancer.Candidates;
import dev.penstock.balancer.Mirrored;
import dev.penstock.balancer.Picker;
import dev.penstock.balancer.PickerContext;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.load.Load;
import dev.penstock.load.Outcome;
import dev.penstock.request.PlainRequest;
import dev.penstock.request.Request;
import dev.penstock.service.HandTime;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShadowTest {
    private static final Request REQUEST = PlainRequest.get("http://www.example.com/");

    private final HandTime time = new HandTime();
    private final List<String> faults = new ArrayList<>();

    /** A candidate that nothing changes; who changes it fails. */
    private record Real(Endpoint endpoint) implements Candidate, Load {
        static List<Real> some(int count) {
            return IntStream.range(0, count)
                    .mapToObj(i -> new Real(Endpoint.of("10.0.0." + (i + 1), 80)))
                    .toList();
        }

        @Override
        public int weight() {
            return endpoint.weight();
        }

        @Override
        public Load load() {
            return this;
        }

        @Override
        public int inFlight() {
            return 17;
        }

        @Override
        public long started() {
            return 100;
        }

        @Override
        public long failed() {
            return 3;
        }
    }

    private Shadow shadow(Balancer rule, int samplePercent, long seed) {
        return new Shadow("rule", samplePercent, rule, new Seeded(seed), time, (problem, cause) -> faults.add(problem));
    }

    private static ShadowPicker over(Shadow shadow, List<? extends Candidate> candidates) {
        Set<String> ids = new HashSet<>();
        candidates.forEach(candidate -> ids.add(candidate.endpoint().id()));
        return requireNonNull(shadow.over(Candidates.of(candidates), ids));
    }

    private static ShadowReport.Share share(Shadow shadow, Candidate of) {
        return shadow.report().endpoints().stream()
                .filter(share -> share.endpoint().equals(of.endpoint().id()))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(classes = {Candidate.class, Load.class})
    void mirror_leavesNoMethodToItsDefault(Class<?> type) {
        Set<String> own = Arrays.stream(Mirrored.class.getDeclaredMethods())
                .map(ShadowTest::signature)
                .collect(Collectors.toSet());

        assertThat(own)
                .containsAll(Arrays.stream(type.getDeclaredMethods())
                        .map(ShadowTest::signature)
                        .toList());
    }

    private static String signature(Method method) {
        return method.getName() + Arrays.toString(method.getParameterTypes());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5}) // seeds
    void books_anyRulesAndEnds_fitTogether(long seed) {
        var chance = new Seeded(~seed);
        List<Real> four = Real.some(4);
        Picker live = Balancers.roundRobin().over(Candidates.of(four), PickerContext.begin(new Seeded(seed), time));
        Shadow shadow = shadow(Balancers.leastRequests(), 100, seed);
        ShadowPicker beside = over(shadow, four);
        var open = new ArrayDeque<Shadowed>();
        int agreed = 0;
        for (int i = 0; i < 2_000; i++) {
            Candidate picked = live.pick(REQUEST);
            agreed += picked == beside.foresee(REQUEST) ? 1 : 0;
            open.add(requireNonNull(beside.pick(REQUEST, picked)));
            time.advance(Duration.ofMillis(1));
            while (open.size() > chance.nextInt(12)) {
                open.remove().ended(Outcome.SUCCESS, 1_000_000);
            }
        }
        open.forEach(one -> one.ended(Outcome.SUCCESS, 0));

        ShadowReport report = shadow.report();
        assertThat(report.requests()).isEqualTo(2_000);
        assertThat(report.agreed()).isEqualTo(agreed);
        assertThat(report.endpoints()).hasSize(4).allSatisfy(share -> {
            assertThat(share.live().picks()).isEqualTo(500);
            assertThat(share.live().inFlight()).isZero();
            assertThat(share.shadow().inFlight()).isZero();
            assertThat(share.shadow().most()).isBetween(1, 4); // 12 in flight at most, evenly: 3, and 1 for equal ones
        });
        assertThat(report.endpoints().stream()
                        .mapToLong(share -> share.shadow().picks())
                        .sum())
                .isEqualTo(2_000);
        double live4 = report.endpoints().stream()
                .mapToDouble(share -> share.live().mean())
                .sum();
        double shadow4 = report.endpoints().stream()
                .mapToDouble(share -> share.shadow().mean())
                .sum();
        assertThat(shadow4).isEqualTo(live4, org.assertj.core.data.Offset.offset(1e-9));
        assertThat(live4).isBetween(2.0, 8.0);
    }

    @Test
    void pick_goesByWhatWouldBeInFlight_notByWhatIs() {
        List<Real> two = Real.some(2);
        Shadow shadow = shadow(Balancers.leastRequests(), 100, 1);
        ShadowPicker beside = over(shadow, two);
        for (int i = 0; i < 10; i++) {
            beside.pick(REQUEST, two.get(0)); // the live rule sends all to one
        }

        assertThat(share(shadow, two.get(0)).live().inFlight()).isEqualTo(10);
        assertThat(share(shadow, two.get(1)).live().inFlight()).isZero();
        assertThat(share(shadow, two.get(0)).shadow().inFlight()).isEqualTo(5);
        assertThat(share(shadow, two.get(1)).shadow().inFlight()).isEqualTo(5);
        assertThat(shadow.report().agreement()).isEqualTo(0.5);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5}) // seeds
    void pick_sameRuleAndSeedAsTheLiveOne_agreesByChanceOnly(long seed) {
        List<Real> four = Real.some(4);
        Picker live = Balancers.random().over(Candidates.of(four), PickerContext.begin(new Seeded(seed), time));
        Shadow shadow = shadow(Balancers.random(), 100, seed);
        ShadowPicker beside = over(shadow, four);
        for (int i = 0; i < 4_000; i++) {
            beside.pick(REQUEST, live.pick(REQUEST));
        }

        // A quarter, with a deviation of sqrt(1/4 x 3/4 / 4000) = 0.007.
        assertThat(shadow.report().agreement()).isBetween(0.21, 0.29);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3}) // seeds
    void sample_isTheShareOfRequestsAskedFor(long seed) {
        List<Real> two = Real.some(2);
        Shadow shadow = shadow(Balancers.first(), 10, seed);
        ShadowPicker beside = over(shadow, two);
        for (int i = 0; i < 10_000; i++) {
            beside.pick(REQUEST, two.get(0));
        }

        // 1000, with a deviation of 30.
        assertThat(shadow.report().requests()).isBetween(850L, 1_150L);
        assertThat(share(shadow, two.get(0)).live().picks())
                .isEqualTo(shadow.report().requests());
    }

    @Test
    void expected_isTheMeanOfTheEndpointsPicked() {
        List<Real> two = Real.some(2);
        Shadow shadow = shadow(Balancers.first(), 100, 1);
        ShadowPicker beside = over(shadow, two);
        answer(beside, two.get(0), Outcome.SUCCESS, 30);
        assertThat(shadow.report().expected().requests()).isZero(); // of none it was known before
        answer(beside, two.get(1), Outcome.ERROR_ANSWER, 10);
        for (int i = 0; i < 10; i++) {
            requireNonNull(beside.pick(REQUEST, two.get(1)));
        }

        ShadowReport.Expected expected = shadow.report().expected();
        assertThat(expected.requests()).isEqualTo(10);
        assertThat(expected.liveNanos()).isEqualTo(10e6);
        assertThat(expected.shadowNanos()).isEqualTo(30e6);
        assertThat(expected.liveFailures()).isEqualTo(1);
        assertThat(expected.shadowFailures()).isZero();
    }

    private static void answer(ShadowPicker beside, Candidate live, Outcome outcome, long millis) {
        requireNonNull(beside.pick(REQUEST, live)).ended(outcome, TimeUnit.MILLISECONDS.toNanos(millis));
    }

    @Test
    void over_endpointThatLeavesAndComesBack_keepsItsCountsWhileItIsAMember() {
        List<Real> two = Real.some(2);
        Set<String> both =
                Set.of(two.get(0).endpoint().id(), two.get(1).endpoint().id());
        Shadow shadow = shadow(Balancers.roundRobin(), 100, 1);
        ShadowPicker beside = over(shadow, two);
        beside.pick(REQUEST, two.get(1));
        shadow.over(Candidates.of(two.subList(0, 1)), both); // ejected, say
        assertThat(share(shadow, two.get(1)).live().picks()).isEqualTo(1);
        ShadowPicker again = requireNonNull(shadow.over(Candidates.of(two), both));
        again.pick(REQUEST, two.get(1));
        assertThat(share(shadow, two.get(1)).live().picks()).isEqualTo(2);

        shadow.over(
                Candidates.of(two.subList(0, 1)), Set.of(two.get(0).endpoint().id()));

        assertThat(shadow.report().endpoints()).hasSize(1);
    }

    @Test
    void pick_forOneOfAnotherSnapshot_isNotCounted() {
        List<Real> two = Real.some(2);
        Shadow shadow = shadow(Balancers.roundRobin(), 100, 1);
        ShadowPicker beside = over(shadow, two.subList(0, 1));

        assertThat(beside.pick(REQUEST, two.get(1))).isNull();
        assertThat(shadow.report().requests()).isZero();
        assertThat(shadow.runs()).isTrue();
    }

    static List<Balancer> broken() {
        return List.of(
                (candidates, context) -> request -> {
                    throw new IllegalStateException("pick");
                },
                (candidates, context) -> request -> {
                    throw new NoClassDefFoundError("gone");
                },
                (candidates, context) -> request -> null,
                (candidates, context) -> request -> new Real(Endpoint.of("10.0.0.1", 80)),
                (candidates, context) -> request -> new ShadowCandidate(
                        ((ShadowCandidate) candidates.eligible().get(0)).real()));
    }

    @ParameterizedTest
    @MethodSource("broken")
    void pick_thatFails_isTheLastOneAndToldOnce(Balancer rule) {
        List<Real> two = Real.some(2);
        Shadow shadow = shadow(rule, 100, 1);
        ShadowPicker beside = over(shadow, two);
        for (int i = 0; i < 3; i++) {
            assertThat(beside.pick(REQUEST, two.get(0))).isNull();
        }

        assertThat(faults).hasSize(1);
        assertThat(shadow.runs()).isFalse();
        assertThat(shadow.report().fault()).startsWith("pick ");
        assertThat(shadow.over(Candidates.of(two), Set.of())).isNull();
    }

    @Test
    void over_thatThrowsOrGivesNull_endsIt() {
        List<Balancer> rules = List.of((candidates, context) -> null, (candidates, context) -> {
            throw new IllegalStateException("over");
        });
        for (Balancer rule : rules) {
            Shadow shadow = shadow(rule, 100, 1);
            assertThat(shadow.over(Candidates.of(Real.some(2)), Set.of())).isNull();
            assertThat(shadow.runs()).isFalse();
        }
        assertThat(faults).hasSize(2);
    }

    @Test
    void X10_shadowThatIsSlow_isAskedNoMoreAfterThreeInARow() {
        var millis = new ArrayDeque<>(List.of(50, 50, 0, 50, 50, 50, 50));
        List<Real> two = Real.some(2);
        Balancer slow = (candidates, context) -> request -> {
            time.advance(Duration.ofMillis(millis.remove()));
            return candidates.eligible().get(0);
        };
        Shadow shadow = shadow(slow, 100, 1);
        ShadowPicker beside = over(shadow, two);
        for (int i = 0; i < 5; i++) {
            assertThat(beside.pick(REQUEST, two.get(0))).isNotNull();
        }

        assertThat(beside.pick(REQUEST, two.get(0))).isNull();
        assertThat(beside.pick(REQUEST, two.get(0))).isNull();
        assertThat(millis).hasSize(1);
        assertThat(faults).containsExactly("pick took 50 ms, the third one in a row");
    }

    @Test
    void pick_manyThreadsHeldUpByOnePause_areOneSlowPick() {
        List<Real> two = Real.some(2);
        Shadow shadow = shadow(Balancers.first(), 100, 1);
        over(shadow, two);
        for (int i = 0; i < 64; i++) {
            assertThat(shadow.tooSlow(1_000_000 + i, 50_000_000)).isFalse();
        }
        assertThat(shadow.runs()).isTrue();
    }

    @Test
    void foresee_tellsThePicksAndChangesNothing() {
        List<Real> four = Real.some(4);
        for (Balancer rule : List.of(Balancers.random(), Balancers.roundRobin(), Balancers.powerOfTwo())) {
            Shadow shadow = shadow(rule, 100, 7);
            ShadowPicker beside = over(shadow, four);
            for (int i = 0; i < 50; i++) {
                Candidate foreseen = beside.foresee(REQUEST);
                assertThat(beside.foresee(REQUEST)).isSameAs(foreseen);
                long before = shadow.report().agreed();
                beside.pick(REQUEST, requireNonNull(foreseen));
                assertThat(shadow.report().agreed()).isEqualTo(before + 1);
            }
        }
    }
}
