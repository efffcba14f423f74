package dev.penstock.limit;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.limit.CircuitBreaker.Pass;
import dev.penstock.limit.CircuitBreaker.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CircuitBreakerTest {
    private static final long OPEN = Duration.ofSeconds(10).toNanos();

    private final CircuitBreaker breaker = new CircuitBreaker(BreakerSettings.defaults());
    private long now = Long.MAX_VALUE - 5; // readings may wrap

    @Test
    void F10_elevenFailuresOfTwenty_open_tenDoNot() {
        end(10, true);
        end(10, false);
        assertThat(breaker.phase()).isEqualTo(Phase.CLOSED);

        end(10, true); // each in the place of a failure
        assertThat(breaker.phase()).isEqualTo(Phase.CLOSED);

        end(1, true);
        assertThat(breaker.phase()).isEqualTo(Phase.OPEN);
        assertThat(breaker.tryPass(now)).isNull();
    }

    @Test
    void failures_beforeThereAreEnoughToJudge_openNothing() {
        end(19, true);
        assertThat(breaker.phase()).isEqualTo(Phase.CLOSED);

        end(1, true);
        assertThat(breaker.phase()).isEqualTo(Phase.OPEN);
    }

    @Test
    void shareThatIsTooHighWhenTheWindowFills_opensEvenWithASuccess() {
        end(19, true);
        end(1, false);
        assertThat(breaker.phase()).isEqualTo(Phase.OPEN);
    }

    @Test
    void F10_open_letsExactlyOneThroughAfterItsTime() {
        end(20, true);
        now += OPEN - 1;
        assertThat(breaker.tryPass(now)).isNull();
        assertThat(breaker.openNanos(now)).isEqualTo(1);

        now++;
        assertThat(breaker.wouldPass(now)).isTrue();
        assertThat(breaker.tryPass(now)).isNotNull();
        assertThat(breaker.phase()).isEqualTo(Phase.TRYING);
        assertThat(breaker.wouldPass(now)).isFalse();
        assertThat(breaker.tryPass(now)).isNull();
        now += OPEN;
        assertThat(breaker.tryPass(now)).isNull();
    }

    @Test
    void F10_trialThatSucceeds_closesAndBeginsToCountAnew() {
        end(20, true);
        now += OPEN;
        end(1, false);
        assertThat(breaker.phase()).isEqualTo(Phase.CLOSED);

        end(19, true);
        assertThat(breaker.phase()).isEqualTo(Phase.CLOSED);
        end(1, true);
        assertThat(breaker.phase()).isEqualTo(Phase.OPEN);
    }

    @Test
    void F10_trialThatFails_opensForTheWholeTimeAgain() {
        end(20, true);
        now += OPEN;
        end(1, true);
        assertThat(breaker.phase()).isEqualTo(Phase.OPEN);
        assertThat(breaker.openNanos(now)).isEqualTo(OPEN);
        assertThat(breaker.tryPass(now + OPEN - 1)).isNull();
        assertThat(breaker.tryPass(now + OPEN)).isNotNull();
    }

    @Test
    void trialThatIsCancelled_letsTheNextOneTry() {
        end(20, true);
        now += OPEN;
        breaker.cancelled(pass());
        assertThat(breaker.phase()).isEqualTo(Phase.OPEN);

        pass();
        assertThat(breaker.phase()).isEqualTo(Phase.TRYING);
        assertThat(breaker.tryPass(now)).isNull();
    }

    @Test
    void requestsOfAnEarlierPhase_decideNothing() {
        Pass early = pass();
        Pass late = pass();
        end(20, true);
        breaker.ended(early, false, now);
        assertThat(breaker.phase()).isEqualTo(Phase.OPEN);

        now += OPEN;
        Pass trial = pass();
        breaker.ended(late, true, now);
        assertThat(breaker.phase()).isEqualTo(Phase.TRYING);
        breaker.cancelled(late);
        assertThat(breaker.phase()).isEqualTo(Phase.TRYING);

        breaker.ended(trial, false, now);
        assertThat(breaker.phase()).isEqualTo(Phase.CLOSED);
    }

    @Test
    void F10_manyThreadsAtTheEndOfItsTime_oneIsLetThrough() throws Exception {
        end(20, true);
        now += OPEN;
        var start = new CountDownLatch(1);
        var threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<Integer>> passed = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                passed.add(threads.submit(() -> {
                    start.await();
                    int let = 0;
                    for (int n = 0; n < 10_000; n++) {
                        let += breaker.tryPass(now) == null ? 0 : 1;
                    }
                    return let;
                }));
            }
            start.countDown();
            int all = 0;
            for (Future<Integer> one : passed) {
                all += one.get(30, TimeUnit.SECONDS);
            }
            assertThat(all).isEqualTo(1);
        } finally {
            threads.shutdownNow();
        }
    }

    private Pass pass() {
        return requireNonNull(breaker.tryPass(now), "pass");
    }

    private void end(int times, boolean failed) {
        for (int i = 0; i < times; i++) {
            breaker.ended(pass(), failed, now);
        }
    }
}
