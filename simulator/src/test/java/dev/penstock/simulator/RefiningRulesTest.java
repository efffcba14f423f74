package dev.penstock.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.penstock.simulator.Scenario.Fleet;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules that refine others, where they have something to do: zones, tiers, many gateways, clients with cookies. */
class RefiningRulesTest {
    private static final String OWN_ZONE = "zone_aware(zone={zone})/p2c";

    private static Report run(Scenario scenario, String balancer, int seconds) {
        return Simulation.run(scenario.withLength(Duration.ofSeconds(seconds)), balancer, 1);
    }

    /** In the first ten seconds all is well. */
    @Test
    void zoneAware_keepsRequestsInTheZone_untilItIsLost() {
        Report well = run(Scenarios.zones(), OWN_ZONE, 8);
        assertThat(well.ways().otherZoneRate()).isLessThan(0.01);
        assertThat(run(Scenarios.zones(), "p2c", 2).ways().otherZoneRate()).isCloseTo(2 / 3.0, within(0.02));
    }

    /** Two of the six gateways have lost their endpoints for half of the time: a sixth of all goes elsewhere, and no more. */
    @Test
    void zoneAware_zoneLost_spillsOver() {
        Report report = run(Scenarios.zones(), OWN_ZONE, 20);
        assertThat(report.ways().otherZoneRate()).isBetween(0.15, 0.19);
        assertThat(report.counts().errorRate()).isLessThan(0.001);
        // It is lost from 10 s to 20 s, in parts of 0.2 s from the 50th on; others take half as much again.
        for (int endpoint = 1; endpoint < 30; endpoint += 3) {
            int[] load = report.load()[endpoint];
            double before = Arrays.stream(load, 0, 45).sum() / 45.0;
            double meanwhile = Arrays.stream(load, 55, 95).sum() / 40.0;
            assertThat(meanwhile / before).isBetween(1.3, 1.7);
        }
    }

    /** 10 of 20 endpoints bear 70 % of what 20 did; alone with it they would be overloaded. */
    @Test
    void priority_halfOfATierLost_handsOn() {
        Report alone = run(Scenarios.tiers(), "p2c", 20);
        Report shared = run(Scenarios.tiers(), "priority/p2c", 20);
        assertThat(alone.latency().p99()).isGreaterThan(Duration.ofSeconds(1).toNanos());
        assertThat(shared.latency().p99()).isLessThan(Duration.ofMillis(100).toNanos());
        assertThat(shared.counts().errorRate()).isLessThan(0.001);
    }

    /** Each gateway keeps to its own, and all endpoints are used, none half as much again as a mean one. */
    @ParameterizedTest
    @ValueSource(ints = {10, 20})
    void subset_manyGateways_savesConnections(int size) {
        Report report = run(Scenarios.manyGateways(), "subset(size=" + size + ")/p2c", 10);
        assertThat(report.ways().connections()).isEqualTo(60L * size);
        assertThat(Arrays.stream(report.load())
                        .mapToInt(load -> Arrays.stream(load).sum()))
                .allMatch(taken -> taken > 0);
        assertThat(report.maxOverMean()).isLessThan(1.5);
    }

    /** Clients of the two that leave move, once; a tenth of them, and again some that were moved by chance. */
    @Test
    void sticky_endpointsLeave_onlyTheirClientsMove() {
        Report report = run(Scenarios.sessions(), "sticky/p2c", 20);
        assertThat(report.counts().errorRate()).isZero();
        assertThat((double) report.ways().moved() / report.counts().succeeded()).isBetween(0.005, 0.015);
    }

    @Test
    void zonesAndSpare_outOfRange_areRefused() {
        Fleet fleet = Scenarios.even().fleet();
        assertThatThrownBy(() -> fleet.withZones(27)).hasMessage("zones: 27 (expected: 1..26)");
        assertThatThrownBy(() -> fleet.withSpare(50)).hasMessage("spare: 50 (expected: 0..49)");
    }
}
