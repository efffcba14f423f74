package dev.penstock.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.retry.HedgeSpec;
import dev.penstock.retry.RetrySpec;
import dev.penstock.simulator.Scenario.Fleet;
import dev.penstock.simulator.Scenario.Traffic;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What retries and hedges add to the traffic, and what they save, by the rules that the proxy goes by. */
class RetrySimulationTest {
    private static Scenario outage(int requestsPerSecond) {
        var traffic = new Traffic(requestsPerSecond, Scenarios.retry(), Duration.ofSeconds(5), 100);
        var fleet = new Fleet(1, 10, 4, Duration.ofMillis(10));
        Scenario scenario = new Scenario(
                "outage", "all fail", fleet, traffic, Duration.ofSeconds(10), Duration.ofSeconds(120), List.of());
        for (int i = 0; i < 10; i++) {
            int endpoint = i;
            scenario = scenario.with(Duration.ZERO, world -> world.fail(endpoint, 1, Duration.ofMillis(1)));
        }
        return scenario;
    }

    /** 1 + 0.2 + 10 / rps: 2.2, 1.3, 1.21, 1.201; without a budget it would be 3. */
    @ParameterizedTest
    @ValueSource(ints = {10, 100, 1_000, 10_000})
    void F02_fullOutage_threeTriesAllowed_amplificationIsBounded(int requestsPerSecond) {
        Report report = Simulation.run(outage(requestsPerSecond), "round_robin", 1);
        double requests = report.counts().requests();
        assertThat(report.counts().succeeded()).isZero();
        double amplification = 1 + report.counts().retryRate();
        double seconds = 120;
        // 10 / rps with the rate that came about; 2 % for requests counted in one window and made in another.
        double most = 1.2 + 10 * seconds / requests;
        assertThat(amplification).isLessThanOrEqualTo(most * 1.02);
        assertThat(amplification).isGreaterThan(1.19); // the budget is used
    }

    /** One gateway; a tenth of 50 endpoints is ten times slower, and busy to 60 %; the others have much room. */
    private static Scenario slowHosts(RetrySpec retry) {
        var fleet = new Fleet(1, 50, 1, Duration.ofMillis(10));
        var traffic = new Traffic(0.06 * fleet.capacity(), retry, Duration.ofSeconds(5), 100);
        Scenario scenario = new Scenario(
                "slow", "a tenth is slow", fleet, traffic, Duration.ofSeconds(10), Duration.ofSeconds(60), List.of());
        for (int i = 0; i < 5; i++) {
            int endpoint = 10 * i;
            scenario = scenario.with(Duration.ZERO, world -> world.speed(endpoint, 0.1));
        }
        return scenario;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3}) // seeds
    void hedging_atThe95thPercentile_addsATwentiethAtMost_andCutsTheTail(long seed) {
        RetrySpec plain = Scenarios.retry();
        RetrySpec hedged = plain.withHedge(HedgeSpec.beyond(0.95));
        Report without = Simulation.run(slowHosts(plain), "random", seed);
        Report with = Simulation.run(slowHosts(hedged), "random", seed);
        assertThat(without.counts().retries()).isZero();
        // A twentieth; the percentile follows the traffic by some seconds, hence the hundredth above.
        assertThat(with.counts().retryRate()).isBetween(0.03, 0.06);
        assertThat(with.counts().errorRate()).isZero();
        assertThat((double) with.latency().p99())
                .isLessThan(0.5 * without.latency().p99());
        assertThat((double) with.latency().p999())
                .isLessThan(0.7 * without.latency().p999());
    }

    @Test
    void hedging_sameSeed_sameReport() {
        Scenario scenario = slowHosts(Scenarios.retry().withHedge(HedgeSpec.after(Duration.ofMillis(40))))
                .withLength(Duration.ofSeconds(5));
        Report one = Simulation.run(scenario, "p2c", 4);
        Report two = Simulation.run(scenario, "p2c", 4);
        assertThat(one.counts().retries()).isPositive();
        assertThat(two.counts()).isEqualTo(one.counts());
        assertThat(two.latency()).isEqualTo(one.latency());
    }

    /** When everything is slow, hedges end with the budget instead of making it slower. */
    @Test
    void hedging_everythingIsSlow_endsWithTheBudget() {
        RetrySpec hedged = Scenarios.retry().withHedge(HedgeSpec.after(Duration.ofMillis(1)));
        Report report = Simulation.run(slowHosts(hedged), "random", 1);
        assertThat(report.counts().retryRate()).isBetween(0.15, 0.25);
    }
}
