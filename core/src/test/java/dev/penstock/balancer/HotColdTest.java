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
import org.junit.jupiter.params.provider.CsvSource;

class HotColdTest {
    private final AtomicLong now = new AtomicLong();
    private final HotCold hcl = new HotCold(Duration.ofSeconds(1));

    private void report(Fake fake, double requests, double millis) {
        Map<String, Double> metrics = Map.of(LoadReport.REQUESTS_IN_FLIGHT, requests, LoadReport.LATENCY_MS, millis);
        fake.reported =
                Reported.after(fake.reported, new LoadReport(0, 0, 0, 0, 0, metrics), now.get(), fake.inFlight.get());
    }

    private Picker picker(List<Fake> candidates) {
        return Fake.picker(hcl, candidates, 1, now::get);
    }

    /** The four rows of the rule, each both ways. */
    @ParameterizedTest
    @CsvSource({
        "false, 9, 20,  false, 1, 30,  false", // both cold: the faster
        "false, 9, 30,  false, 1, 20,  true",
        "false, 9, 90,  true,  1, 10,  false", // one hot: the cold one
        "true,  1, 10,  false, 9, 90,  true",
        "true,  5, 90,  true,  6, 10,  false", // both hot: the one with fewer requests
        "true,  6, 10,  true,  5, 90,  true",
        "false, 5, 10,  false, 4, 10,  false", // equal: the first
        "true,  5, 10,  true,  5, 9,   false"
    })
    void better_isTheRuleOfHotAndCold(
            boolean hot,
            double requests,
            double latency,
            boolean hot2,
            double requests2,
            double latency2,
            boolean second) {
        assertThat(HotCold.better(hot, requests, latency, hot2, requests2, latency2))
                .isEqualTo(second);
    }

    @Test
    void pick_freshReports_isTheFastest() {
        List<Fake> three = Fake.many(3);
        Picker picker = picker(three);
        report(three.get(0), 0, 30);
        report(three.get(1), 0, 10);
        report(three.get(2), 0, 20);
        assertThat(Fake.ports(picker, 100)).containsOnly(1001);
    }

    @Test
    void pick_theFastestIsHot_isAnother() {
        List<Fake> three = Fake.many(3);
        Picker picker = picker(three);
        report(three.get(0), 2, 30);
        report(three.get(1), 50, 10);
        report(three.get(2), 2, 20);
        Fake.ports(picker, 1000); // what is usual has to be learned
        assertThat(Fake.ports(picker, 100)).containsOnly(1002);
    }

    @Test
    void pick_all_areHot_isTheOneWithTheFewestRequests() {
        List<Fake> three = Fake.many(3);
        Picker picker = picker(three);
        report(three.get(0), 20, 10);
        report(three.get(1), 15, 30);
        report(three.get(2), 30, 20);
        assertThat(picker.pick(Fake.REQUEST)).isSameAs(three.get(1)); // nothing is known to be usual yet
    }

    /** A report is used up to its greatest age and not a nanosecond longer. */
    @Test
    void pick_staleReport_isNotUsed() {
        List<Fake> two = Fake.many(2);
        Picker picker = picker(two);
        report(two.get(0), 0, 1);
        two.get(0).cost = 40e6; // as this process sees it
        two.get(1).cost = 20e6;
        now.set(Duration.ofSeconds(1).toNanos());
        assertThat(Fake.ports(picker, 100)).containsOnly(1000);
        now.incrementAndGet();
        assertThat(Fake.ports(picker, 100)).containsOnly(1001);
    }

    @Test
    void pick_noReports_isTheFastestAsSeenFromHere() {
        List<Fake> three = Fake.many(3);
        three.get(0).cost = 10e6;
        three.get(1).cost = 20e6;
        three.get(2).cost = 30e6;
        assertThat(Fake.ports(picker(three), 100)).containsOnly(1000);
    }

    @Test
    void pick_theFastestFails_isAnother() {
        List<Fake> three = Fake.many(3);
        Picker picker = picker(three);
        for (Fake fake : three) {
            report(fake, 2, fake == three.get(0) ? 1 : 10);
        }
        Fake.ports(picker, 1000);
        assertThat(Fake.ports(picker, 100)).containsOnly(1000);
        three.get(0).handicap = 14;
        assertThat(Fake.ports(picker, 100)).doesNotContain(1000);
    }

