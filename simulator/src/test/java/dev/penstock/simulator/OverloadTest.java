package dev.penstock.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.limit.Limits;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Twice the traffic that the endpoints stand: what gets done, and how soon. */
class OverloadTest {
    private static final Scenario OVERLOAD = Scenarios.overload();
    private static final double DONE_AT_MOST =
            OVERLOAD.fleet().capacity() * OVERLOAD.length().toSeconds();

    // The bounds of docs: 90 % of capacity; twice the 99th percentile of a service that is hardly used.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3}) // seeds
    void shedding_atTwiceTheCapacity_keepsGoodputAndLatency(long seed) {
        Report report = Simulation.run(OVERLOAD, "p2c", seed);

        assertThat(report.counts().succeeded()).isGreaterThan((long) (0.9 * DONE_AT_MOST));
        assertThat(report.latency().p99()).isLessThan(2 * unloaded(seed));
    }

    private static long unloaded(long seed) {
        var traffic = OVERLOAD.traffic();
        var little = new Scenario.Traffic(
                0.1 * OVERLOAD.fleet().capacity(), traffic.retry(), traffic.timeout(), traffic.clients());
        return Simulation.run(OVERLOAD.withTraffic(little), "p2c", seed)
                .latency()
                .p99();
    }

    // 1,024 wait before 40 workers of 10 ms: a quarter of a second, in vain.
    @Test
    void withoutShedding_everybodyWaitsAsLongAsTheLineIs() {
        Report report = Simulation.run(OVERLOAD.withLimits(OVERLOAD.limits().withShed(Duration.ZERO)), "p2c", 1);

        assertThat(report.counts().succeeded()).isGreaterThan((long) (0.9 * DONE_AT_MOST));
        assertThat(Duration.ofNanos(report.latency().p50())).isGreaterThan(Duration.ofMillis(200));
    }

    @Test
    void adaptiveLimit_findsTheCapacityByItself() {
        Limits limits = Limits.defaults().withAdaptive(true).withShed(Duration.ofMillis(20));
        Report report = Simulation.run(OVERLOAD.withLimits(limits), "p2c", 1);

        assertThat(report.counts().succeeded()).isGreaterThan((long) (0.9 * DONE_AT_MOST));
        assertThat(report.latency().p99()).isLessThan(3 * unloaded(1));
    }

    @Test
    void sameSeed_sameReport() {
        Scenario shorter = OVERLOAD.withLength(Duration.ofSeconds(5));
        Report one = Simulation.run(shorter, "p2c", 7);
        Report other = Simulation.run(shorter, "p2c", 7);

        assertThat(one.counts()).isEqualTo(other.counts());
        assertThat(one.latency()).isEqualTo(other.latency());
    }
}
