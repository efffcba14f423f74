package dev.penstock.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.time.ControlThreads;
import dev.penstock.time.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Eight threads that enter, wait, cancel and leave. Each waiter must be told once or have cancelled; all comes to rest at 0. */
class GateStressTest {
    private static final int THREADS = 8;
    private static final int EACH = 100_000;

    private final ControlThreads scheduler = ControlThreads.create();
    private final Gate gate = new Gate(
            Limits.defaults().withRequests(3).withQueue(64, Duration.ofSeconds(30)), Ticker.system(), scheduler);
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final AtomicInteger admitted = new AtomicInteger();

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Timeout(120)
    void F17_stress_nobodyIsForgottenAndAllLeave(boolean oneByOne) throws Exception {
        gate.settings(Limits.defaults()
                .withRequests(3)
                .withPerEndpoint(oneByOne ? 3 : 0)
                .withQueue(64, Duration.ofSeconds(30)));
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<?>> runs = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                var chance = new SplittableRandom(i);
                runs.add(threads.submit(() -> run(chance)));
            }
            for (Future<?> run : runs) {
                run.get(110, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
            scheduler.close();
        }
        assertThat(gate.inside()).isZero();
        assertThat(gate.waiting()).isZero();
        assertThat(inside.get()).isZero();
        assertThat(most.get()).isBetween(1, 3);
        assertThat(admitted.get()).isPositive();
    }

    private void run(SplittableRandom chance) {
        for (int n = 0; n < EACH; n++) {
            long turn = gate.turn();
            if (gate.enter()) {
                work(chance);
                continue;
            }
            var waiter = new Told();
            Place place = gate.lineUp(waiter, turn, false);
            if (place != null && (chance.nextInt(3) > 0 || !gate.cancel(place))) {
                waiter.await();
                work(chance);
            }
        }
    }

    private void work(SplittableRandom chance) {
        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
        if (chance.nextInt(100) == 0) {
            LockSupport.parkNanos(1); // long enough for others to come
        }
        inside.decrementAndGet();
        gate.leave();
        gate.handOnMore();
    }

    private final class Told implements Gate.Waiter {
        private final CountDownLatch in = new CountDownLatch(1);
        private volatile @Nullable String fault;

        @Override
        public boolean admitted(Place place) {
            if (in.getCount() == 0) {
                fault = "admitted twice";
            }
            admitted.incrementAndGet();
            in.countDown();
            return true;
        }

        @Override
        public void sentAway(boolean shed) {
            fault = "sent away";
            in.countDown();
        }

        void await() {
            try {
                assertThat(in.await(30, TimeUnit.SECONDS)).as("told").isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            assertThat(fault).isNull();
        }
    }
}
