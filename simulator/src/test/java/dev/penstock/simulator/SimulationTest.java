package dev.penstock.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.penstock.simulator.Scenario.Fleet;
import dev.penstock.simulator.Scenario.Traffic;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimulationTest {
    private static final Duration SERVICE = Duration.ofMillis(10);

    private static Scenario scenario(Fleet fleet, double busy, Duration length) {
        var traffic = new Traffic(busy * fleet.capacity(), Scenarios.retry(), Duration.ofSeconds(60), 1_000);
        return new Scenario("test", "for a test", fleet, traffic, Duration.ofSeconds(10), length, List.of());
    }

    /** What queueing theory knows exactly, the model must show. */
    @ParameterizedTest
    @ValueSource(doubles = {0.3, 0.6, 0.8})
    void run_oneEndpointOneWorker_isAnMm1Queue(double busy) {
        Report report = Simulation.run(scenario(new Fleet(1, 1, 1, SERVICE), busy, Duration.ofMinutes(60)), "first", 1);
        // M/M/1: the time in the system is exponential with mean service / (1 - busy); p99 = ln(100) x mean.
        double mean = 10e6 / (1 - busy);
        assertThat(report.latency().mean() / mean).isCloseTo(1, within(0.05));
        assertThat(report.latency().p50() / (mean * Math.log(2))).isCloseTo(1, within(0.05));
        assertThat(report.latency().p99() / (mean * Math.log(100))).isCloseTo(1, within(0.10));
        assertThat(report.counts().errorRate()).isZero();
    }

    @Test
    void run_randomOver50_isAnMm1QueueEach() {
        Report report = Simulation.run(scenario(new Fleet(1, 50, 1, SERVICE), 0.7, Duration.ofMinutes(2)), "random", 1);
        assertThat(report.latency().mean() / (10e6 / 0.3)).isCloseTo(1, within(0.05));
    }

    /** Choices by load, 50 endpoints, 90 % busy: mean times of service as Monte-Carlo runs elsewhere gave them. */
    @Test
    void run_90PercentBusy_meansAreWithinTheBoundsOfEachRule() {
        Scenario scenario = scenario(new Fleet(1, 50, 1, SERVICE), 0.9, Duration.ofMinutes(3));
        assertThat(Simulation.run(scenario, "p2c", 1).latency().mean() / 10e6).isLessThan(3.2);
        assertThat(Simulation.run(scenario, "least_requests", 1).latency().mean() / 10e6)
                .isLessThan(1.5);
        assertThat(Simulation.run(scenario, "round_robin", 1).latency().mean() / 10e6)
                .isBetween(4.0, 6.5);
        assertThat(Simulation.run(scenario, "random", 1).latency().mean() / 10e6)
                .isBetween(8.0, 12.0);
    }

    @Test
    void run_fastFailingEndpoint_isTakenIntoAccount_andRetriesSaveItsRequests() {
        Report report = Simulation.run(Scenarios.fastFailing(), "round_robin", 1);
        long all = Arrays.stream(report.load())
                .flatMapToInt(Arrays::stream)
                .asLongStream()
                .sum();
        long failing = Arrays.stream(report.load()[0]).asLongStream().sum();
        // Each retry waits, so that others take the turn after the failed one. One in ten first attempts fails; a retry
        // whose turn is the failing endpoint's passes it over, whose turn is gone with it: between 1/10 and 1/9.
        assertThat(report.counts().errorRate()).isZero();
        assertThat(report.counts().retryRate()).isBetween(0.1, 1 / 9.0);
        assertThat((double) failing / all)
                .isCloseTo(report.counts().retryRate() / (1 + report.counts().retryRate()), within(0.001));
    }

    @Test
    void run_ejection_takesTheFastFailingEndpointOut() {
        Report without = Simulation.run(Scenarios.fastFailing(), "round_robin", 1);
        Report with = Simulation.run(Scenarios.ejection(), "round_robin", 1);
        assertThat(with.counts().retryRate()).isLessThan(without.counts().retryRate() / 50);
        assertThat(with.counts().errorRate()).isZero();
    }

    @Test
    void run_slowStart_sparesColdEndpoints() {
        Scenario cold = Scenarios.coldDeploy();
        for (String rule : List.of("round_robin", "random")) {
            Report without = Simulation.run(cold, rule, 1);
            Report with = Simulation.run(Scenarios.slowStart(), rule, 1);
            assertThat(with.latency().p99()).isLessThan(without.latency().p99());
        }
    }

    @Test
    void run_sameSeed_sameReport_anotherSeed_another() {
        Scenario scenario = Scenarios.zoneLoss().withLength(Duration.ofSeconds(30));
        Report one = Simulation.run(scenario, "p2c", 7);
        Report two = Simulation.run(scenario, "p2c", 7);
        Report other = Simulation.run(scenario, "p2c", 8);
        assertThat(two.counts()).isEqualTo(one.counts());
        assertThat(two.latency()).isEqualTo(one.latency());
        assertThat(two.load()).isDeepEqualTo(one.load());
        assertThat(other.counts()).isNotEqualTo(one.counts());
    }

    @Test
    void run_endpointDown_isPassedOver() {
        Scenario scenario = scenario(new Fleet(1, 4, 4, SERVICE), 0.3, Duration.ofSeconds(20))
                .with(Duration.ZERO, world -> world.down(2, true));
        Report report = Simulation.run(scenario, "round_robin", 1);
        assertThat(report.counts().errorRate()).isZero();
        assertThat(report.counts().retryRate()).isCloseTo(1 / 3.0, within(0.01)); // three in four turns serve a request
        assertThat(report.load()[2]).containsOnly(0);
    }

    @Test
    void run_endpointHangs_itsRequestsTakeTheTimeLimit() {
        Scenario scenario = scenario(new Fleet(1, 4, 4, SERVICE), 0.1, Duration.ofSeconds(20))
                .withTraffic(new Traffic(100, Scenarios.retry().withAttempts(2), Duration.ofSeconds(1), 1))
                .with(Duration.ZERO, world -> world.hang(1, true));
        Report report = Simulation.run(scenario, "round_robin", 1);
        assertThat(report.counts().failed()).isZero();
        assertThat(report.latency().p50()).isLessThan(100_000_000);
        assertThat(report.latency().p99()).isGreaterThanOrEqualTo(1_000_000_000);
    }

    @Test
    void run_endpointDropped_takesNothing_untilItIsBack() {
        Scenario scenario = scenario(new Fleet(2, 3, 4, SERVICE), 0.3, Duration.ofSeconds(30))
                .with(Duration.ofSeconds(5), world -> world.present(0, false))
                .with(Duration.ofSeconds(25), world -> world.present(0, true));
        int[] load = Simulation.run(scenario, "round_robin", 1).load()[0];
        // measured from 10 s to 40 s in 100 parts: back in the middle
        assertThat(Arrays.copyOfRange(load, 0, 49)).containsOnly(0);
        assertThat(Arrays.copyOfRange(load, 52, 100)).doesNotContain(0);
    }

    @Test
    void run_noEndpoint_refuses() {
        Scenario scenario = scenario(new Fleet(1, 1, 1, SERVICE), 0.3, Duration.ofSeconds(5))
                .with(Duration.ZERO, world -> world.present(0, false));
        Report report = Simulation.run(scenario, "p2c", 1);
        assertThat(report.counts().refused()).isEqualTo(report.counts().requests());
        assertThat(report.counts().errorRate()).isEqualTo(1);
    }

    @Test
    void run_balancerThatIsNotKnown_isRefused() {
        assertThatThrownBy(() -> Simulation.run(Scenarios.even(), "p3c", 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("did you mean \"p2c\"?");
        assertThatThrownBy(() -> Scenarios.named("evn"))
                .hasMessageContaining("scenario: \"evn\"")
                .hasMessageContaining("did you mean \"even\"?");
    }

    @Test
    void svg_isWellFormed_andHasARowForEachEndpoint() throws Exception {
        Report report = Simulation.run(Scenarios.fastFailing().withLength(Duration.ofSeconds(2)), "p2c", 1);
        var document = DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(LoadPicture.svg(report).getBytes(StandardCharsets.UTF_8)));
        assertThat(document.getElementsByTagName("rect").getLength()).isEqualTo(10 * Measured.SLOTS);
        assertThat(document.getElementsByTagName("title").item(0).getTextContent())
                .isEqualTo("Load of each endpoint: fast-failing, p2c");
    }
}