    @Test
    void pick_requestsSentSinceTheReport_areAdded() {
        List<Fake> two = Fake.many(2);
        Picker picker = picker(two);
        report(two.get(0), 10, 10);
        report(two.get(1), 12, 10);
        assertThat(picker.pick(Fake.REQUEST)).isSameAs(two.get(0));
        two.get(0).inFlight.addAndGet(3);
        assertThat(picker.pick(Fake.REQUEST)).isSameAs(two.get(1));
    }

    /** The rule compares three: of many it never looks at more, and each is looked at equally often. */
    @Test
    void pick_ofMany_looksAtThree() {
        List<Fake> ten = Fake.many(10);
        for (int i = 0; i < 10; i++) {
            report(ten.get(i), 0, 10 + i);
        }
        Map<Integer, Integer> counts = Fake.counts(Fake.ports(picker(ten), 100_000));
        // The k-th best of ten is the best of three with C(9 - k, 2) / C(10, 3).
        for (int i = 0; i < 8; i++) {
            double share = (9 - i) * (8 - i) / 2.0 / 120;
            assertThat(counts.get(1000 + i) / 100_000.0).isCloseTo(share, within(0.006));
        }
        assertThat(counts).doesNotContainKeys(1008, 1009);
    }

    @Test
    void pick_weights_areRespected() {
        List<Fake> three = Fake.weighing(1, 2, 7);
        Map<Integer, Integer> counts = Fake.counts(Fake.ports(picker(three), 100_000));
        // All equal: the first drawn, drawn by weight.
        assertThat(counts.get(1000) / 100_000.0).isCloseTo(0.1, within(0.01));
        assertThat(counts.get(1002) / 100_000.0).isCloseTo(0.7, within(0.01));
    }

    /** What is usual is learned from reports: nonsense must not spoil that for good. */
    @Test
    void pick_afterReportsBeyondAllMeasure_theHotOneIsAvoidedAsBefore() {
        List<Fake> ten = Fake.many(10);
        Picker picker = picker(ten);
        for (int i = 0; i < 10; i++) {
            report(ten.get(i), i < 3 ? 1e308 : 2, 20);
        }
        Fake.ports(picker, 300_000);
        for (int i = 0; i < 10; i++) {
            report(ten.get(i), i == 0 ? 50 : 2, i == 0 ? 10 : 20);
        }
        Fake.ports(picker, 30_000);
        assertThat(Fake.ports(picker, 1000)).doesNotContain(1000);
    }

    @Test
    void pick_someTried_neverOneOfThem() {
        for (List<Fake> three : List.of(Fake.many(3), Fake.weighing(1, 2, 300))) {
            Picker picker = picker(three);
            for (int i = 0; i < 1000; i++) {
                assertThat(picker.pick(Fake.after(three.get(2)))).isNotSameAs(three.get(2));
                assertThat(picker.pick(Fake.after(three.get(2), three.get(1)))).isSameAs(three.get(0));
            }
        }
    }

    @Test
    void maxAge_ofNothing_isRefused() {
        assertThatThrownBy(() -> new HotCold(Duration.ZERO)).hasMessageContaining("maxAge: 0 (");
        assertThatThrownBy(() -> new HotCold(Duration.ofSeconds(Long.MAX_VALUE)))
                .hasMessageContaining("365 days");
    }

    /** What is usual was learned over time: an endpoint that joins must not have it learned anew. */
    @Test
    void quantile_survivesAChangeOfEndpoints_andACopyChangesNothing() {
        List<Fake> four = Fake.many(4);
        four.forEach(fake -> report(fake, 40, 10));
        var context = new PickerContext(new Cursor(1), new Fake.SplitMix(1), now::get);
        Picker picker = hcl.over(Candidates.of(four.subList(0, 3)), context);
        Fake.ports(picker, 1_000);
        double learned = context.hot().limit();
        assertThat(learned).isBetween(35.0, 45.0);

        four.forEach(fake -> report(fake, 2, 10));
        Picker copy = hcl.over(Candidates.of(four), context.fork());
        Fake.ports(copy, 1_000);
        assertThat(context.hot().limit()).isEqualTo(learned);

        // 20 requests are not hot, by what was learned; without it all would be, and the one with the fewest be picked.
        report(four.get(0), 20, 30);
        report(four.get(1), 21, 10);
        report(four.get(2), 22, 20);
        Picker next = hcl.over(Candidates.of(four.subList(0, 3)), context);
        assertThat(next.pick(Fake.REQUEST)).isSameAs(four.get(1));
    }
}
