package dev.penstock.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.simulator.Scenario.Fleet;
import dev.penstock.simulator.Scenario.Traffic;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Five of 50 endpoints work ten times slower, behind 20 gateways that know nothing of each other, at 70 % of what all would
 * do: the 99th percentile in times of service. Figures of another simulation stand beside.
 */
class SlowHostsTest {
    private static double p99(String balancer, Duration service) {
        var fleet = new Fleet(20, 50, 1, service);
        var traffic = new Traffic(
                0.7 * fleet.capacity(), Scenarios.retry().withAttempts(1), service.multipliedBy(100_000), 10_000);
        Scenario scenario = new Scenario(
                "slow",
                "for a test",
                fleet,
                traffic,
                service.multipliedBy(2_000),
                service.multipliedBy(10_000),
                List.of());
        scenario = scenario.with(Duration.ZERO, world -> {
            for (int i = 0; i < world.endpoints(); i += 10) {
                world.speed(i, 0.1);
            }
        });
        return (double) Simulation.run(scenario, balancer, 1).latency().p99() / service.toNanos();
    }

    /** The memory of latency is 10 s: 1,000, 100 and 10 times of service. There: 14.1, 37 and 192, where p2c has 303. */
    @ParameterizedTest
    @CsvSource({"10, 18", "100, 34", "1000, 230"})
    void p2cEwma_isBetterThanP2c_atAnyServiceTime(int serviceMillis, double bound) {
        Duration service = Duration.ofMillis(serviceMillis);
        double byLatency = p99("p2c_ewma", service);
        assertThat(byLatency).isLessThan(bound).isLessThanOrEqualTo(p99("p2c", service));
    }

    /** There: 303 and 5500, for rules that know nothing of failures, age and slow answers. */
    @Test
    void p2c_isFarBetterThanRandom() {
        Duration service = Duration.ofMillis(10);
        assertThat(p99("p2c", service)).isLessThan(20);
        assertThat(p99("random", service)).isGreaterThan(3_000);
    }

    /** There: 6.5, with reports that are always fresh; here they come with answers, of 20 gateways one of 300 ms ago. */
    @ParameterizedTest
    @CsvSource({"10, 22", "100, 28", "1000, 160"})
    void hcl_isFarBetterThanP2c_atAnyServiceTime(int serviceMillis, double bound) {
        assertThat(p99("hcl", Duration.ofMillis(serviceMillis))).isLessThan(bound);
    }
}
