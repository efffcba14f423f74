package dev.penstock.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdaptiveLimitTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final int MOST = 1_000;

    @ParameterizedTest
    @CsvSource({"12, 3", "12, 5", "60, 4"}) // capacity, seed
    void limit_withMoreThanEnoughToDo_convergesBetweenOneAndTwoTimesTheCapacityAndStays(int capacity, long seed) {
        stays(capacity, seed);
    }

    /** Ten seeds of ten minutes each for the smallest; the others are longer to compute, see the slow test. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void limit_ofASmallCapacity_isBetweenOneAndTwoTimesThat(int capacity) {
        for (long seed = 1; seed <= 10; seed++) {
            stays(capacity, seed);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void limit_ofAnyCapacity_convergesWithinTenSeconds(int capacity) {
        for (long seed = 1; seed <= 10; seed++) {
            converges(new Server(capacity, seed, Integer.MAX_VALUE));
        }
    }

    @Tag("slow") // some minutes
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void limit_ofAnyCapacity_200Seeds_isBetweenOneAndTwoTimesThatForTenMinutes(int capacity) {
        for (long seed = 1; seed <= 200; seed++) {
            stays(capacity, seed);
        }
    }

    /** Times that vary far more than their mean: what docs/resilience.md says of any half minute. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5})
    void limit_oneInTenTakesElevenTimesAsLong_isBetweenNineTenthsAndTwiceTheCapacity(int capacity) {
        for (long seed = 1; seed <= 5; seed++) {
            var server = new Server(capacity, seed, Integer.MAX_VALUE);
            server.uneven = true;
            server.runUntil(30 * SECOND);
            for (int halfMinutes = 2; halfMinutes <= 20; halfMinutes++) {
                assertThat(server.meanLimitUntil(halfMinutes * 30L * SECOND))
                        .as("seed %d", seed)
                        .isBetween(0.9 * capacity, 2.1 * capacity);
            }
        }
    }

    private static void stays(int capacity, long seed) {
        var server = new Server(capacity, seed, Integer.MAX_VALUE);
        converges(server);

        server.runUntil(60 * SECOND);
        double before = server.meanLimitUntil(180 * SECOND);
        server.runUntil(480 * SECOND);
        double after = server.meanLimitUntil(600 * SECOND);

        assertThat(after).as("seed %d", seed).isBetween((double) capacity, 2.0 * capacity);
        // 10 %, and at small capacities one request, which no integer limit can be finer than.
        assertThat(Math.abs(after - before)).as("seed %d", seed).isLessThanOrEqualTo(Math.max(1, 0.1 * before));
    }

    private static void converges(Server server) {
        server.runUntil(10 * SECOND);
        assertThat(server.meanLimitUntil(40 * SECOND)).isBetween((double) server.workers, 2.0 * server.workers);
    }

    @Test
    void limit_latencyTwiceAsLong_fallsWithinFiveWindows() {
        var server = new Server(50, 1, Integer.MAX_VALUE);
        server.runUntil(20 * SECOND);
        double before = server.meanLimitUntil(25 * SECOND);

        server.slower = 2;
        server.runUntil(server.now + 5 * AdaptiveLimit.WINDOW_NANOS);

        assertThat(server.limit.limit()).isLessThan((int) (0.9 * before));
    }

    @Test
    void limit_hardlyUsed_staysAsItIs() {
        var server = new Server(50, 1, Integer.MAX_VALUE);
        server.runUntil(20 * SECOND);
        server.atOnce = 5;
        server.runUntil(server.now + 2 * SECOND);
        int before = server.limit.limit();

        server.runUntil(server.now + 600 * SECOND);

        assertThat(server.limit.limit()).isEqualTo(before);
    }

    @Test
    void limit_withNothingToDo_staysAsItIs() {
        var limit = new AdaptiveLimit(MOST, 0);
        limit.answered(1, 1, 3_600 * SECOND);

        assertThat(limit.limit()).isEqualTo(AdaptiveLimit.INITIAL);
    }

    @Test
    void limit_neverExceedsTheMost() {
        var server = new Server(300, 1, Integer.MAX_VALUE);
        server.limit = new AdaptiveLimit(64, 0);
        server.runUntil(20 * SECOND);

        assertThat(server.limit.limit()).isLessThanOrEqualTo(64);
        assertThat(server.meanLimitUntil(50 * SECOND)).isGreaterThan(60);
    }

    /** So many workers of 10 ms on average, exponential, and always somebody who waits for the limit to let him in. */
    private static final class Server {
        private record Request(long sentNanos, long endNanos) {}

        private final int workers;
        private final SplittableRandom chance;
        private final PriorityQueue<Request> working = new PriorityQueue<>(Comparator.comparingLong(Request::endNanos));
        private final ArrayDeque<Long> queue = new ArrayDeque<>();
        private AdaptiveLimit limit = new AdaptiveLimit(MOST, 0);
        private int atOnce;
        private double slower = 1;
        private boolean uneven;
        private long now;

        Server(int workers, long seed, int atOnce) {
            this.workers = workers;
            this.chance = new SplittableRandom(seed);
            this.atOnce = atOnce;
        }

        void runUntil(long end) {
            assertThat(meanLimitUntil(end)).isPositive();
        }

        /** The mean over time. */
        double meanLimitUntil(long end) {
            long start = now;
            double sum = 0;
            while (now < end) {
                while (working.size() + queue.size() < Math.min(limit.limit(), atOnce)) {
                    queue.add(now);
                    begin();
                }
                Request done = working.remove();
                sum += (double) limit.limit() * (done.endNanos - now);
                now = done.endNanos;
                limit.answered(now - done.sentNanos, working.size() + queue.size() + 1, now);
                begin();
            }
            return sum / (now - start);
        }

        private void begin() {
            if (working.size() < workers && !queue.isEmpty()) {
                working.add(new Request(queue.remove(), now + (uneven ? unevenNanos() : tookNanos())));
            }
        }

        private long tookNanos() {
            return (long) (-StrictMath.log(1 - chance.nextDouble()) * 10_000_000 * slower);
        }

        private long unevenNanos() {
            return chance.nextInt(10) == 0 ? 55_000_000 : 5_000_000;
        }
    }
}
