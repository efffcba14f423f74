package dev.penstock.retry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetryBudgetTest {
    private static final long SECOND = 1_000_000_000;
    private static final BudgetSpec SPEC = BudgetSpec.defaults();

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 3 * SECOND); // a ticker may wrap
    private final RetryBudget budget = new RetryBudget(now::get);

    private int takeAll(BudgetSpec spec) {
        int taken = 0;
        while (taken < 1_000_000 && budget.take(spec)) {
            taken++;
        }
        return taken;
    }

    private void requests(int count) {
        for (int i = 0; i < count; i++) {
            budget.request();
        }
    }

    @Test
    void take_withoutRequests_givesTenSecondsOfTheLeastRate() {
        assertThat(budget.left(SPEC)).isEqualTo(100);
        assertThat(takeAll(SPEC)).isEqualTo(100);
        assertThat(budget.left(SPEC)).isZero();
        assertThat(budget.taken()).isEqualTo(100);
        assertThat(budget.denied()).isEqualTo(1);
    }

    @Test
    void take_withRequests_givesTheirShareBesides() {
        requests(1_000);
        assertThat(takeAll(SPEC)).isEqualTo(300);
        assertThat(budget.requests()).isEqualTo(1_000);
    }

    @Test
    void take_nothingIsAllowed_givesNone() {
        requests(1_000);
        assertThat(budget.take(new BudgetSpec(0, 0))).isFalse();
    }

    @Test
    void take_requestsAndRetriesOfTenSecondsAgo_areForgotten() {
        requests(1_000);
        takeAll(SPEC);
        now.addAndGet(9 * SECOND);
        assertThat(takeAll(SPEC)).isZero();
        now.addAndGet(SECOND);
        assertThat(takeAll(SPEC)).isEqualTo(100); // nothing is left of the thousand
    }

    @Test
    void take_afterALongPause_isAsAtTheBegin() {
        requests(50);
        takeAll(SPEC);
        now.addAndGet(3_600 * SECOND);
        assertThat(takeAll(SPEC)).isEqualTo(100);
    }

    /** The bound that the class claims, at any pattern of requests and retries. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}) // seeds
    void take_tenSecondsUpToAnyRetry_neverMoreThanShareAndLeastRate(long seed) {
        var random = new SplittableRandom(seed);
        List<long[]> seconds = new ArrayList<>();
        for (int second = 0; second < 120; second++) {
            int steps = random.nextInt(4) == 0 ? 0 : random.nextInt(3_000);
            int share = random.nextInt(100);
            long[] counts = new long[2]; // requests, retries
            for (int i = 0; i < steps; i++) {
                if (random.nextInt(100) < share) {
                    budget.request();
                    counts[0]++;
                } else if (budget.take(SPEC)) {
                    counts[1]++;
                }
            }
            seconds.add(counts);
            long[] window = seconds.subList(Math.max(0, seconds.size() - 10), seconds.size()).stream()
                    .reduce(new long[2], (a, b) -> new long[] {a[0] + b[0], a[1] + b[1]});
            if (counts[1] > 0) {
                assertThat((double) window[1]).isLessThanOrEqualTo(0.2 * window[0] + 100);
            }
            now.addAndGet(SECOND);
        }
    }

    @Test
    void take_fromManyThreads_neverGivesMore() throws Exception {
        var threads = Executors.newFixedThreadPool(8);
        try {
            var barrier = new CyclicBarrier(8);
            Callable<Integer> task = () -> {
                barrier.await();
                int taken = 0;
                for (int i = 0; i < 5_000; i++) {
                    budget.request();
                    taken += budget.take(SPEC) ? 1 : 0;
                    if (i % 500 == 0) {
                        now.addAndGet(SECOND / 100); // 0.8 s in all: one window
                    }
                }
                return taken;
            };
            int taken = 0;
            for (var done : threads.invokeAll(List.of(task, task, task, task, task, task, task, task))) {
                taken += done.get();
            }
            assertThat(taken).isEqualTo((int) budget.taken()).isLessThanOrEqualTo(8_000 + 100);
            assertThat(budget.left(SPEC)).isEqualTo(8_100 - taken);
            assertThat(budget.requests()).isEqualTo(40_000);
        } finally {
            threads.shutdownNow();
        }
    }
}
