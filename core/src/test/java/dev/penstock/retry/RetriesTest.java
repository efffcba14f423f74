package dev.penstock.retry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetriesTest {
    private static final RetrySpec SPEC = RetrySpec.defaults();
    private static final Failed BROKEN = new Failed(Failure.BROKEN, 0, "GET", true, 1, Long.MAX_VALUE);

    private final AtomicLong now = new AtomicLong();
    private final List<Boolean> told = new ArrayList<>();
    private final Retries retries = new Retries(now::get, new Seeded(3), told::add);

    @Test
    void judge_budgetSpent_saysSo_andTellsOnce_untilTenSecondsWithoutDenial() {
        for (int i = 0; i < 100; i++) {
            assertThat(retries.judge(SPEC, BROKEN)).isEqualTo(Verdict.RETRY);
        }
        assertThat(told).isEmpty();
        assertThat(retries.judge(SPEC, BROKEN)).isEqualTo(Verdict.BUDGET);
        assertThat(retries.judge(SPEC, BROKEN)).isEqualTo(Verdict.BUDGET);
        assertThat(told).containsExactly(true);
        now.addAndGet(Duration.ofSeconds(10).toNanos());
        retries.request();
        assertThat(told).containsExactly(true);
        now.addAndGet(1);
        retries.request();
        assertThat(told).containsExactly(true, false);
        assertThat(retries.retries()).isEqualTo(100);
        assertThat(retries.budget().denied()).isEqualTo(2);
    }

    @Test
    void judge_nothingWasSent_takesNothingOut() {
        var unconnected = new Failed(Failure.CONNECT, 0, "POST", false, 1, Long.MAX_VALUE);
        for (int i = 0; i < 1_000; i++) {
            assertThat(retries.judge(SPEC, unconnected)).isEqualTo(Verdict.RETRY);
        }
        assertThat(retries.budget().left(SPEC.budget())).isEqualTo(100);
        assertThat(retries.retries()).isEqualTo(1_000);
    }

    @Test
    void judge_refusedForAnotherReason_takesNothingOut() {
        var last = new Failed(Failure.BROKEN, 0, "GET", true, 3, Long.MAX_VALUE);
        assertThat(retries.judge(SPEC, last)).isEqualTo(Verdict.ATTEMPTS);
        assertThat(retries.budget().left(SPEC.budget())).isEqualTo(100);
    }

    @Test
    void hedge_sharesTheBudgetWithRetries() {
        RetrySpec hedged = SPEC.withHedge(HedgeSpec.after(Duration.ofMillis(5)));
        for (int i = 0; i < 60; i++) {
            assertThat(retries.hedge(hedged)).isTrue();
        }
        for (int i = 0; i < 40; i++) {
            assertThat(retries.judge(hedged, BROKEN)).isEqualTo(Verdict.RETRY);
        }
        assertThat(retries.hedge(hedged)).isFalse();
        assertThat(retries.hedges()).isEqualTo(60);
    }

    @Test
    void hasHedge_takesNoneOut_andOneThatIsNotThereIsDenied() {
        RetrySpec hedged = SPEC.withHedge(HedgeSpec.after(Duration.ofMillis(5)));
        for (int i = 0; i < 100; i++) {
            assertThat(retries.hasHedge(hedged)).isTrue();
            assertThat(retries.hedge(hedged)).isTrue();
        }
        assertThat(retries.hasHedge(hedged)).isFalse();
        assertThat(retries.budget().taken()).isEqualTo(100);
        assertThat(retries.budget().denied()).isEqualTo(1);
        assertThat(told).containsExactly(true);
    }

    @Test
    void hedgeNanos_isTheDelay_orOff() {
        assertThat(retries.hedgeNanos(SPEC)).isEqualTo(-1);
        RetrySpec hedged = SPEC.withHedge(HedgeSpec.after(Duration.ofMillis(5)));
        assertThat(retries.hedgeNanos(hedged)).isEqualTo(5_000_000);
        assertThat(retries.hedgeNanos(hedged.withAttempts(1))).isEqualTo(-1);
    }

    /** Exponential times: p95 is 2.996 times the mean; a bucket is at most an eighth wider than where it begins. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5}) // seeds
    void hedgeNanos_byQuantile_isThatOfTheTimesSeen_andFollowsThem(long seed) {
        RetrySpec hedged = SPEC.withHedge(HedgeSpec.beyond(0.95));
        var random = new Seeded(seed);
        for (int i = 0; i < LatencyQuantile.LEAST - 1; i++) {
            retries.took(hedged, 10_000_000);
            assertThat(retries.hedgeNanos(hedged)).isEqualTo(-1);
        }
        for (double mean : new double[] {10e6, 1e6, 40e6}) {
            for (int i = 0; i < 20_000; i++) {
                retries.took(hedged, (long) (-Math.log1p(-random.nextDouble()) * mean));
            }
            // At 2,048 to 4,096 samples the share beyond the estimate is 5 % give or take 3 x 0.48 %.
            assertThat(retries.hedgeNanos(hedged) / mean).isBetween(2.65, 3.9);
        }
    }

    @Test
    void took_timesAtTheEdges_areTaken() {
        RetrySpec hedged = SPEC.withHedge(HedgeSpec.beyond(0.5));
        for (long nanos : new long[] {0, 1, 7, 8, Long.MAX_VALUE}) {
            for (int i = 0; i < 1_000; i++) {
                retries.took(hedged, nanos);
            }
        }
        assertThat(retries.hedgeNanos(hedged)).isBetween(8L, 9L);
    }
}
