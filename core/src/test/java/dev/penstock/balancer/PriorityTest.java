package dev.penstock.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.penstock.balancer.Candidates.Tally;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PriorityTest {
    private final Balancer priority = BalancerRegistry.builtIn().balancer("priority/random");

    private static List<Integer> numbers(String text) {
        return Arrays.stream(text.trim().split(" ")).map(Integer::parseInt).toList();
    }

    private static int[] loads(List<Integer> healthyPercent) {
        return Priority.loads(healthyPercent.stream()
                .mapToInt(percent -> Priority.health(percent, 100, Priority.OVERPROVISIONING))
                .toArray());
    }

    /** Envoy's examples, and what rounding leaves. */
    @ParameterizedTest
    @CsvSource({
        "100 100, 100 0",
        "72 100, 100 0",
        "71 100, 99 1",
        "50 100, 70 30",
        "25 100, 35 65",
        "25 25, 50 50",
        "5 65, 7 93",
        "0 100, 1 99", // one that can be picked gets something
        "71 29 100, 99 1 0",
        "20 20 10, 40 40 20"
    })
    void loads_areThoseOfTheTable(String healthy, String expected) {
        assertThat(Arrays.stream(loads(numbers(healthy))).boxed().toList()).isEqualTo(numbers(expected));
    }

    @Test
    void loads_are100Together_andWhoGetsBetterNeverGetsLess() {
        for (int other = 0; other <= 100; other++) {
            int before = 0;
            for (int first = 0; first <= 100; first++) {
                int[] loads = loads(List.of(first, other, 30));
                assertThat(Arrays.stream(loads).sum()).isEqualTo(100);
                assertThat(Arrays.stream(loads).min().orElseThrow()).isNotNegative();
                assertThat(loads[0]).isGreaterThanOrEqualTo(before);
                before = loads[0];
            }
        }
    }

    private static Fake tier(int tier, int port) {
        return new Fake(Fake.of(port).endpoint().withPriority(tier));
    }

    /** Two tiers of ten, of which so many may be picked. */
    private Candidates candidates(int first, int second) {
        List<Candidate> eligible = new ArrayList<>();
        IntStream.range(0, first).forEach(i -> eligible.add(tier(1, 1000 + i)));
        IntStream.range(0, second).forEach(i -> eligible.add(tier(2, 2000 + i)));
        return new Candidates(eligible, Map.of(1, new Tally(10, first), 2, new Tally(10, second)), Map.of());
    }

    private static double firstShare(Picker picker) {
        int picks = 100_000;
        return Fake.ports(picker, picks).stream().filter(port -> port < 2000).count() / (double) picks;
    }

    @ParameterizedTest
    @CsvSource({"10, 10, 1", "8, 10, 1", "7, 10, 0.98", "5, 10, 0.70", "1, 10, 0.14", "2, 2, 0.5"})
    void pick_tierThatLostEndpoints_handsOnWhatItCannotBear(int first, int second, double share) {
        Picker picker = new Tiers(priority).over(candidates(first, second), Fake.context(1, 1));
        assertThat(firstShare(picker)).isCloseTo(share, within(0.01));
    }

    @Test
    void pick_withoutIt_aTierTakesAll_asBefore() {
        Picker picker = new Tiers(Balancers.random()).over(candidates(1, 10), Fake.context(1, 1));
        assertThat(firstShare(picker)).isEqualTo(1);
    }

    @Test
    void pick_allOfItsTierTried_isOfTheNext() {
        Fake a = tier(1, 1);
        Fake b = tier(2, 2);
        Picker picker = Fake.picker(new Tiers(priority), List.of(a, b), 1);
        for (int i = 0; i < 100; i++) {
            assertThat(picker.pick(Fake.REQUEST)).isSameAs(a);
            assertThat(picker.pick(Fake.after(a))).isSameAs(b);
            assertThat(picker.pick(Fake.after(a, b))).isSameAs(a);
        }
    }
}
