package dev.penstock.outlier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutlierDetectorTest {
    private static final long SECOND = 1_000_000_000L;

    private final OutlierDetector detector = new OutlierDetector(OutlierSpec.defaults(), 0);

    @Test
    void look_fewerFailuresInARowThanTheLimit_nobody() {
        assertThat(detector.look(List.of(streak("a", 2), streak("b", 0)), 0)).isEmpty();
    }

    @Test
    void look_asManyFailuresInARowAsTheLimit_ejectsForTheFirstTime() {
        assertThat(detector.look(List.of(streak("a", 3), streak("b", 0)), 5 * SECOND))
                .containsExactly(new Ejection("a", "3 failures in a row", 1, Duration.ofSeconds(10), 15 * SECOND));
        assertThat(detector.current("a")).isNotNull();
        assertThat(detector.over(14 * SECOND)).isEmpty();
        assertThat(detector.over(15 * SECOND)).containsExactly("a");
    }

    @Test
    void look_nextEjections_lastLongerUpToTheLongest() {
        List<Long> lengths = new ArrayList<>();
        long now = 0;
        for (int i = 0; i < 35; i++) {
            Ejection ejection =
                    detector.look(List.of(streak("a", 3), streak("b", 0)), now).get(0);
            lengths.add(ejection.length().toSeconds());
            now = ejection.untilNanos();
            detector.readmit("a", now);
        }
        assertThat(lengths.subList(0, 4)).containsExactly(10L, 20L, 30L, 40L);
        assertThat(lengths.get(29)).isEqualTo(300);
        assertThat(lengths.get(34)).isEqualTo(300);
    }

    @Test
    void look_intervalsWithoutAnEjection_takeAsManyBack() {
        long now = 0;
        for (int i = 0; i < 5; i++) {
            now = detector.look(List.of(streak("a", 3), streak("b", 0)), now)
                    .get(0)
                    .untilNanos();
            detector.readmit("a", now);
        }

        Ejection next = detector.look(List.of(streak("a", 3), streak("b", 0)), now + 30 * SECOND)
                .get(0);

        assertThat(next.times()).isEqualTo(5 - 3 + 1);
    }

    @Test
    void look_clockFarFromZero_firstEjectionIsTheFirst() {
        assertThat(detector.look(List.of(streak("a", 3), streak("b", 0)), Long.MIN_VALUE + SECOND))
                .extracting(Ejection::times)
                .containsExactly(1);
    }

    /** A request that begins at this moment may be counted in flight before it is counted as begun. */
    @Test
    void look_oneSeemsToHaveEndedLess_failuresOfThePastDoNotCount() {
        detector.look(List.of(shares("a", 99, 60), shares("b", 100, 0), shares("c", 100, 0)), 0);

        assertThat(detector.look(List.of(shares("a", 98, 60), shares("b", 200, 0), shares("c", 200, 0)), 10 * SECOND))
                .isEmpty();
    }

    @Test
    void look_onlyOneIsEligible_itIsNeverEjected() {
        assertThat(detector.look(List.of(streak("a", 30)), 0)).isEmpty();
        assertThat(detector.look(List.of(streak("a", 30), ineligible("b"), ineligible("c")), 0))
                .isEmpty();
    }

    @Test
    void look_allFail_onlyHalfAreEjectedTheWorstFirst() {
        assertThat(detector.look(
                        List.of(streak("a", 3), streak("b", 5), streak("c", 4), streak("d", 3), streak("e", 3)), 0))
                .extracting(Ejection::id)
                .containsExactly("b", "c");
    }

    @Test
    void look_ejectionsWouldCausePanic_onlyAsManyAsDoNot() {
        var panicking = new OutlierDetector(OutlierSpec.defaults(), 80);

        List<Ejection> ejections = panicking.look(
                List.of(streak("a", 3), streak("b", 3), streak("c", 0), streak("d", 0), streak("e", 0)), 0);

        assertThat(ejections).extracting(Ejection::id).containsExactly("a"); // 4 of 5 are exactly 80 %
    }

    // At each step of random failures, ejections and readmissions.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5}) // seeds
    void look_randomFailures_neverEjectsMoreThanTheShareNorTheLast(long seed) {
        var random = new SplittableRandom(seed);
        int members = 1 + random.nextInt(12);
        int percent = random.nextInt(101);
        var bounded = new OutlierDetector(OutlierSpec.defaults().withMaxEjectedPercent(percent), 0);
        Map<String, Ejection> ejected = new HashMap<>();
        for (int step = 0; step < 2_000; step++) {
            long now = step * SECOND;
            for (String id : bounded.over(now)) {
                bounded.readmit(id, now);
                ejected.remove(id);
            }
            List<Sample> samples = new ArrayList<>();
            for (int i = 0; i < members; i++) {
                String id = "e" + i;
                samples.add(new Sample(id, !ejected.containsKey(id), 0, 0, random.nextInt(5)));
            }
            for (Ejection ejection : bounded.look(samples, now)) {
                assertThat(ejected.put(ejection.id(), ejection)).isNull();
            }
            assertThat(ejected.size() * 100).isLessThanOrEqualTo(percent * members);
            assertThat(ejected.size()).isLessThan(members);
        }
    }

    @Test
    void look_shareOfFailuresOverOneInterval_ejectsTheOutlier() {
        assertThat(detector.look(counted(0, 0, 0, 0), 0)).isEmpty();
        assertThat(detector.nextLookNanos(0)).isEqualTo(10 * SECOND);
        assertThat(detector.look(counted(30, 1, 0, 1), 9 * SECOND)).isEmpty();

        assertThat(detector.look(counted(30, 1, 0, 1), 10 * SECOND))
                .extracting(Ejection::id, Ejection::why)
                .containsExactly(tuple("e0", "30 of 100 requests failed (median 1.0 %) within 10 s"));
    }

    @Test
    void look_tooFewRequestsInTheInterval_nobody() {
        var strict = new OutlierDetector(OutlierSpec.defaults().withShares(Duration.ofSeconds(10), 101), 0);
        strict.look(counted(0, 0, 0, 0), 0);

        assertThat(strict.look(counted(100, 1, 0, 1), 10 * SECOND)).isEmpty();
    }

    @Test
    void nextLook_afterAnIntervalWithoutFailures_isNotBeforeTheNextFailure() {
        detector.look(counted(0, 0, 0, 0), 0);
        detector.look(counted(0, 0, 0, 0), 10 * SECOND);

        assertThat(detector.nextLookNanos(10 * SECOND)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void spec_outOfRange_isRefused() {
        assertThatThrownBy(() -> OutlierSpec.defaults().withConsecutiveFailures(-1))
                .hasMessage("consecutiveFailures: -1 (expected: 0..1000)");
        assertThatThrownBy(() -> OutlierSpec.defaults().withMaxEjectedPercent(101))
                .hasMessage("maxEjectedPercent: 101 (expected: 0..100)");
        assertThat(OutlierSpec.OFF.active()).isFalse();
        assertThat(OutlierSpec.defaults().active()).isTrue();
    }

    /** Endpoints of 100 requests each, of which so many failed. */
    private static List<Sample> counted(long... failed) {
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < failed.length; i++) {
            samples.add(new Sample("e" + i, true, Arrays.stream(failed).sum() == 0 ? 0 : 100, failed[i], 0));
        }
        return samples;
    }

    private static Sample shares(String id, int ended, int failed) {
        return new Sample(id, true, ended, failed, 0);
    }

    private static Sample streak(String id, int failures) {
        return new Sample(id, true, 0, 0, failures);
    }

    private static Sample ineligible(String id) {
        return new Sample(id, false, 0, 0, 0);
    }
}
