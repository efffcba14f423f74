package dev.penstock.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.penstock.load.LoadReport;
import dev.penstock.load.Reported;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReportedRoundRobinTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final AtomicLong now = new AtomicLong();
    private final Balancer rule = Balancers.reportedRoundRobin();

    private void report(Fake fake, double requests, double utilization, double errors) {
        var report = new LoadReport(utilization, 0, 0, requests, errors, Map.of());
        fake.reported = Reported.after(fake.reported, report, now.get(), 0);
    }

    private Picker picker(List<Fake> candidates, long seed) {
        return Fake.picker(rule, candidates, seed, now::get);
    }

    /** Lets reports come for so many seconds. */
    private void run(int seconds, Runnable reports) {
        for (int i = 0; i < seconds; i++) {
            reports.run();
            now.addAndGet(SECOND);
        }
    }

    /** Endpoints that have said for twenty seconds that they answer 100 requests a second at such a utilization. */
    private List<Fake> reporting(double... utilizations) {
        List<Fake> all = Fake.many(utilizations.length);
        run(20, () -> {
            for (int i = 0; i < utilizations.length; i++) {
                report(all.get(i), 100, utilizations[i], 0);
            }
        });
        return all;
    }

    private static double share(Picker picker, int port) {
        int picks = 100_000;
        return Fake.counts(Fake.ports(picker, picks)).getOrDefault(port, 0) / (double) picks;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3}) // seeds
    void pick_utilizationsOfOneToTwo_areTwoToOneInRequests(long seed) {
        Picker picker = picker(reporting(0.3, 0.6), seed);
        assertThat(share(picker, 1000)).isCloseTo(2 / 3.0, within(0.02 * 2 / 3));
    }

    @Test
    void pick_ofMany_sharesAreThoseOfTheReports() {
        List<Fake> ten = Fake.many(10);
        Picker picker = picker(ten, 1);
        run(20, () -> {
            for (int i = 0; i < 10; i++) {
                report(ten.get(i), 10 + i, 0.5, 0);
            }
        });
        picker.pick(Fake.REQUEST); // reads the reports
        Map<Integer, Integer> counts = Fake.counts(Fake.ports(picker, 145_000));
        for (int i = 0; i < 10; i++) {
            assertThat(counts.get(1000 + i) / 1000.0).isCloseTo(10 + i, within(0.01 * (10 + i)));
        }
    }

    /** Of weights within ten times the mean each has its share to 1 % of all after 100 picks for each. */
    @Test
    void pick_100ForEach_sharesAreThoseOfTheReports() {
        List<Fake> ten = Fake.many(10);
        Picker picker = picker(ten, 1);
        run(20, () -> {
            for (int i = 0; i < 10; i++) {
                report(ten.get(i), i == 0 ? 300 : 10 + i, 0.5, 0);
            }
        });
        picker.pick(Fake.REQUEST); // reads the reports
        Map<Integer, Integer> counts = Fake.counts(Fake.ports(picker, 1000));
        for (int i = 0; i < 10; i++) {
            double share = (i == 0 ? 300 : 10 + i) / 435.0;
            assertThat(counts.get(1000 + i) / 1000.0).isCloseTo(share, within(0.01));
        }
    }

    @Test
    void pick_errors_lowerTheShare() {
        List<Fake> two = Fake.many(2);
        Picker picker = picker(two, 1);
        run(20, () -> {
            report(two.get(0), 100, 0.5, 0);
            report(two.get(1), 100, 0.5, 50); // 0.5 + 50 / 100 x 1
        });
        assertThat(share(picker, 1000)).isCloseTo(2 / 3.0, within(0.01));
    }

    @Test
    void pick_duringTheBlackout_isPlainTurns() {
        List<Fake> two = Fake.many(2);
        Picker picker = picker(two, 1);
        Runnable reports = () -> {
            report(two.get(0), 100, 0.1, 0);
            report(two.get(1), 100, 0.9, 0);
        };
        run(10, reports);
        now.addAndGet(-SECOND); // nine seconds after the first
        assertThat(share(picker, 1000)).isCloseTo(0.5, within(1e-9));
        now.addAndGet(2 * SECOND);
        assertThat(share(picker, 1000)).isCloseTo(0.9, within(0.01));
    }

    @Test
    void pick_expiredReport_countsAsTheMean() {
        List<Fake> three = reporting(0.2, 0.4, 0.1);
        Picker picker = picker(three, 1);
        assertThat(share(picker, 1002)).isCloseTo(1000 / 1750.0, within(0.01));
        run(180, () -> {
            report(three.get(0), 100, 0.2, 0);
            report(three.get(1), 100, 0.4, 0);
        });
        // 500 and 250 are known, whose mean is 375
        assertThat(share(picker, 1002)).isCloseTo(1 / 3.0, within(0.01));
    }

    @Test
    void pick_fewerThanTwoKnown_isPlainTurns() {
        List<Fake> three = Fake.many(3);
        Picker picker = picker(three, 1);
        run(20, () -> report(three.get(0), 100, 0.1, 0));
        assertThat(Fake.counts(Fake.ports(picker, 3000)).values()).containsOnly(1000);
    }

    @Test
    void pick_reportsThatSayNothing_areIgnored() {
        List<Fake> three = Fake.many(3);
        Picker picker = picker(three, 1);
        run(20, () -> {
            report(three.get(0), 0, 0.1, 0);
            report(three.get(1), 100, 0, 0);
            report(three.get(2), 0, 0, 3);
        });
        assertThat(Fake.counts(Fake.ports(picker, 3000)).values()).containsOnly(1000);
    }

    /** One that reports nonsense gets a mean share, and moves nobody else's. */
    @Test
    void pick_weightBeyondAllMeasure_countsAsTheMean() {
        List<Fake> three = Fake.many(3);
        Picker picker = picker(three, 1);
        run(20, () -> {
            report(three.get(0), 100, 0.5, 0);
            report(three.get(1), 100, 0.5, 0);
            report(three.get(2), 1e300, 1e-300, 0);
        });
        assertThat(Fake.counts(Fake.ports(picker, 3000)).values()).containsOnly(1000);
    }

    @Test
    void settingsThatMakeNoSense_areRefused() {
        Duration second = Duration.ofSeconds(1);
        assertThatThrownBy(() -> Balancers.reportedRoundRobin(second.negated(), second, 1))
                .hasMessage("blackout: PT-1S (expected: 0 to 365 days)");
        assertThatThrownBy(() -> Balancers.reportedRoundRobin(second, Duration.ZERO, 1))
                .hasMessage("expiry: 0 (expected: longer than 0)");
        assertThatThrownBy(() -> Balancers.reportedRoundRobin(second, second, Double.NaN))
                .hasMessage("penalty: NaN (expected: 0 or more)");
    }

    @Test
    void pick_newReports_countWithinASecond_notBefore() {
        List<Fake> two = reporting(0.5, 0.5);
        Picker picker = picker(two, 1);
        assertThat(share(picker, 1000)).isCloseTo(0.5, within(0.001));
        report(two.get(0), 100, 0.1, 0);
        now.addAndGet(SECOND - 1);
        assertThat(share(picker, 1000)).isCloseTo(0.5, within(0.001));
        now.addAndGet(1);
        assertThat(share(picker, 1000)).isCloseTo(5 / 6.0, within(0.01));
    }

    @Test
    void registry_readsItsOptions() {
        BalancerRegistry registry = BalancerRegistry.builtIn();
        assertThat(registry.balancer("weighted_round_robin(weights=reported, blackout_s=0, expiry_s=60, penalty=2.5)"))
                .isInstanceOf(ReportedRoundRobin.class);
        assertThat(registry.balancer("weighted_round_robin(weights=endpoint)")).isInstanceOf(WeightedRoundRobin.class);
        assertThatThrownBy(() -> registry.balancer("weighted_round_robin(weights=mine)"))
                .hasMessageContaining("weights: \"mine\" (expected: one of endpoint, reported)");
    }
}
